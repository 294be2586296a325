"""Corpora to shards of problems, by parts: a build that was cut off goes on with the first part that is missing.

  corpora -> functions -> tasks of about 200 -> parts/CORPUS-NNNNN.arrow -> train/ validation/ test/ and the rest

The same corpora and settings give the same bytes, whatever the number of workers and however often it was cut off.
"""

from __future__ import annotations

import contextlib
import fcntl
import pathlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tqdm import tqdm

from acrl_jax.datagen.build import languages, pool, work
from acrl_jax.datagen.build.languages import Front
from acrl_jax.datagen.build.pipeline import Settings
from acrl_jax.datagen.build.work import Task
from acrl_jax.datagen.cases.bars import Bars
from acrl_jax.datagen.corpora import catalogue, fetch
from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.output import release, report, rows
from acrl_jax.datagen.records import Function, Reject
from acrl_jax.run import cache_dir

Source = tuple[Fetched, Front]


class Options(NamedTuple):
  """How a build is cut up and spread: config.generate."""

  engine: str  # local | ray
  workers: int  # 0 means one a core
  part: int  # functions in a part
  max_functions: int  # of each corpus; 0 means all


def settings_of(manifest: dict) -> Settings:
  """The settings that a build was made with; ValueError for those of a generator that had others."""
  try:
    values = manifest['config']['settings']
    return Settings(**values | {'bars': Bars(**values['bars'])})
  except (KeyError, TypeError) as error:
    generator = manifest['generator_version']
    raise ValueError(f'built by generator {generator}, which had other settings ({error}); build it again') from error


def corpora_folder(path: str) -> pathlib.Path:
  """Where the files of corpora are kept: `path`, or for '' the folder of this user's cache."""
  return pathlib.Path(path).expanduser() if path else cache_dir.path() / 'corpora'


def open_corpora(names: Sequence[str], where: pathlib.Path, say: Callable = print) -> list[Source]:
  """The corpora that can be had here; the others are named and left out.

  ValueError when none is left, or when what it takes to run functions of their languages is missing.
  """
  language_of = {name: catalogue.corpus(name).language for name in names}  # a wrong name is refused before any download
  for language in sorted(set(language_of.values())):
    languages.front(language).check_installed()
  sources, missing = [], []
  for name in sorted(language_of):
    try:
      sources.append((fetch.fetch(name, where), languages.front(language_of[name])))
    except fetch.Unavailable as error:
      missing.append(str(error))
      say(f'left out: {error}')
  if not sources:
    raise ValueError('none of the corpora can be had: ' + ('; '.join(missing) or 'config.generate.corpora is empty'))
  return sources


def build(
  folder: pathlib.Path, sources: Sequence[Source], settings: Settings, options: Options, say: Callable = print
) -> dict:
  """Makes the parts of a build that are not there yet, then its shards and report; returns the manifest."""
  engine = make_engine(options.engine)
  with _alone(folder):
    tasks, rejects = plan(sources, settings, options.part, options.max_functions)
    left = [task for task in tasks if not is_done(folder, task)]
    total = sum(len(task.functions) for task in tasks)
    say(f'{total} functions in {len(tasks)} parts ({len(tasks) - len(left)} done before), {len(rejects)} screened out')
    write_parts(folder, left, engine, options.workers or pool.cores())
    for file in set((folder / 'parts').glob('*')) - {f for task in tasks for f in part_files(folder, task)}:
      file.unlink()  # of a build that had more of them
    manifest = release.release(
      folder, [(task.name, task.key) for task in tasks], rejects, [fetched for fetched, _ in sources],
      {'settings': work.plain(settings), 'part': options.part, 'max_functions': options.max_functions},
    )  # fmt: skip
    say(report.write_report(folder))
  return manifest


def plan(sources: Sequence[Source], settings: Settings, size: int, most: int = 0) -> tuple[list[Task], list[dict]]:
  """The tasks of `size` functions, and a row of rejects for each function that is in none of them.

  `most` functions a corpus are taken; 0 means all. A corpus without a usable function makes no task.
  """
  tasks, rejects = [], []
  seen: set[str] = set()
  for fetched, front in sources:
    functions: list[Function] = []
    for symbol, function, reject in front.functions(fetched):
      if function is not None and function.id in seen:
        function, reject = None, Reject('extract', 'duplicate_id')
      if function is None:
        rejects.append(rows.reject_row('', symbol, fetched.name, reject))
      else:
        seen.add(function.id)
        functions.append(function)
    functions.sort(key=lambda f: f.id)
    functions = functions[:most] if most else functions  # ids are hashes: the first are a fair sample
    for number, first in enumerate(range(0, len(functions), size)):
      chosen = tuple(functions[first : first + size])
      tasks.append(Task(f'{fetched.name}-{number:05d}', front, fetched, chosen, settings, rows.version()))
  return tasks, rejects


def part_files(folder: pathlib.Path, task: Task) -> tuple[pathlib.Path, pathlib.Path]:
  """The two files of a task's part, of its rejects and of its problems."""
  return tuple(folder / 'parts' / f'{task.name}{end}' for end in ('.rejects.arrow', '.arrow'))


def is_done(folder: pathlib.Path, task: Task) -> bool:
  """Whether both files of its part are there, whole, and made from the same functions, settings and generator."""
  key = {k.encode(): v.encode() for k, v in task.key.items()}
  for file in part_files(folder, task):
    try:
      written = rows.read_table(file).schema.metadata or {}
    except ValueError:
      return False
    if not key.items() <= written.items():
      return False
  return True


def write_parts(folder: pathlib.Path, tasks: Sequence[Task], engine: Callable[..., Iterator], workers: int) -> None:
  """Has the tasks done by `engine`; each part is on the disk as soon as it is made."""
  total = sum(len(task.functions) for task in tasks)
  counts = [0, 0]
  with tqdm(total=total, unit='function', disable=not total, mininterval=1 if sys.stderr.isatty() else 30) as bar:

    def note(kept: int, rejected: int) -> None:
      counts[0] += kept
      counts[1] += rejected
      bar.set_postfix(kept=counts[0], rejected=counts[1], refresh=False)
      bar.update(kept + rejected)

    for task, part in engine(tasks, workers, note):
      for file, data in zip(part_files(folder, task), (part.rejects, part.problems)):
        release.write_file(file, data)


def make_engine(name: str) -> Callable[..., Iterator]:
  """The function that makes parts of tasks, `pool.parts` or its like; ValueError where Ray is wanted and missing."""
  if name == 'ray':
    try:
      from acrl_jax.datagen.build import ray_build
    except ImportError as error:
      raise ValueError(f'config.generate.engine=ray: {error}') from error

    return ray_build.parts
  return pool.parts


@contextlib.contextmanager
def _alone(folder: pathlib.Path) -> Iterator[None]:
  """One build at a time in a folder; ValueError for the second. The lock goes with the process."""
  with open(folder / '.lock', 'w') as file:
    try:
      fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
      raise ValueError(f'{file.name}: another build is at work in this folder; wait for it or end it') from error
    yield
