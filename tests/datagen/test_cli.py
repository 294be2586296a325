"""The job `data` and the command line that looks into what it built."""

import pathlib
import subprocess
import sys

import pytest

from acrl_jax import cli
from acrl_jax import main as acrl_main
from acrl_jax.datagen import __main__ as cli
from acrl_jax.datagen.build import build, pipeline
from acrl_jax.datagen.corpora import fetch
from acrl_jax.datagen.inspect import explain, verify
from acrl_jax.datagen.java import classes as java_classes
from acrl_jax.datagen.output import report, rows

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
  monkeypatch.chdir(ROOT)


@pytest.fixture
def folder(tmp_path):
  (tmp_path / 'manifest.json').write_text('{}')
  return tmp_path


def parse(*words, config='data_python'):
  return cli.parse(['acrl_jax', f'--config=configs/{config}.py', '--workdir=w', *words])


# --- the job


@pytest.mark.parametrize('config', ['data_java', 'data_python'])
def test_the_defaults_are_those_of_the_stages(config):
  assert build.make_settings(parse(config=config).config) == pipeline.Settings()


def test_limits_bars_and_seed_reach_the_stages():
  words = ['limits.most_mutants=7', 'bars.mutation_score=0.5', 'bars.fewest_tests=3']
  config = parse('--config.seed=4', *(f'--config.generate.{w}' for w in words)).config
  made = build.make_settings(config)
  assert (made.most_mutants, made.bars.mutation_score, made.bars.fewest_tests, made.seed) == (7, 0.5, 3, 4)
  manifest = {'config': {'settings': build.work.plain(made)}}
  assert build.settings_of(manifest) == made


def test_a_limit_that_the_stages_do_not_know_is_refused():
  config = parse().config
  config.generate.limits.unlock()
  config.generate.limits.most_imputs = 3
  with pytest.raises(ValueError, match='config.generate.limits.most_imputs: no such key; did you mean most_inputs?'):
    build.make_settings(config)


@pytest.mark.parametrize(
  ('word', 'said'),
  [
    ('generate.part=0', 'config.generate.part=0: due is more than 0'),
    ('generate.workers=-1', 'config.generate.workers=-1: due is 0 or more'),
    ('generate.limits.most_inputs=0', 'config.generate.limits.most_inputs=0: due is more than 0'),
    ('generate.engine=rya', 'due is one of local, ray; did you mean ray?'),
    ('generate.corpus=x', 'config.generate.corpus: no such key; did you mean generate.corpora?'),
    ('job=train', 'does not go with this config file; due is one of its own: such as configs/ac.py'),
    ('job=datas', 'did you mean data?'),
  ],
)
def test_a_wrong_setting_is_told_in_one_line(word, said):
  with pytest.raises(ValueError) as caught:
    parse(f'--config.{word}')
  assert said in str(caught.value) and '\n' not in str(caught.value)


def test_the_job_needs_a_config_of_its_own():
  with pytest.raises(ValueError, match='due is one of its own: configs/data_java.py or configs/data_python.py'):
    cli.parse(['acrl_jax', '--config=configs/ac.py', '--workdir=w', '--config.job=data'])


def test_no_corpus_is_told_before_anything_is_made(tmp_path, capsys):
  words = ['acrl_jax', '--config=configs/data_python.py', f'--workdir={tmp_path}/out']
  assert acrl_main.main([*words, '--config.generate.corpora=()']) == 2
  assert 'config.generate.corpora is empty' in capsys.readouterr().err
  assert acrl_main.main([*words, "--config.generate.corpora=('tools',)"]) == 2
  assert "no corpus 'tools'; did you mean toolz?" in capsys.readouterr().err
  assert not (tmp_path / 'out').exists()


def test_the_job_loads_no_jax(tmp_path):
  words = ['acrl_jax', '--config=configs/data_python.py', f'--workdir={tmp_path}/out', '--config.generate.corpora=()']
  code = f'import sys\nfrom acrl_jax import main\nassert main.main({words}) == 2\nsys.exit("jax" in sys.modules)'
  done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True)
  assert done.returncode == 0, done.stderr


@pytest.mark.parametrize('missing', ['java', 'ray'])
def test_what_is_not_installed_is_told_before_any_download(missing, tmp_path, monkeypatch, capsys):
  monkeypatch.setattr(fetch, 'fetch', lambda *_: pytest.fail('a download'))
  words = ['acrl_jax', '--config=configs/data_java.py', f'--workdir={tmp_path}/out']
  if missing == 'java':
    monkeypatch.setattr(java_classes.shutil, 'which', lambda command: None)
    said = 'java was not found; a JDK of version 17 or later is due: bash launch/java.sh installs it'
  else:
    monkeypatch.setitem(sys.modules, 'acrl_jax.datagen.build.ray_build', None)
    monkeypatch.delattr('acrl_jax.datagen.build.ray_build', raising=False)
    words.append('--config.generate.engine=ray')
    said = 'config.generate.engine=ray: '
  assert acrl_main.main(words) == 2
  text = capsys.readouterr().err
  assert said in text and text.count('\n') == 1 and not (tmp_path / 'out').exists()


