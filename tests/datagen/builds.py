"""Small builds of the hand-made corpus, and what is in their folders."""

import time

import fakes

from acrl_jax.datagen.build import build, work
from acrl_jax.datagen.build.pipeline import Settings
from acrl_jax.datagen.output import rows

NAMES = [f'{word}{i}' for word in ('alpha', 'beta', 'gamma', 'delta') for i in range(5)]


SETTINGS = Settings()
OPTIONS = build.Options(engine='local', workers=1, part=4, max_functions=0)


def corpus(folder, name='fake', **behaviours):
  """A corpus whose functions make problems, but for those with another behaviour."""
  folder.mkdir(exist_ok=True)
  lines = [f'{n} {behaviours.get(n, "")}' for n in dict.fromkeys([*NAMES, *behaviours])]
  (folder / 'functions.txt').write_text('\n'.join(lines))
  return fakes.fetched(folder, name), fakes.FRONT


def make(folder, source, settings=SETTINGS, **chosen):
  folder.mkdir(parents=True, exist_ok=True)
  said = []
  return build.build(folder, [source], settings, OPTIONS._replace(**chosen), said.append), '\n'.join(said)


def contents(folder):
  """Every file of a build but its lock and its plots."""
  files = [f for f in sorted(folder.rglob('*')) if f.is_file() and f.name != '.lock' and f.suffix != '.png']
  return {str(f.relative_to(folder)): f.read_bytes() for f in files}


def reasons(folder):
  rejects = rows.read_table(folder / 'rejects.arrow').to_pylist()
  return {r['symbol'].split('.')[-1]: (r['stage'], r['reason']) for r in rejects}


def problems(folder):
  """Without what tells the behaviours of functions apart."""
  return rows.problems(folder).drop_columns('soft_flags').to_pylist()


def log(source, name='made.log'):
  file = source[0].sources / name
  return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []


def until(true, seconds=60.0):
  end = time.monotonic() + seconds
  while not true():
    assert time.monotonic() < end
    time.sleep(0.02)


def no_oracles(corpus, seed):
  raise ValueError('there is no Java here')


def in_process(tasks, workers, note):
  """As pool.parts, where it does not matter who makes them."""
  worker = work.Worker()
  for task in tasks:
    yield task, worker.part(task)
  worker.close()
