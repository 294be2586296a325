"""A workdir refuses to become another run, and names the key."""

import json

import pytest

from acrl_jax.config import default, flat
from acrl_jax.run import workdir


def begin(path, config):
  """The folder of a run of this config, begun."""
  plain = json.loads(json.dumps(flat(config)))
  folder = workdir.begin(path, plain)
  workdir.describe(folder, plain, 'now')
  return folder


def test_a_changed_config_is_refused_by_name(tmp_path):
  config = default('tiny')
  (begin(str(tmp_path / 'run'), config) / 'metrics.jsonl').write_text('')
  begin(str(tmp_path / 'run'), config)
  config.optimizer.learning_rate = 0.5
  with pytest.raises(ValueError, match='a run with config.optimizer.learning_rate=.*, not 0.5'):
    begin(str(tmp_path / 'run'), config)


def test_what_does_not_change_the_run_may_change(tmp_path):
  config = default('tiny')
  config.optimizer.schedule = 'constant'
  (begin(str(tmp_path / 'run'), config) / 'metrics.jsonl').write_text('')
  config.steps += 100
  config.log.samples = 2
  config.eval.every = 7
  config.hosts.update(count=4, coordinator='left:9000')
  config.mesh.fsdp = 4
  begin(str(tmp_path / 'run'), config)


def test_more_steps_change_a_run_whose_schedule_ends_with_them(tmp_path):
  config = default('tiny')
  config.optimizer.schedule = 'cosine'
  (begin(str(tmp_path / 'run'), config) / 'metrics.jsonl').write_text('')
  config.steps += 1
  with pytest.raises(ValueError, match='config.steps'):
    begin(str(tmp_path / 'run'), config)


def test_a_start_that_came_to_nothing_binds_nobody(tmp_path):
  config = default('tiny')
  begin(str(tmp_path / 'run'), config)
  config.model = 'smollm2'
  begin(str(tmp_path / 'run'), config)
  assert workdir.read_config(tmp_path / 'run')['model'] == 'smollm2'


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
  (tmp_path / 'file').write_text('')
  with pytest.raises(ValueError, match='--workdir=.*file/run: cannot be written'):
    begin(str(tmp_path / 'file' / 'run'), default('tiny'))


def test_a_damaged_config_is_named(tmp_path):
  (tmp_path / 'config.json').write_text('{')
  (tmp_path / 'metrics.jsonl').write_text('')
  with pytest.raises(ValueError, match='config.json cannot be read'):
    begin(str(tmp_path), default('tiny'))


def test_a_folder_that_is_not_shared_by_all_hosts_is_refused(tmp_path, monkeypatch):
  monkeypatch.setattr(workdir, 'APPEARS_S', 0.1)
  (tmp_path / 'env.json').write_text('{"began": "2020-01-01"}')
  workdir.check_shared(tmp_path, '2020-01-01', 1)
  with pytest.raises(ValueError, match='host 1 does not find in .* what host 0 wrote; name a folder on a file system'):
    workdir.check_shared(tmp_path, '2021-01-01', 1)


def test_a_run_of_older_names_of_keys_is_read_with_the_present_ones_and_goes_on(tmp_path):
  config = default('tiny')
  folder = begin(str(tmp_path), config)
  (folder / 'metrics.jsonl').write_text('')
  old = json.loads((folder / 'config.json').read_text())
  old['feedback'] = old.pop('reward')
  (folder / 'config.json').write_text(json.dumps(old))
  assert workdir.read_config(folder)['reward'] == 'above_trivial' and 'feedback' not in workdir.read_config(folder)
  begin(str(tmp_path), config)
  config.reward = 'binary'
  (folder / 'config.json').write_text(json.dumps(old))
  with pytest.raises(ValueError, match="a run with config.reward='above_trivial', not 'binary'"):
    begin(str(tmp_path), config)


def test_a_run_from_before_a_key_existed_is_told_so(tmp_path):
  folder = begin(str(tmp_path), default('tiny'))
  (folder / 'metrics.jsonl').write_text('')
  old = json.loads((folder / 'config.json').read_text())
  del old['rollout.baseline']
  (folder / 'config.json').write_text(json.dumps(old))
  with pytest.raises(ValueError, match='from before config.rollout.baseline existed, which cannot be resumed'):
    begin(str(tmp_path), default('tiny'))