# --- looking into what it built


def test_verify_ends_with_one_where_there_is_a_fault(folder, monkeypatch, capsys):
  wrong, asked = [], []
  monkeypatch.setattr(verify, 'verify', lambda *arguments: asked.append(arguments) or wrong)
  assert cli.main(['verify', str(folder), '--rows', '7', '--seed', '5', '--cache', 'c']) == 0
  assert asked == [(folder, 7, 5, pathlib.Path('c'))]
  wrong.append('java/1: f(2) now gives 3')
  assert cli.main(['verify', str(folder)]) == 1
  assert capsys.readouterr().out == 'java/1: f(2) now gives 3\n'


def test_the_other_commands_reach_their_modules(folder, monkeypatch, capsys):
  asked = []
  monkeypatch.setattr(report, 'text', lambda where: f'report of {where}')
  monkeypatch.setattr(explain, 'explain', lambda *arguments: asked.append(arguments))
  assert cli.main(['stats', str(folder)]) == 0 and capsys.readouterr().out == f'report of {folder}\n'
  assert cli.main(['explain', str(folder), 'java/1', '--cache=c']) == 0
  assert asked == [(folder, 'java/1', pathlib.Path('c'))]
  monkeypatch.setattr(fetch, 'fetch', lambda name, _: fetch.Fetched(name, '1', 'MIT', '', folder, (), ''))
  assert cli.main(['fetch', 'toolz', 'boltons']) == 0
  assert capsys.readouterr().out == f'toolz 1 (MIT): {folder}\nboltons 1 (MIT): {folder}\n'
  assert cli.main(['fetch']) == 0 and 'commons-lang3    java' in capsys.readouterr().out


@pytest.mark.parametrize(
  ('words', 'said'),
  [
    (['verfy', 'x'], "no command 'verfy'; did you mean verify?"),
    (['stats', 'nowhere'], 'nowhere holds no manifest.json; due is the --workdir of a finished build'),
    (['fetch', 'guavva'], "no corpus 'guavva'; did you mean guava?"),
    (['hashes', '--mbpp=nowhere'], 'mbpp:nowhere: no such file'),
    (['fetch', 'toolz', f'--cache={__file__}'], 'Not a directory'),
  ],
)
def test_what_is_asked_for_wrongly_is_told_in_one_line(words, said, capsys):
  assert cli.main(words) == 2
  text = capsys.readouterr().err
  assert said in text and text.count('\n') == 1


@pytest.mark.parametrize('command', ['stats', 'verify', 'explain'])
@pytest.mark.parametrize('text', ['{}', '[]', '{"config"'])
def test_a_manifest_that_is_none_is_told_in_one_line(folder, command, text, capsys):
  (folder / 'manifest.json').write_text(text)
  (folder / 'rejects.arrow').write_bytes(rows.stream([], rows.REJECTS))
  assert cli.main([command, str(folder), *['x'] * (command == 'explain')]) == 2
  said = capsys.readouterr().err
  assert 'manifest.json cannot be read' in said and 'build the folder (again)' in said and said.count('\n') == 1


@pytest.mark.parametrize('count', ['-1', 'all'])
def test_a_sample_has_a_size(folder, count, capsys):
  with pytest.raises(SystemExit) as stopped:
    cli.main(['verify', str(folder), f'--rows={count}'])
  assert stopped.value.code == 2 and f"'{count}': due is 0 or more" in capsys.readouterr().err


def test_settings_of_another_generator_are_told():
  manifest = {'generator_version': '0.0+x', 'config': {'settings': {'no_such': 1, 'bars': {}}}}
  with pytest.raises(ValueError, match=r'built by generator 0\.0\+x, which had other settings .*no_such'):
    build.settings_of(manifest)


def test_files_of_corpora_are_where_they_are_asked_to_be(monkeypatch):
  monkeypatch.delenv('ACRL_CACHE', raising=False)
  assert build.corpora_folder('') == pathlib.Path.home() / '.cache/acrl_jax/corpora'
  monkeypatch.setenv('ACRL_CACHE', '/else')
  assert build.corpora_folder('') == pathlib.Path('/else/corpora') and build.corpora_folder('x') == pathlib.Path('x')
