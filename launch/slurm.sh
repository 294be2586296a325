#!/usr/bin/env bash
#SBATCH --job-name=acrl_jax
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
#SBATCH --signal=TERM@300
# Trains on all GPUs of some nodes, one process a node; from the repository's folder, which all nodes share:
#   NODES=4 bash launch/slurm.sh [--dry-run] WORKDIR [--config=FILE] [--config.KEY=VALUE ...]
# Queues itself. What a site wants besides goes by SLURM's own variables (SBATCH_PARTITION, SBATCH_ACCOUNT, SBATCH_GPUS,
# SBATCH_TIMELIMIT). Five minutes before the time limit the run ends with a checkpoint; the same command goes on.
cd "${SLURM_SUBMIT_DIR:-$(dirname "${BASH_SOURCE[0]}")/..}" || exit # SLURM runs a copy of this file
source launch/env.sh
arguments "$@"
if [ -z "${SLURM_JOB_ID:-}" ]; then
  [ "$dry" ] || setup_env cuda,gguf # once for all nodes: the folder is shared
  run mkdir -p "$workdir"
  run sbatch "--nodes=${NODES:-1}" "--output=$workdir/slurm-%j.out" launch/slurm.sh "$workdir" "${options[@]}"
  [ "$dry" ] || exit 0
fi
run srun .venv/bin/python -m acrl_jax.main "--workdir=$workdir" "${options[@]}" \
  --config.hosts.coordinator=auto --config.hosts.wait_s=600
