"""What README.md says holds: its example runs as it stands, its commands are understood, its paths exist."""

import os
import pathlib
import re
import runpy
import shlex
import subprocess
import sys

import pytest

from acrl_jax import cli

ROOT = pathlib.Path(__file__).parents[1]
README, MEASURED = ((ROOT / name).read_text() for name in ('README.md', 'benchmarks/README.md'))


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
  monkeypatch.chdir(ROOT)


BLOCK = re.compile(r'^```(\w*)\n(.*?)^```$', re.DOTALL | re.MULTILINE)


def blocks(text, language):
  """The code blocks of a Markdown text."""
  return [code for name, code in BLOCK.findall(text) if name == language]


def commands(text):
  """The shell commands of a Markdown text: lines of its blocks, and what else stands as `python ...` or `bash ...`."""
  lines = [line for block in blocks(text, '') for line in block.splitlines()]
  lines += re.findall(r'`((?:python|bash) [^`]+)`', BLOCK.sub('', text))
  return [' '.join(re.split(' #', line)[0].split()) for line in lines if line.strip()]


def of_docstrings():
  """The commands in the docstrings of config files, without what stands beside them."""
  for file in sorted((ROOT / 'configs').glob('*.py')):
    text = runpy.run_path(str(file))['__doc__'].replace('\\\n', ' ')
    for line in re.findall(r'^ +python .*', text, re.MULTILINE):
      yield re.split(r'\s{2,}(?!-)', ' '.join(re.split(r'\s+(?=--)', line.strip())))[0]


def variants(command):
  """A command for each of its choices `[a|b]`, without what may be added to it `[...]`."""
  choice = re.search(r'\[(:\w+(?:\|:\w+)*)\]', command)
  if not choice:
    return [re.sub(r' \[[^\]]*\]', '', command)]
  sizes = ['', *choice[1].split('|')]
  return [one for size in sizes for one in variants(command.replace(choice[0], size, 1))]


ALL = sorted({*commands(README), *commands(MEASURED), *of_docstrings()})
TRAINING = [one for command in ALL if ' acrl_jax.main ' in command for one in variants(command)]
JOB_OF = {'evaluate': 'evaluate', 'export': 'export', 'data_java': 'data', 'data_python': 'data'}
OTHERS = [command for command in ALL if ' acrl_jax.main ' not in command]


def run(*words, **options):
  done = subprocess.run(words, capture_output=True, text=True, timeout=600, **options)
  return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize('number', range(len(blocks(README, 'python'))))
def test_the_example_runs_as_it_stands(number, tmp_path):
  (tmp_path / 'example.py').write_text(blocks(README, 'python')[number])
  code, out, err = run(sys.executable, 'example.py', cwd=tmp_path)
  assert code == 0, err
  outcomes = re.findall('^(?:PASSED|FAILED|CRASHED|NO_COMPILE)$', out, re.MULTILINE)
  assert len(outcomes) == 4 and out.count('def double') == 4
  assert {'config.json', 'model.safetensors', 'tokenizer.json'} <= {file.name for file in (tmp_path / 'out').iterdir()}


def test_there_are_commands_to_check():
  assert len(TRAINING) > 12 and len(OTHERS) > 15 and len(blocks(README, 'python')) == 1


@pytest.mark.parametrize('command', TRAINING)
def test_a_command_of_the_main_module_is_understood(command):
  options = cli.parse(['acrl_jax', *shlex.split(command.split(' acrl_jax.main ')[1])])
  assert options.config.job == JOB_OF.get(re.search(r'configs/(\w+)', command)[1], 'train')


@pytest.mark.parametrize('config', sorted({c for line in TRAINING for c in re.findall(r'--config=(\S+:tiny)', line)}))
def test_a_command_that_takes_seconds_passes_its_dry_run(config):
  plain = {name: value for name, value in os.environ.items() if name != 'XLA_FLAGS'}  # not the eight devices of tests
  code, out, err = run(sys.executable, '-m', 'acrl_jax.main', f'--config={config}', '--dry_run', env=plain)
  assert code == 0, err
  assert 'memory estimate' in out and 'steps = ' in out


@pytest.mark.parametrize('command', OTHERS)
def test_every_other_command_names_what_there_is(command):
  match shlex.split(command):
    case ['bash', script, *rest]:
      assert (ROOT / script).is_file()
      if '[--dry-run]' in rest:
        place = {'TPU': 'a', 'ZONE': 'b', 'PATH': os.environ['PATH']}
        code, out, err = run('bash', script, '--dry-run', 'runs/x', env=place)
        assert code == 0 and 'acrl_jax' in out, err
    case ['python', '-m', 'acrl_jax.report', _]:
      code, _, err = run(sys.executable, '-m', 'acrl_jax.report')
      assert code == 2 and 'usage: python -m acrl_jax.report' in err
    case ['python', '-m', 'acrl_jax.datagen', *rest]:
      for part in ' '.join(rest).split(' | '):
        assert run(sys.executable, '-m', 'acrl_jax.datagen', part.split()[0], '--help')[0] == 0
    case ['python', '-m', 'acrl_jax.harness', *rest]:
      code, out, err = run(sys.executable, '-m', 'acrl_jax.harness', '--help')
      assert code == 0 and all(word.split('=')[0] in out for word in rest if word.startswith('--')), err
    case ['python', '-m', 'acrl_jax.datagen.primer.build']:
      assert "__name__ == '__main__'" in (ROOT / 'acrl_jax/datagen/primer/build.py').read_text()
    case ['python', '-m', 'pytest', folder]:
      assert list((ROOT / folder).glob('test_*.py'))
    case ['python', 'benchmarks/SCRIPT.py', '--help']:
      pass
    case ['python', script, *rest]:
      text = (ROOT / script).read_text()
      assert all(f"'{word}'" in text for word in rest if word.startswith('--'))
    case ['kubectl', 'apply', '-f', file]:
      assert (ROOT / file).is_file()
    case _:
      pytest.fail(f'nobody has said how to check {command!r}')


@pytest.mark.parametrize('text', [README, MEASURED], ids=['README.md', 'benchmarks/README.md'])
def test_paths_exist(text):
  tops = {path.name for path in ROOT.iterdir()} - {'runs'}
  named = {path for path in re.findall(r'`([\w.-]+/[\w./*-]*)`', text) if path.split('/')[0] in tops}
  named -= {path for path in named if re.search('[A-Z]{2}', path)}  # acrl_jax/ROOM/x.py is no path
  assert named and [path for path in named if not list(ROOT.glob(path.rstrip('/')))] == []


def test_scripts_of_the_table_exist_and_none_is_left_out():
  imported = {'container.py', 'peers.py', 'speed_child.py', 'speed_ours.py', 'speed_transformers.py', 'speed_tunix.py'}
  scripts = {file.name for file in (ROOT / 'benchmarks').glob('*.py')} - imported
  assert set(re.findall(r'^\| `(\w+\.py)`', MEASURED, re.MULTILINE)) == scripts


def test_the_front_page_has_five_results():
  assert len(re.findall('^- ', README.split('## Results')[1], re.MULTILINE)) == 5
