"""One program, judged."""

from acrl_jax.records import Job, Test


def judge(pool, program, *tests, entry='f', setup=''):
  """The report on a program; tests that are text are the code of one."""
  tests = tuple(t if isinstance(t, Test) else Test(code=t) for t in tests)
  return pool.run([Job(program=program, tests=tests, entry_point=entry, setup=setup)])[0]
