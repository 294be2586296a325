"""Java classes for tests, compiled into a jar; tests that need them are skipped where Java is not."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import zipfile

import pytest

from acrl_jax.datagen.java import classes
from acrl_jax.datagen.records import Doc, Function, Parameter, Type

FIXTURES = pathlib.Path(__file__).parent / 'java_fixtures'


def need_java() -> classes.Java:
  """What the Java side needs; skips the test, or the module, where no JDK or library is installed."""
  try:
    return classes.prepare()
  except ValueError as e:
    if 'could not compile' in str(e):  # our own Java is broken: no reason to skip its tests
      raise
    pytest.skip(str(e), allow_module_level=True)


def jar(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
  """The classes of all fixtures, compiled once in a process."""
  folder = tmp_path_factory.getbasetemp() / 'fixtures'
  made = folder / 'fixtures.jar'
  if not made.exists():
    compiled = folder / 'classes'
    javac = shutil.which('javac', path=f'{need_java().home}/bin')
    options = [*classes.QUICK, '-nowarn', '-encoding', 'UTF-8', '-d', compiled]
    subprocess.run([javac, *options, *sorted(FIXTURES.glob('*.java'))], check=True, capture_output=True)
    with zipfile.ZipFile(made, 'w') as z:
      for path in sorted(compiled.rglob('*.class')):
        z.write(path, path.relative_to(compiled))
  return made


def method(container: str, name: str, *sources: str, erased: tuple[str, ...] = (), **more) -> Function:
  """A function that an oracle can call: types as Java spells them."""
  simple = erased or tuple(s.partition('<')[0] for s in sources)
  parameters = tuple(Parameter(f'p{k}', Type('int'), s, e) for k, (s, e) in enumerate(zip(sources, simple)))
  container = f'fixtures.{container}'
  return Function(
    id='java/0123456789abcdef', language='java', corpus='fixtures', version='1', license='Apache-2.0',
    symbol=f'{container}#{name}({",".join(simple)})', container=container, name=name, parameters=parameters,
    returns=Type('int'), returns_source='', doc=Doc('Does what its name says.'), body='', path='', line=1, **more,
  )  # fmt: skip
