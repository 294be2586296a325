"""The records need neither JAX nor the package, and outcomes are ordered."""

import subprocess
import sys

from acrl_jax.records import Outcome


def test_outcomes_are_ordered_from_worst_to_best():
  order = [Outcome.HARNESS_ERROR, Outcome.NO_COMPILE, Outcome.CRASHED, Outcome.FAILED, Outcome.PASSED]
  assert sorted(Outcome) == order and [int(outcome) for outcome in order] == [-1, 0, 1, 2, 3]


def test_records_load_without_jax_and_without_the_rooms():
  code = (
    'import sys, acrl_jax.records\n'
    'loaded = [m for m in sys.modules if m == "jax" or m.startswith("acrl_jax.")]\n'
    'sys.exit(str(loaded) if loaded != ["acrl_jax.records"] else 0)'
  )
  done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
  assert done.returncode == 0, done.stderr
