"""The Java side of the generator, compiled at first use and kept."""

from __future__ import annotations

import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
from typing import NamedTuple

from acrl_jax.run import cache_dir

_SOURCES = pathlib.Path(__file__).parent  # bytecode/, runtime/
_LIBRARIES = tuple(pathlib.Path('/usr/share/java') / name for name in ('asm.jar', 'asm-tree.jar'))
QUICK = ('-J-XX:TieredStopAtLevel=1', '-J-XX:+UseSerialGC', '-proc:none')  # of a compiler that has little to do
_WAY_OUT = 'bash launch/java.sh installs it'


class Java(NamedTuple):
  """A JDK, and the class path that the Java side starts with."""

  executable: str
  home: str  # of the JDK
  classpath: tuple[str, ...]


def prepare(command: str = 'java') -> Java:
  """Compiles what is not compiled yet, into a folder of the cache. Raises ValueError naming what is missing."""
  path = shutil.which(command)
  if not path:
    raise ValueError(f'{command} was not found; it must be a command of JDK 17 or later: {_WAY_OUT}')
  executable = os.path.realpath(path)
  home = os.path.dirname(os.path.dirname(executable))
  missing = [str(p) for p in _LIBRARIES if not p.exists()]
  if missing:
    raise ValueError(f'no {" and no ".join(missing)}; libasm-java must be installed: {_WAY_OUT}')
  libraries = tuple(os.path.realpath(p) for p in _LIBRARIES)
  return Java(executable, home, (str(_compiled(home, libraries)), *libraries))


def _compiled(home: str, libraries: tuple[str, ...]) -> pathlib.Path:
  """The folder of class files, of these sources by this JDK."""
  sources = sorted(_SOURCES.rglob('*.java'))
  parts = [p.read_bytes() for p in sources] + [p.encode() for p in libraries]
  release = pathlib.Path(home, 'release')
  parts.append(release.read_bytes() if release.exists() else home.encode())
  digest = hashlib.sha256(b'\0'.join(parts)).hexdigest()[:16]
  cache = cache_dir.path()
  folder = cache / f'java-{digest}'
  if folder.exists():
    return folder
  compiler = os.path.join(home, 'bin', 'javac')
  if not os.path.exists(compiler):
    raise ValueError(f'{home} has no javac; it must be a whole JDK, not only a JRE: {_WAY_OUT}')
  cache.mkdir(parents=True, exist_ok=True)
  scratch = tempfile.mkdtemp(prefix='java-', dir=cache)
  try:
    options = [*QUICK, '-d', scratch, '-encoding', 'UTF-8', '-cp', os.pathsep.join(libraries)]
    done = subprocess.run([compiler, *options, *map(str, sources)], capture_output=True, text=True)
    if done.returncode:
      raise ValueError(f'{compiler} could not compile {_SOURCES}; it must be of JDK 17 or later: {done.stderr[:2000]}')
    try:
      os.rename(scratch, folder)
    except OSError:
      if not folder.exists():  # else another process was faster
        raise
  finally:
    shutil.rmtree(scratch, ignore_errors=True)
  return folder
