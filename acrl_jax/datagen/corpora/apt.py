"""A state of apt's own for downloads of binary and source packages: the machine's own apt is left as it is."""

from __future__ import annotations

import pathlib
import shlex
import subprocess


def command(state: pathlib.Path, *words: str) -> tuple[str, ...]:
  """The command line of an apt-get that keeps its state in that folder."""
  options = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': state / 'sources',
    'Dir::State::lists': state / 'lists',
    'Dir::Cache': state / 'cache',
    'Acquire::Languages': 'none',
    'Acquire::http::Timeout': 30,
    'APT::Sandbox::User': 'root',  # its usual user may not read folders of ours
  }
  given = [word for key, value in options.items() for word in ('-o', f'{key}={value}')]
  return ('apt-get', '--quiet', *given, *words)


def prepare(state: pathlib.Path) -> None:
  """Makes the folders, and copies the machine's sources with source packages added. One process at a time.

  Raises:
    OSError, subprocess.SubprocessError: there is no apt.
  """
  for name in ('sources', 'lists/partial', 'cache/archives/partial'):
    (state / name).mkdir(parents=True, exist_ok=True)
  answer = subprocess.run(
    ('apt-config', 'shell', 'file', 'Dir::Etc::sourcelist/f', 'parts', 'Dir::Etc::sourceparts/d'),
    check=True, capture_output=True, text=True,
  )  # fmt: skip
  where = dict(word.split('=', 1) for word in shlex.split(answer.stdout))
  files = [pathlib.Path(where['file'])]
  files += sorted(p for p in pathlib.Path(where['parts']).glob('*') if p.suffix in ('.list', '.sources'))
  for old in (state / 'sources').iterdir():
    old.unlink()
  for number, file in enumerate(f for f in files if f.is_file()):
    target = state / 'sources' / f'{number:03}{file.suffix}'
    target.write_text(with_sources(file.read_text(errors='replace'), file.suffix))


def has_lists(state: pathlib.Path) -> bool:
  """Whether lists of source packages have been downloaded."""
  return any('Sources' in p.name for p in (state / 'lists').iterdir())


def with_sources(text: str, suffix: str) -> str:
  """A file of apt's sources whose every binary source offers source packages as well, in either of the formats."""
  lines = []
  for line in text.splitlines():
    words = line.split()
    if suffix == '.sources':
      lines.append('Types: deb deb-src' if line.lower().startswith('types:') and 'deb' in words[1:] else line)
    elif words[:1] == ['deb']:
      lines += [line, line.replace('deb', 'deb-src', 1)]
    elif words[:1] != ['deb-src']:
      lines.append(line)
  return '\n'.join(lines) + '\n'
