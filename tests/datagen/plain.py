"""Functions made by hand, and an oracle that calls Python callables: no processes, no limits."""

import copy
import os
import subprocess
import sys
from typing import NamedTuple

from acrl_jax.datagen.records import Doc, Function, Mutant, Observation, Parameter, Run, Type
from acrl_jax.datagen.values import key

INT, FLOAT, STR, BOOL, NONE = (Type(k) for k in ('int', 'float', 'str', 'bool', 'none'))
JAVA_INT = Type('int', source='int')
INTS = Type('list', (JAVA_INT,), 'int[]')


def function(types, returns=INT, name='f', names='abcdef', doc='', **changes):
  """One of the given parameter types; `doc` is a summary or a Doc."""
  values = dict(
    id='java/0123456789abcdef', language='java', corpus='fake', version='1', license='MIT', symbol=f'p.C#{name}(int)',
    container='p.C', name=name, parameters=tuple(Parameter(n, t) for n, t in zip(names, types)), returns=returns,
    returns_source='int', doc=doc if isinstance(doc, Doc) else Doc(doc or 'Works out what is asked for.'), body='',
    path='p/C.java', line=1,
  )  # fmt: skip
  return Function(**{**values, **changes})


class Call(NamedTuple):
  """What a Python callable does on inputs. `mutants` are other callables; `flag` names flags, `branch` branches."""

  run_one: object
  mutants: tuple = ()
  flag: object = lambda *args: ()
  branch: object = lambda *args: ()
  branches: int = 0

  def run(self, function, inputs):
    return Run(tuple(self._observe(self.run_one, args) for args in inputs), self.branches)

  def _observe(self, f, args):
    mine = copy.deepcopy(args)
    flags, branches = frozenset(self.flag(*args)), frozenset(self.branch(*args))
    try:
      value = f(*mine)
    except Exception as e:
      return Observation('raises', None, mine, type(e).__name__, flags, branches)
    return Observation('value', value, mine, '', flags, branches)

  def mutate(self, function, inputs, most, only=None):
    did = [self._observe(self.run_one, args) for args in inputs]
    found = []
    for number, mutant in enumerate(self.mutants[:most]):
      if only is None or number in only:
        now = [self._observe(mutant, args) for args in inputs]
        killed = frozenset(i for i, (a, b) in enumerate(zip(did, now)) if told(a) != told(b))
        found.append(Mutant(number, 'by hand', bool(inputs), killed))
    return found

  def close(self):
    pass


def told(seen):
  return seen.kind, key(seen.value), key(seen.args), seen.error


def observed(value=None, args=(), kind='value', error='', flags=(), branches=()):
  return Observation(kind, value, tuple(args), error, frozenset(flags), frozenset(branches))


def run(*observations, branches=0):
  return Run(tuple(observations), branches)


def printed(code, seeds):
  """What the code prints under each of some hash seeds."""
  here = os.path.dirname(os.path.abspath(__file__))
  environments = [{**os.environ, 'PYTHONHASHSEED': seed, 'PYTHONPATH': here} for seed in seeds]
  command = [sys.executable, '-c', code]
  return {subprocess.run(command, capture_output=True, text=True, check=True, env=e).stdout for e in environments}
