"""The job `export`: a folder that is read back with the same numbers; what may not be written to is refused first."""

import json

import numpy as np
import pytest
from saved_models import as_run, assert_equal, small
from wrong_commands import RUN, params, remove

from acrl_jax import main
from acrl_jax.checkpoints import export as exporting
from acrl_jax.checkpoints import load
from acrl_jax.checkpoints.from_scratch import ScratchSettings
from acrl_jax.config import default
from acrl_jax.jobs import export


@pytest.fixture(scope='module')
def folder(tmp_path_factory):
  """A Hugging Face folder of a small model."""
  sizes = ScratchSettings(width=16, layers=1, heads=2, kv_heads=1, mlp=16, vocab=300)
  made = load.load('scratch', scratch=sizes, train='primer')
  return exporting.export(tmp_path_factory.mktemp('model') / 'hf', made), made


def config_of(model, output=''):
  config = default('tiny')
  config.job, config.model, config.output = 'export', str(model), str(output)
  return config


def test_the_folder_holds_the_same_parameters(folder, tmp_path, capsys):
  source, made = folder
  export.run(config_of(source, tmp_path / 'out'), '', False)
  assert capsys.readouterr().out == f'exported: {tmp_path / "out"}\n'
  again = load.load(str(tmp_path / 'out'))
  tokens = np.arange(4, 20).reshape(2, 8)
  logits = [m.policy.logits(m.params, tokens, tokens > 0) for m in (made, again)]
  np.testing.assert_array_equal(*logits)


def test_without_an_output_it_goes_into_the_workdir_and_without_that_it_is_refused(folder, tmp_path):
  export.run(config_of(folder[0]), str(tmp_path / 'run'), False)
  assert (tmp_path / 'run' / 'export' / 'config.json').is_file()
  with pytest.raises(ValueError, match='config.output is empty; name the folder to write'):
    export.run(config_of(folder[0]), '', False)


def test_a_folder_of_something_else_is_refused_before_anything_is_loaded(tmp_path):
  (tmp_path / 'theirs').mkdir()
  (tmp_path / 'theirs' / 'letter.txt').write_text('dear')
  with pytest.raises(ValueError, match='theirs'):
    export.run(config_of('no such model', tmp_path / 'theirs'), '', False)
  assert (tmp_path / 'theirs' / 'letter.txt').read_text() == 'dear'


def test_a_dry_run_writes_nothing(folder, tmp_path, capsys):
  line = [f'--config.model={folder[0]}', f'--config.output={tmp_path / "out"}', '--dry_run']
  assert main.main(['acrl_jax', '--config=configs/export.py', *line]) == 0
  assert capsys.readouterr().out.startswith(f'would write {tmp_path / "out"}') and not (tmp_path / 'out').exists()


def test_the_card_of_an_exported_run_says_what_it_measured(tmp_path):
  model = small()
  run = as_run(tmp_path / 'run', model)
  rows = [
    {'step': 2, 'eval/primer/pass@1': 0.1, 'eval/primer/pass@1_lo': 0.0, 'eval/primer/pass@1_hi': 0.2},
    {'step': 3, 'eval/primer/pass@1': 0.25, 'eval/primer/pass@1_lo': 0.125, 'eval/primer/pass@1_hi': 0.5},
    {'step': 4, 'reward/mean': 0.5},
  ]
  (run / 'metrics.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows))
  config = default()
  config.update(model=str(run), output=str(tmp_path / 'out'), dtype='float32')
  export.run(config, '', False)
  card = (tmp_path / 'out' / 'README.md').read_text()
  assert 'Started from `start-model`' in card and '| primer/pass@1 | 0.250 | 0.125 to 0.500 |' in card
  assert_equal(load.load(str(tmp_path / 'out')).params, model.params)


# --- wrong commands ----------------------------------------------------------------------------------

WRONG_EXPORTS = {
  'foreign folder': (
    lambda here: (here / 'out').write_text('mine'), {},
    '{here}/out exists and is no export of acrl_jax; name another folder',
  ),
  'under a file': (
    None, {'output': '{here}/mbpp.jsonl/out'},
    '{here}/mbpp.jsonl/out cannot be written (...); name another folder',
  ),
  'no output': (
    None, {'output': ''},
    'config.output is empty; name the folder to write, as in --config.output=out/',
  ),
  'nothing to export': (
    remove('run/checkpoints'), {'model': RUN},
    f'{RUN}/checkpoints holds no finished checkpoint; let the run reach one first',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_EXPORTS))
def test_an_export_that_cannot_begin_says_so_in_one_line(refusals, fault, settings, expected):
  refusals.check_export(fault, settings, expected)
