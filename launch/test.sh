#!/usr/bin/env bash
# From a fresh machine to the tests, a process a core and one more: bash launch/test.sh [--quick] [pytest arguments]
# --quick leaves out those that take long (tests/slow.txt); every part of the package keeps some. -n0 runs one process.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
given=()
for argument in "$@"; do
  if [ "$argument" = --quick ]; then given+=(-m "not slow"); else given+=("$argument"); fi
done
setup_env cpu,test
cores=$(.venv/bin/python -c 'import os; print(len(os.sched_getaffinity(0)))')
# One more than there are cores: tests of the harness wait for time limits more than they compute.
JAX_PLATFORMS=cpu .venv/bin/python -m pytest tests --ignore=tests/parity --ignore=tests/corpora \
  -n $((cores + 1)) --maxprocesses 8 --dist worksteal "${given[@]}"
