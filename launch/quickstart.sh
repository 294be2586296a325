#!/usr/bin/env bash
# From a fresh machine to a tuned model: bash launch/quickstart.sh [WORKDIR] [--config.KEY=VALUE ...]
# Tunes SmolLM2-135M-Instruct with unit-test rewards on the embedded problems and prints what that changed.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
workdir=runs/quickstart
if [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; then workdir=$1; shift; fi
if command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L >/dev/null 2>&1; then
  setup_env cuda,gguf,plot
  config=configs/ac.py
elif [ -e /dev/accel0 ] || [ -e /dev/vfio/0 ]; then
  setup_env tpu,gguf,plot
  config=configs/ac.py
else
  setup_env cpu,gguf,plot
  config=configs/ac.py:cpu
fi
.venv/bin/python -m acrl_jax.main --config="$config" --workdir="$workdir" "$@"
.venv/bin/python -m acrl_jax.report "$workdir"
