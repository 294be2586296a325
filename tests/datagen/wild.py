"""A Python corpus of functions that tests write as they need them."""

import hashlib
import textwrap

from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.records import Doc, Function, Observation, Parameter, Type

INT = Type('int')
TOOLS = '''
import os, random, socket, sys, threading, time, ctypes
print('imported')  # side effects of an import are heard by nobody
os.environ['SEEN'] = '1'
CALLS = []

class Thing:
    pass

def _more(x):
    return x + 1
'''


def corpus(folder, **modules) -> Fetched:
  """A corpus of one package, `wild`."""
  package = folder / 'wild'
  package.mkdir(parents=True)
  for name, text in {'__init__': '', **modules}.items():
    (package / f'{name}.py').write_text(textwrap.dedent(text))
  return Fetched('wild', '1', 'MIT', '', folder, (), '0' * 64, 'wild')


def function(body: str, returns: Type = INT, module: str = 'wild.tools') -> Function:
  body = textwrap.dedent(body).strip() + '\n'
  name = body.partition('(')[0].removeprefix('def ')
  digest = hashlib.sha256(body.encode()).hexdigest()[:16]
  return Function(
    f'python/{digest}', 'python', 'wild', '1', 'MIT', f'{module}.{name}', module, name, (Parameter('x', INT),), returns,
    '', Doc('Text.'), body, 'wild/tools.py', 1,
  )  # fmt: skip


def observe(oracle, body: str, *args, returns: Type = INT) -> Observation:
  (seen,) = oracle.run(function(body, returns), [args]).observations
  return seen
