"""The command line that looks into what the job `data` built."""

import pathlib

import pytest

from acrl_jax.datagen import __main__ as datagen_main
from acrl_jax.datagen.corpora import fetch
from acrl_jax.datagen.inspect import explain, verify
from acrl_jax.datagen.output import report, rows

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
  monkeypatch.chdir(ROOT)


@pytest.fixture
def folder(tmp_path):
  (tmp_path / 'manifest.json').write_text('{}')
  return tmp_path


def test_verify_ends_with_one_where_there_is_a_fault(folder, monkeypatch, capsys):
  wrong, asked = [], []
  monkeypatch.setattr(verify, 'verify', lambda *arguments: asked.append(arguments) or wrong)
  assert datagen_main.main(['verify', str(folder), '--rows', '7', '--seed', '5', '--cache', 'c']) == 0
  assert asked == [(folder, 7, 5, pathlib.Path('c'))]
  wrong.append('java/1: f(2) now gives 3')
  assert datagen_main.main(['verify', str(folder)]) == 1
  assert capsys.readouterr().out == 'java/1: f(2) now gives 3\n'


def test_the_other_commands_reach_their_modules(folder, monkeypatch, capsys):
  asked = []
  monkeypatch.setattr(report, 'text', lambda where: f'report of {where}')
  monkeypatch.setattr(explain, 'explain', lambda *arguments: asked.append(arguments))
  assert datagen_main.main(['stats', str(folder)]) == 0 and capsys.readouterr().out == f'report of {folder}\n'
  assert datagen_main.main(['explain', str(folder), 'java/1', '--cache=c']) == 0
  assert asked == [(folder, 'java/1', pathlib.Path('c'))]
  monkeypatch.setattr(fetch, 'fetch', lambda name, _: fetch.Fetched(name, '1', 'MIT', '', folder, (), ''))
  assert datagen_main.main(['fetch', 'toolz', 'boltons']) == 0
  assert capsys.readouterr().out == f'toolz 1 (MIT): {folder}\nboltons 1 (MIT): {folder}\n'
  assert datagen_main.main(['fetch']) == 0 and 'commons-lang3    java' in capsys.readouterr().out


@pytest.mark.parametrize(
  ('words', 'said'),
  [
    (['verfy', 'x'], "no command 'verfy'; did you mean verify?"),
    (['stats', 'nowhere'], 'nowhere holds no manifest.json; DIR must be the --workdir of a finished build'),
    (['fetch', 'guavva'], "no corpus 'guavva'; did you mean guava?"),
    (['hashes', '--mbpp=nowhere'], 'mbpp:nowhere: no such file'),
    (['fetch', 'toolz', f'--cache={__file__}'], 'Not a directory'),
  ],
)
def test_what_is_asked_for_wrongly_is_told_in_one_line(words, said, capsys):
  assert datagen_main.main(words) == 2
  text = capsys.readouterr().err
  assert said in text and text.count('\n') == 1


@pytest.mark.parametrize('command', ['stats', 'verify', 'explain'])
@pytest.mark.parametrize('text', ['{}', '[]', '{"config"'])
def test_a_manifest_that_is_none_is_told_in_one_line(folder, command, text, capsys):
  (folder / 'manifest.json').write_text(text)
  (folder / 'rejects.arrow').write_bytes(rows.stream([], rows.REJECTS))
  assert datagen_main.main([command, str(folder), *['x'] * (command == 'explain')]) == 2
  said = capsys.readouterr().err
  assert 'manifest.json cannot be read' in said and 'build the folder (again)' in said and said.count('\n') == 1


@pytest.mark.parametrize('count', ['-1', 'all'])
def test_a_sample_has_a_size(folder, count, capsys):
  with pytest.raises(SystemExit) as stopped:
    datagen_main.main(['verify', str(folder), f'--rows={count}'])
  assert stopped.value.code == 2 and f"'{count}': must be 0 or more" in capsys.readouterr().err
