"""A lane knows the process of each program, by the number that it has outside."""

import subprocess
import sys

import pytest
from small_jobs import WAYS

FOLLOWED = """
import os, sys, time
from acrl_jax.harness.lane import main
from acrl_jax.sandbox import scratch
from acrl_jax.sandbox.limits import Limits
nursery = main.Nursery(scratch.new_name(), Limits(), sys.argv[1:])
channel = nursery.spawn(time.monotonic() + 60)
pid = nursery.delay.worker
chain = []
while pid > 1 and pid != os.getpid():
  with open(f'/proc/{pid}/stat') as f:
    chain.append(pid)
    pid = int(f.read().rsplit(')', 1)[1].split()[1])
nursery.kill()
nursery.settle()
print(pid == os.getpid(), len(chain) > 1, os.path.exists(f'/proc/{chain[0]}'))
nursery.close()
"""


@pytest.mark.parametrize('layers', WAYS)
def test_a_lane_knows_its_worker_by_the_number_it_has_outside(layers):
  done = subprocess.run([sys.executable, '-c', FOLLOWED, *layers], capture_output=True, text=True, check=True)
  assert done.stdout.split() == ['True', 'True', 'False']
