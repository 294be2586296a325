"""The job `data`: settings reach the stages; what cannot be done is said before anything is downloaded or made."""

import errno
import pathlib
import subprocess
import sys

import builds
import pytest

from acrl_jax import cli
from acrl_jax import main as acrl_main
from acrl_jax.datagen.build import build, pipeline, work
from acrl_jax.datagen.corpora import fetch
from acrl_jax.datagen.java import classes as java_classes
from acrl_jax.datagen.output import release, report, rows
from acrl_jax.jobs import data

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
  monkeypatch.chdir(ROOT)


def parse(*words, config='data_python'):
  return cli.parse(['acrl_jax', f'--config=configs/{config}.py', '--workdir=w', *words])


@pytest.mark.parametrize('config', ['data_java', 'data_python'])
def test_the_defaults_are_those_of_the_stages(config):
  assert data.make_settings(parse(config=config).config) == pipeline.Settings()


def test_limits_bars_and_seed_reach_the_stages():
  words = ['limits.most_mutants=7', 'bars.mutation_score=0.5', 'bars.fewest_tests=3']
  config = parse('--config.seed=4', *(f'--config.generate.{w}' for w in words)).config
  made = data.make_settings(config)
  assert (made.most_mutants, made.bars.mutation_score, made.bars.fewest_tests, made.seed) == (7, 0.5, 3, 4)
  manifest = {'config': {'settings': work.plain(made)}}
  assert build.settings_of(manifest) == made


def test_a_limit_that_the_stages_do_not_know_is_refused():
  config = parse().config
  config.generate.limits.unlock()
  config.generate.limits.most_imputs = 3
  way = 'did you mean generate.limits.most_inputs?'
  with pytest.raises(ValueError, match=f'config.generate.limits.most_imputs: no such key; {way}'):
    data.make_settings(config)


@pytest.mark.parametrize(
  ('word', 'said'),
  [
    ('generate.part=0', 'config.generate.part=0: must be above 0'),
    ('generate.workers=-1', 'config.generate.workers=-1: must be at least 0'),
    ('generate.limits.most_inputs=0', 'config.generate.limits.most_inputs=0: must be above 0'),
    ('generate.engine=rya', 'must be one of local, ray; did you mean ray?'),
    ('generate.corpus=x', 'config.generate.corpus: no such key; did you mean generate.corpora?'),
    ('job=train', 'does not go with this config file; take one of its own: such as configs/ac.py'),
    ('job=datas', 'did you mean data?'),
  ],
)
def test_a_wrong_setting_is_told_in_one_line(word, said):
  with pytest.raises(ValueError) as caught:
    parse(f'--config.{word}')
  assert said in str(caught.value) and '\n' not in str(caught.value)


def test_the_job_needs_a_config_of_its_own():
  with pytest.raises(ValueError, match='take one of its own: configs/data_java.py or configs/data_python.py'):
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
    said = 'java was not found; it must be a command of JDK 17 or later: bash launch/java.sh installs it'
  else:
    monkeypatch.setitem(sys.modules, 'acrl_jax.datagen.build.ray_build', None)
    monkeypatch.delattr('acrl_jax.datagen.build.ray_build', raising=False)
    words.append('--config.generate.engine=ray')
    said = 'config.generate.engine=ray: '
  assert acrl_main.main(words) == 2
  text = capsys.readouterr().err
  assert said in text and text.count('\n') == 1 and not (tmp_path / 'out').exists()


def test_a_full_disk_is_told_and_costs_one_part(tmp_path, monkeypatch):
  source = builds.corpus(tmp_path / 'c')
  monkeypatch.setattr(rows, 'version', lambda: 'test')
  monkeypatch.setattr(report, 'plots', lambda *_: None)  # they take longer than such a build
  written = []

  def write(file, data, real=release.write_file):
    if len(written) == 4:
      raise OSError(errno.ENOSPC, 'No space left on device', str(file))
    written.append(file)
    real(file, data)

  monkeypatch.setattr(build, 'open_corpora', lambda *_: [source])
  chosen = parse('--config.generate.part=4', '--config.generate.workers=1').config
  with monkeypatch.context() as patch:
    patch.setattr(release, 'write_file', write)
    with pytest.raises(ValueError, match='the disk is full; make room and give the same command again'):
      data.run(chosen, str(tmp_path / 'out'), False)
  assert '(2 done before)' in builds.make(tmp_path / 'out', source)[1]
  builds.make(tmp_path / 'good', source)
  ours = {'config.json', 'env.json'}  # of the job, besides what the build writes
  found = builds.contents(tmp_path / 'out')
  assert ours <= found.keys()
  assert {k: v for k, v in found.items() if k not in ours} == builds.contents(tmp_path / 'good')


def test_another_error_of_the_system_is_none_of_a_full_disk(tmp_path, monkeypatch):
  def broken(*_):
    raise OSError(errno.EIO, 'Input/output error')

  monkeypatch.setattr(build, 'open_corpora', lambda *_: [])
  monkeypatch.setattr(build, 'build', broken)
  with pytest.raises(OSError, match='Input/output error'):
    data.run(parse().config, str(tmp_path / 'out'), False)


def test_a_dry_run_counts_and_makes_nothing(tmp_path, monkeypatch, capsys):
  source = builds.corpus(tmp_path / 'c', alpha0='screened')
  monkeypatch.setattr(build, 'open_corpora', lambda *_: [source])
  words = ['--config.generate.part=4', '--config.generate.max_functions=10']
  data.run(parse(*words).config, str(tmp_path / 'out'), True)
  assert capsys.readouterr().out == '10 functions in 3 parts, 1 screened out\n'
  assert not (tmp_path / 'out').exists() and builds.log(source) == []


def test_the_options_of_a_build_are_those_of_its_section():
  words = ['part=7', 'workers=3', 'max_functions=9', 'engine=ray']
  options = data.make_options(parse(*(f'--config.generate.{w}' for w in words)).config)
  assert options == build.Options(engine='ray', workers=3, part=7, max_functions=9)
