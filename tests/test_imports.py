"""Which part may import what: the host side runs without JAX, nothing runs torch, Flax stays in models/."""

import ast
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[1]
FILES = sorted((ROOT / 'acrl_jax').rglob('*.py'))


def imported(file):
  """Every module name that a file imports anywhere in it."""
  for node in ast.walk(ast.parse(file.read_text())):
    if isinstance(node, ast.Import):
      yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
      yield node.module
      yield from (f'{node.module}.{alias.name}' for alias in node.names)


def uses(file, package):
  return any(name == package or name.startswith(package + '.') for name in imported(file))


def inside(file, *folders):
  return file.relative_to(ROOT / 'acrl_jax').parts[0] in folders


@pytest.mark.parametrize('file', FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_file_imports_only_what_its_room_allows(file):
  assert not uses(file, 'torch') and not uses(file, 'flax.nnx')
  if not inside(file, 'models'):
    assert not uses(file, 'flax')
  if inside(file, 'harness', 'data', 'datagen', 'records.py'):
    assert not uses(file, 'jax')
  if inside(file, 'algorithms'):
    assert not uses(file, 'acrl_jax.models')
  if inside(file, 'models'):
    assert not uses(file, 'acrl_jax.algorithms')
  if not inside(file, 'convert', 'data'):
    assert not uses(file, 'transformers') and not uses(file, 'tokenizers') and not uses(file, 'datasets')
  if file.name != 'checkpoint.py':
    assert not uses(file, 'orbax')


@pytest.mark.parametrize(
  'module', ['acrl_jax', 'acrl_jax.harness', 'acrl_jax.records', 'acrl_jax.data.sources', 'acrl_jax.data.replay',
   'acrl_jax.datagen.build.build', 'acrl_jax.datagen.inspect.verify']
)
def test_the_host_side_loads_without_jax(module):
  code = (
    f'import sys, {module}; bad = {{"jax", "torch", "flax"}} & set(sys.modules); '
    'sys.exit(f"imported {bad}" if bad else 0)'
  )
  done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
  assert done.returncode == 0, done.stderr


def test_run_many_needs_no_jax():
  code = 'import sys, acrl_jax; acrl_jax.run_many; sys.exit("jax" in sys.modules)'
  assert subprocess.run([sys.executable, '-c', code]).returncode == 0
