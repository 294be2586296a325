#!/usr/bin/env bash
# From a fresh machine to the tests: bash launch/test.sh [pytest arguments]
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
setup_env cpu,test
JAX_PLATFORMS=cpu .venv/bin/python -m pytest tests --ignore=tests/parity --ignore=tests/corpora "$@"
