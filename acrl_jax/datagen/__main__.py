"""python -m acrl_jax.datagen fetch [NAME ...] | stats DIR | verify DIR | explain DIR ID | hashes --mbpp=PATH

Looks into what `python -m acrl_jax.main --config=configs/data_java.py --workdir=DIR` builds. 0 when all is well, 1 when
`verify` finds a fault, 2 after one line on stderr when what was asked for is wrong.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import sys

from acrl_jax import config


def _fetch(arguments: argparse.Namespace) -> int:
  from acrl_jax.datagen.build import build
  from acrl_jax.datagen.corpora import catalogue, fetch

  for name in arguments.names:
    catalogue.corpus(name)  # a wrong name is refused before any download
  for name in arguments.names:
    fetched = fetch.fetch(name, build.corpora_folder(arguments.cache))
    print(f'{name} {fetched.version} ({fetched.license}): {fetched.sources}')
  for corpus in catalogue.CORPORA.values() if not arguments.names else ():
    print(f'{corpus.name:16} {corpus.language:7} {corpus.version:8} {corpus.license}')
  return 0


def _stats(arguments: argparse.Namespace) -> int:
  from acrl_jax.datagen.output import report

  print(report.text(_folder(arguments.folder)))
  return 0


def _verify(arguments: argparse.Namespace) -> int:
  from acrl_jax.datagen.build import build
  from acrl_jax.datagen.inspect import verify

  folder = _folder(arguments.folder)
  wrong = verify.verify(folder, arguments.rows, arguments.seed, build.corpora_folder(arguments.cache))
  for line in wrong:
    print(line)
  return int(bool(wrong))


def _explain(arguments: argparse.Namespace) -> int:
  from acrl_jax.datagen.build import build
  from acrl_jax.datagen.inspect import explain

  explain.explain(_folder(arguments.folder), arguments.id, build.corpora_folder(arguments.cache))
  return 0


def _hashes(arguments: argparse.Namespace) -> int:
  from acrl_jax.datagen.output import decontaminate

  hashes = decontaminate.write_hashes(arguments.mbpp)
  print(', '.join(f'{len(values)} {name}' for name, values in hashes._asdict().items()), f'in {decontaminate.FILE}')
  return 0


def _count(text: str) -> int:
  """An option's value that is 0 or more."""
  if not text.isdecimal():
    raise argparse.ArgumentTypeError(f'{text!r}: must be 0 or more')
  return int(text)


def _folder(path: str) -> pathlib.Path:
  if not (pathlib.Path(path) / 'manifest.json').is_file():
    raise ValueError(f'{path} holds no manifest.json; DIR must be the --workdir of a finished build')
  return pathlib.Path(path)


def _parser() -> argparse.ArgumentParser:
  parser = argparse.ArgumentParser(prog='python -m acrl_jax.datagen', description='Looks into builds of problems.')
  commands = parser.add_subparsers(metavar='COMMAND', required=True)

  def command(function, name: str, text: str) -> argparse.ArgumentParser:
    added = commands.add_parser(name, help=text, description=text)
    added.set_defaults(function=function)
    return added

  def takes_cache(added: argparse.ArgumentParser) -> None:
    text = 'files of corpora; default: ~/.cache/acrl_jax/corpora'
    added.add_argument('--cache', default='', metavar='DIR', help=text)

  added = command(_fetch, 'fetch', 'Downloads corpora; without a name, lists them.')
  added.add_argument('names', nargs='*', metavar='NAME')
  takes_cache(added)
  added = command(_stats, 'stats', 'Prints what a build made.')
  added.add_argument('folder', metavar='DIR')
  added = command(_verify, 'verify', 'Checks a build, and executes tests of a sample again.')
  added.add_argument('folder', metavar='DIR')
  added.add_argument('--rows', type=_count, default=200, metavar='N', help='problems in the sample; default: 200')
  added.add_argument('--seed', type=int, default=1, help='of the sample, and of how it is executed; default: 1')
  takes_cache(added)
  added = command(_explain, 'explain', 'Makes one problem again, and shows every stage.')
  added.add_argument('folder', metavar='DIR')
  added.add_argument('id', metavar='ID', help='an id, a symbol of the source or an entry point')
  takes_cache(added)
  added = command(_hashes, 'hashes', 'Makes the file of hashes of HumanEval and MBPP anew.')
  added.add_argument('--mbpp', required=True, metavar='PATH', help="MBPP's jsonl")
  return parser


COMMANDS = ('fetch', 'stats', 'verify', 'explain', 'hashes')


def main(argv: list[str]) -> int:
  """Runs one command."""
  try:
    if argv and not argv[0].startswith('-') and argv[0] not in COMMANDS:
      raise ValueError(f'no command {argv[0]!r}; {config.nearest(argv[0], COMMANDS)}')
    arguments = _parser().parse_args(argv)
    return arguments.function(arguments)
  except (ValueError, OSError) as error:
    if os.environ.get('ACRL_TRACEBACK'):
      raise
    print(f'acrl_jax.datagen: {" ".join(str(error).split())}', file=sys.stderr)
    return 2


if __name__ == '__main__':
  sys.exit(main(sys.argv[1:]))
