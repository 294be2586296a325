"""A corpus of hand-made functions, oracles that know them, and a `make` that needs no running of code."""

import errno
import hashlib
import os
import pathlib
import signal
import time

from acrl_jax.datagen.build.languages import Front
from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.documentation.screen import Candidate
from acrl_jax.datagen.records import (
  Doc,
  Function,
  GeneratedProblem,
  Observation,
  Parameter,
  Reject,
  RenderedTest,
  Run,
  Strength,
  Type,
)
from acrl_jax.records import Test

INT = Type('int')


def number(name):
  return int(hashlib.sha256(name.encode()).hexdigest()[:6], 16)


def function(name, *, behaviour='', container='', body='', doc='', language='python', corpus='fake', types_=(INT,)):
  symbol = f'{container or "m"}.{name}'
  return Function(
    id=f'{language}/{hashlib.sha256(symbol.encode()).hexdigest()[:16]}', language=language, corpus=corpus, version='1',
    license='MIT', symbol=symbol, container=container or f'm.{name[0]}', name=name,
    parameters=tuple(Parameter(f'x{i}', t) for i, t in enumerate(types_)), returns=INT, returns_source='int',
    doc=Doc(doc or f'Gives the {name} of a number, which nobody has heard of before {name} was thought of.'),
    body=body or f'def {name}(x0):\n  return x0 * {len(name)} + {number(name)}\n', path='m.py', line=1,
    constants=(behaviour,) if behaviour else (),
  )  # fmt: skip


def fetched(folder, name='fake', sha256='0' * 64):
  return Fetched(name, '1', 'MIT', f'Copyright of {name}', pathlib.Path(folder), (), sha256)


def functions(corpus):
  """As the file functions.txt of the corpus tells: NAME BEHAVIOUR a line."""
  for line in (corpus.sources / 'functions.txt').read_text().splitlines():
    name, behaviour = (line + ' ').split(' ', 1)
    if behaviour.strip() == 'screened':
      yield Candidate(f'm.{name}', None, Reject('screen', 'no_doc'))
    else:
      yield Candidate(f'm.{name}', function(name, behaviour=behaviour.strip(), corpus=corpus.name), None)


class Oracle:
  """Notes where it was opened and closed."""

  def __init__(self, corpus):
    self.corpus = corpus
    self.note('opened')

  def note(self, what):
    with open(self.corpus.sources / 'oracles.log', 'a') as f:
      f.write(f'{what} {os.getpid()}\n')

  def run(self, function, inputs):
    """What the body says; one that `drifts` gives another result from the second time on that it is run."""
    drift = 'drifts' in function.constants and (self.corpus.sources / f'{function.name}.ran').exists()
    (self.corpus.sources / f'{function.name}.ran').touch()
    flags = frozenset(['OVF'] if 'flagged' in function.constants else [])
    results = [x * len(function.name) + number(function.name) + drift for (x,) in inputs]
    return Run(tuple(Observation('value', y, args, flags=flags) for args, y in zip(inputs, results)), 1)

  def close(self):
    self.note('closed')


def oracles(corpus, seed):
  return Oracle(corpus), Oracle(corpus)


def made(function, tests=5, score=0.9, **changes):
  n = function.constants or ('',)
  calls = [(k, k * len(function.name) + number(function.name)) for k in range(tests)]
  values = dict(
    function=function, entry_point=function.name, signature=f'def {function.name}(x0: int) -> int:',
    docstring=function.doc.summary, prompt=f'def {function.name}(x0: int) -> int:\n    """{function.doc.summary}"""\n',
    parameters=('x0',), annotations=('int',), returns='int', comparator='exact', flags=('OVF',),
    soft_flags=tuple(x for x in n if x), cases=(),
    tests=tuple(
      RenderedTest(
        test=Test(code=f'{function.name}({a})', expected=str(b)), kind='value', call=f'{function.name}({a})',
        args=f'({a},)', assertion=f'assert {function.name}({a}) == {b}',
      )
      for a, b in calls
    ),
    strength=Strength(
      mutants_covered=10, mutants_killed=round(10 * score), mutants=12, branch_coverage=1.0, trivial_best=0.2,
      easy=False, candidates=40,
    ),
  )  # fmt: skip
  return GeneratedProblem(**values | changes)


def once(corpus, name):
  """Whether this is the first time, of all processes."""
  try:
    os.close(os.open(corpus.sources / f'{name}.once', os.O_CREAT | os.O_EXCL))
  except FileExistsError:
    return False
  return True


def make(function, first, second, settings, trace=lambda *_: None):
  """A problem, unless the function's behaviour is another."""
  with open(first.corpus.sources / 'made.log', 'a') as f:
    f.write(f'{function.name} {os.getpid()}\n')
  trace('propose', [(1,), (2,)])
  what = function.constants[0] if function.constants else ''
  if what == 'weak':
    raise Reject('judge', 'mutation_score', '0.5')
  if what == 'raises':
    raise RuntimeError('the oracle broke')
  if what == 'full_once' and once(first.corpus, function.name):
    raise OSError(errno.ENOSPC, 'No space left on device')
  if what == 'raises_once' and once(first.corpus, function.name):
    raise EOFError('the oracle is gone')
  if what == 'dies' or (what == 'dies_once' and once(first.corpus, function.name)):
    os.kill(os.getpid(), signal.SIGKILL)
  if what == 'slow':
    time.sleep(0.2)
  if what == 'waits':  # until it is told to go on
    while not (first.corpus.sources / 'go').exists():
      time.sleep(0.02)
  return made(function)


FRONT = Front(functions, oracles, make)
