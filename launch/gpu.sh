#!/usr/bin/env bash
# Trains on all GPUs of this machine, or of several, one process each:
#   bash launch/gpu.sh [--dry-run] WORKDIR [--config=FILE] [--config.KEY=VALUE ...]
#   HOSTS="gpu0 gpu1" bash launch/gpu.sh /shared/runs/ac --config.mesh.fsdp=8
# HOSTS are reached by ssh without a password and share this folder and WORKDIR under the same paths. The first is the
# coordinator: the others reach its ports PORT (8476) and PORT + 1. SIGTERM to the process on any of them ends the run
# after its step, with a checkpoint; the same command goes on from there.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
arguments "$@"
train=(.venv/bin/python -m acrl_jax.main "--workdir=$workdir" "${options[@]}")
[ "$dry" ] || setup_env cuda,gguf # once for all hosts: the folder is shared

read -r -a hosts <<< "${HOSTS:-}"
if [ ${#hosts[@]} -lt 2 ]; then
  run "${train[@]}"
  exit
fi
pids=()
for index in "${!hosts[@]}"; do
  place=(
    "--config.hosts.count=${#hosts[@]}" "--config.hosts.index=$index"
    "--config.hosts.coordinator=${hosts[0]}:${PORT:-8476}"
  )
  command="cd $(printf %q "$PWD") && exec $(printf '%q ' "${train[@]}" "${place[@]}")"
  run ssh -n -o BatchMode=yes "${hosts[$index]}" "$command" &
  pids+=($!)
  [ -z "$dry" ] || wait "$!" # prints them in their order
done
code=0
for pid in "${pids[@]}"; do wait "$pid" || code=$?; done
exit "$code"
