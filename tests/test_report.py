"""python -m acrl_jax.report stands for the report of the jobs."""

import subprocess
import sys


def test_without_a_run_it_says_how_it_is_used():
  done = subprocess.run([sys.executable, '-m', 'acrl_jax.report'], capture_output=True, text=True)
  assert done.returncode == 2 and done.stderr.startswith('usage: python -m acrl_jax.report WORKDIR')
