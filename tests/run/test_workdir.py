"""A workdir refuses to become another run, and names the key."""

import pytest

from acrl_jax.config import default
from acrl_jax.records import Outcome, Problem, Test, TestReport
from acrl_jax.run import samples, workdir


def test_a_changed_config_is_refused_by_name(tmp_path):
  config = default('tiny')
  (workdir.begin(str(tmp_path / 'run'), config) / 'metrics.jsonl').write_text('')
  workdir.begin(str(tmp_path / 'run'), config)
  config.optimizer.learning_rate = 0.5
  with pytest.raises(ValueError, match='a run with config.optimizer.learning_rate=.*, not 0.5'):
    workdir.begin(str(tmp_path / 'run'), config)


def test_what_does_not_change_the_run_may_change(tmp_path):
  config = default('tiny')
  (workdir.begin(str(tmp_path / 'run'), config) / 'metrics.jsonl').write_text('')
  config.steps += 100
  config.log.samples = 2
  config.eval.every = 7
  config.hosts.update(count=4, coordinator='left:9000')
  config.mesh.fsdp = 4
  workdir.begin(str(tmp_path / 'run'), config)


def test_more_steps_change_a_run_whose_schedule_ends_with_them(tmp_path):
  config = default('tiny')
  config.optimizer.schedule = 'cosine'
  (workdir.begin(str(tmp_path / 'run'), config) / 'metrics.jsonl').write_text('')
  config.steps += 1
  with pytest.raises(ValueError, match='config.steps'):
    workdir.begin(str(tmp_path / 'run'), config)


def test_a_start_that_came_to_nothing_binds_nobody(tmp_path):
  config = default('tiny')
  workdir.begin(str(tmp_path / 'run'), config)
  config.model = 'smollm2'
  workdir.begin(str(tmp_path / 'run'), config)
  assert workdir.read_config(tmp_path / 'run')['model'] == 'smollm2'


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
  (tmp_path / 'file').write_text('')
  with pytest.raises(ValueError, match='--workdir=.*file/run: cannot be written'):
    workdir.begin(str(tmp_path / 'file' / 'run'), default('tiny'))


def test_a_damaged_config_is_named(tmp_path):
  (tmp_path / 'config.json').write_text('{')
  (tmp_path / 'metrics.jsonl').write_text('')
  with pytest.raises(ValueError, match='config.json cannot be read'):
    workdir.begin(str(tmp_path), default('tiny'))


def test_a_sample_row_tells_each_test(tmp_path):
  problem = Problem(id='p', prompt='def f(x):\n', entry_point='f', tests=(Test('f(1)', '1'), Test('f(2)', '4')))
  report = TestReport(outcome=Outcome.FAILED, passed=(True, False))
  row = samples.sample_row(problem, 'def f(x):\n  return 1\n', report, 0.35)
  assert [t['passed'] for t in row['tests']] == [True, False]
  file = samples.write_samples(tmp_path, 12, [row])
  assert file.name == 'step_000012.jsonl' and file.read_text().count('\n') == 1
  assert '[.x]' in samples.sample_table([row])


def test_a_folder_that_is_not_shared_by_all_hosts_is_refused(tmp_path, monkeypatch):
  monkeypatch.setattr(workdir, 'APPEARS_S', 0.1)
  (tmp_path / 'env.json').write_text('{"began": "2020-01-01"}')
  workdir._check_shared(tmp_path, '2020-01-01', 1)
  with pytest.raises(ValueError, match='host 1 does not find in .* what host 0 wrote; name a folder on a file system'):
    workdir._check_shared(tmp_path, '2021-01-01', 1)
