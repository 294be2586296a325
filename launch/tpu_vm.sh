#!/usr/bin/env bash
# Trains on all workers of a Cloud TPU VM, one process each:
#   TPU=NAME ZONE=ZONE [PROJECT=ID] bash launch/tpu_vm.sh [--dry-run] WORKDIR [--config=FILE] [--config.KEY=VALUE ...]
# Copies the last commit to each worker, installs it and runs the same command on all. WORKDIR is a folder that every
# worker sees (Filestore or another network file system). The same command again goes on from the last checkpoint.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
arguments "$@"
: "${TPU:?is the name of the TPU VM}" "${ZONE:?is its zone}"
where=("--zone=$ZONE" --worker=all ${PROJECT:+"--project=$PROJECT"}) # one worker alone would wait for the others
setup="mkdir -p acrl_jax && tar -xzf acrl_jax.tar.gz -C acrl_jax && cd acrl_jax"
setup+=" && PYTHON=${PYTHON:-python3} bash -c 'source launch/env.sh && setup_env tpu,gguf'"
train=(
  .venv/bin/python -m acrl_jax.main "--workdir=$workdir" "${options[@]}"
  --config.hosts.coordinator=auto --config.hosts.wait_s=600
)
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
run git archive --format=tar.gz "--output=$folder/acrl_jax.tar.gz" HEAD
run gcloud compute tpus tpu-vm scp "$folder/acrl_jax.tar.gz" "$TPU:acrl_jax.tar.gz" "${where[@]}"
run gcloud compute tpus tpu-vm ssh "$TPU" "${where[@]}" "--command=$setup"
run gcloud compute tpus tpu-vm ssh "$TPU" "${where[@]}" "--command=cd acrl_jax && exec $(printf '%q ' "${train[@]}")"
