"""Small jobs for the tests of pools."""

from acrl_jax.records import Job, Test

WAYS = [('namespaces', 'landlock', 'seccomp'), ('landlock', 'seccomp')]  # files in memory; in a folder on disk


def job(k, expected=None):
  test = Test(code=f'f() == {k if expected is None else expected}')
  return Job(program=f'def f(): return {k}', tests=(test,), entry_point='f')


def sleeper(seconds, tests=1, k=0):
  program = f'import time\nK = {k}\ndef f():\n  time.sleep({seconds})\n  return 1'
  return Job(program=program, tests=(Test(code='f() == 1'),) * tests, entry_point='f')
