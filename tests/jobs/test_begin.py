"""A run begins in its folder: all processes look before one writes."""

import json

import pytest

from acrl_jax.config import default
from acrl_jax.distributed import processes
from acrl_jax.jobs import begin


def test_the_folder_has_the_config_and_the_environment_and_a_changed_config_is_refused(tmp_path):
  config = default('tiny')
  folder = begin.begin(str(tmp_path / 'run'), config)
  assert json.loads((folder / 'config.json').read_text())['rollout.samples'] == 2
  assert json.loads((folder / 'env.json').read_text())['hosts'] == 1
  (folder / 'metrics.jsonl').write_text('')
  begin.begin(str(folder), config)
  config.seed = 3
  with pytest.raises(ValueError, match='a run with config.seed=0, not 3'):
    begin.begin(str(folder), config)


def test_only_the_main_process_writes_and_the_others_see_what_it_wrote(tmp_path, monkeypatch):
  config, order = default('tiny'), []
  folder = begin.begin(str(tmp_path), config)
  told = json.loads((folder / 'env.json').read_text())['began']
  (folder / 'config.json').write_text('{}')
  monkeypatch.setattr(processes, 'is_main_process', lambda: False)
  monkeypatch.setattr(processes, 'all_gather_objects', lambda items: order.append('gathered') or [told])
  monkeypatch.setattr(processes, 'barrier', order.append)
  begin.begin(str(folder), config)
  assert order == ['gathered', 'workdir'] and (folder / 'config.json').read_text() == '{}'
