"""Which room may import what: downwards from floor to floor, and what only some rooms may load.

Every import counts, also one inside of a function or for types alone. FLOORS is the picture of the house: a room
imports from the floors below its own.
"""

import ast
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PACKAGE = ROOT / 'acrl_jax'
FILES = sorted(PACKAGE.rglob('*.py'))

FLOORS = (
  ('main', 'report'),
  ('cli', 'jobs'),
  ('rollout', 'learner'),
  ('checkpoints',),
  ('algorithms', 'rewards'),
  ('models', 'convert'),
  ('distributed',),
  ('datagen',),
  ('harness',),
  ('data',),
  ('run',),
  ('sandbox',),
  ('records', 'config'),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
NEIGHBOURS = {('convert', 'models')}  # on one floor: a family of checkpoints is a config of a model
NEEDS = {'algorithms': ('records',), 'sandbox': ()}  # rooms that need less than their floor would let them have

ONLY = {  # packages and who may import them
  'torch': (),
  'flax': ('models',),
  'optax': ('learner',),
  'orbax': ('checkpoints',),
  'transformers': ('convert', 'data'),
  'tokenizers': ('convert', 'data'),
  'datasets': ('convert', 'data'),
  'ml_collections': ('main', 'cli', 'config', 'jobs'),
  'ray': ('harness', 'datagen'),
}
WITHOUT_JAX = ('harness', 'sandbox', 'data', 'datagen', 'run', 'rewards', 'records', 'config', 'cli', 'main')


def imports(tree):
  """(line, name) of every module that a syntax tree imports anywhere; names begin with dots where they are relative."""
  for node in ast.walk(tree):
    if isinstance(node, ast.Import):
      yield from ((node.lineno, alias.name) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
      module = '.' * node.level + (node.module or '')
      yield from ((node.lineno, f'{module}.{alias.name}') for alias in node.names)


def room_of(path):
  """The room of a file, by its path inside the package; '' for the package's own __init__."""
  return path.parts[0].removesuffix('.py').replace('__init__', '')


def faults(path, source):
  """What is wrong with the imports of the file at `path`, a line each."""
  room, found = room_of(path), []
  for line, name in imports(ast.parse(source)):
    package, *inner = name.split('.')
    fault = None
    if package == '':
      fault = 'is relative'
    elif package == 'acrl_jax' and inner:
      fault = upwards(room, inner[0])
    elif name.startswith('flax.nnx'):
      fault = 'is for nobody'
    elif room not in ONLY.get(package, (room,)):
      fault = f'is for {" and ".join(ONLY[package]) or "nobody"} alone'
    elif package in ('jax', 'jaxlib') and room in WITHOUT_JAX:
      fault = f'brings JAX into {room}'
    if fault:
      found.append(f'{path}:{line}: {name} {fault}')
  return found


def upwards(room, other):
  """Why `room` may not import from `other`; None where it may."""
  if not room:
    return 'is loaded with the package; a name in its list of homes is found on first use'
  if other not in FLOOR:
    return 'is in no room'
  if other not in NEEDS.get(room, (other,)) and other != room:
    return f'is not for {room}'
  if FLOOR[room] < FLOOR[other] or other == room or (room, other) in NEIGHBOURS:
    return None
  return f'is not below {room}'


def test_every_room_has_a_floor():
  rooms = {room_of(file.relative_to(PACKAGE)) for file in FILES}
  assert rooms - {''} == set(FLOOR)


@pytest.mark.parametrize('file', FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_file_imports_only_what_its_room_allows(file):
  assert faults(file.relative_to(PACKAGE), file.read_text()) == []


@pytest.mark.parametrize(
  'path, source, said',
  [
    ('models/x.py', 'def f():\n  from acrl_jax import jobs\n', 'models/x.py:2: acrl_jax.jobs is not below models'),
    ('checkpoints/x.py', 'if TYPE_CHECKING:\n  from acrl_jax.rollout import rows', 'rollout.rows is not below'),
    ('algorithms/x.py', 'import acrl_jax.models.policy', 'is not for algorithms'),
    ('sandbox/x.py', 'from acrl_jax.records import Test', 'is not for sandbox'),
    ('models/x.py', 'from acrl_jax.algorithms import ac', 'is not below models'),
    ('models/x.py', 'from acrl_jax.convert import hub', 'is not below models'),
    ('rollout/x.py', 'from acrl_jax.learner import steps', 'is not below rollout'),
    ('learner/x.py', 'from acrl_jax import rollout', 'is not below learner'),
    ('run/x.py', 'from acrl_jax.data import shards', 'is not below run'),
    ('data/x.py', 'from acrl_jax.harness.pool import Pool', 'is not below data'),
    ('convert/x.py', 'from acrl_jax import nowhere', 'is in no room'),
    ('convert/x.py', 'from . import hub', 'is relative'),
    ('__init__.py', 'from acrl_jax.checkpoints import load', 'is loaded with the package'),
    ('models/x.py', 'import torch', 'is for nobody alone'),
    ('models/x.py', 'from flax import nnx', 'is for nobody'),
    ('learner/x.py', 'from flax import linen', 'is for models alone'),
    ('rollout/x.py', 'import transformers', 'is for convert and data alone'),
    ('learner/x.py', 'from ml_collections import ConfigDict', 'is for main and cli and config and jobs alone'),
    ('rewards/x.py', 'import jax.numpy as jnp', 'brings JAX into rewards'),
    ('datagen/java/x.py', 'def f():\n  import jax', 'brings JAX into datagen'),
  ],
)
def test_a_wrong_import_is_seen_wherever_it_stands(path, source, said):
  (fault,) = faults(pathlib.Path(path), source)
  assert said in fault


def test_right_imports_pass():
  source = 'import os, jax, acrl_jax\nfrom acrl_jax.models import policy\nfrom acrl_jax.convert import hub\n'
  assert faults(pathlib.Path('convert/x.py'), source) == []


HOST_SIDE = [
  'acrl_jax', 'acrl_jax.main', 'acrl_jax.jobs', 'acrl_jax.jobs.data', 'acrl_jax.harness', 'acrl_jax.harness.pool',
  'acrl_jax.records', 'acrl_jax.data.sources', 'acrl_jax.data.replay', 'acrl_jax.datagen.build.build',
  'acrl_jax.datagen.inspect.verify', 'acrl_jax.rewards', 'acrl_jax.rewards.token_credit', 'acrl_jax.run.workdir',
  'acrl_jax.sandbox.confinement',
]  # fmt: skip


@pytest.mark.parametrize('module', HOST_SIDE)
def test_the_host_side_loads_without_jax(module):
  code = (
    f'import sys, {module}; bad = {{"jax", "torch", "flax", "transformers"}} & set(sys.modules); '
    'sys.exit(f"imported {bad}" if bad else 0)'
  )
  done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
  assert done.returncode == 0, done.stderr


def test_run_many_needs_no_jax():
  code = 'import sys, acrl_jax; acrl_jax.run_many; sys.exit("jax" in sys.modules)'
  assert subprocess.run([sys.executable, '-c', code]).returncode == 0
