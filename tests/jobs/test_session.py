"""What stays open while a job runs, and models that cannot write programs."""

import json

import jax
import pytest
from fake_model import model_of
from wrong_commands import EVALUATE, MODEL, RUN, TRAIN, check_message, params, remove, write

from acrl_jax.checkpoints import load
from acrl_jax.config import default
from acrl_jax.distributed import processes
from acrl_jax.harness import Limits
from acrl_jax.jobs import session
from acrl_jax.run import cache_dir


class Tokens:
  eos_token_id = pad_token_id = 0


def test_a_session_has_the_mesh_and_the_limits_of_its_config(monkeypatch):
  seen = []

  class Pool:
    def __init__(self, *args, **kwargs):
      seen.append((args, kwargs))

    def __enter__(self):
      return 'pool'

    def __exit__(self, *error):
      seen.append('closed')

  monkeypatch.setattr(session, 'Pool', Pool)
  config = default('tiny')
  config.reward = 'stepcoder'
  config.harness.update(workers=3, wall_s=2.0, memory_mb=64, allow=('fs',))
  config.mesh.update(data=2, fsdp=2, tensor=2)
  with session.opened(config) as opened:
    assert opened.pool == 'pool' and dict(opened.mesh.shape) == {'data': 2, 'fsdp': 2, 'tensor': 2}
    assert seen == [((3, Limits(wall_s=2.0, memory_mb=64, lines=True)), {'allow': ('fs',)})]
  assert seen[1:] == ['closed']


def test_compiled_programs_are_kept_in_the_cache(monkeypatch, tmp_path):
  before = jax.config.jax_compilation_cache_dir, jax.config.jax_persistent_cache_min_compile_time_secs
  monkeypatch.setenv('ACRL_CACHE', str(tmp_path))
  try:
    with session.joined(default('tiny')):
      assert jax.config.jax_compilation_cache_dir == str(cache_dir.path() / 'xla') == str(tmp_path / 'xla')
  finally:
    jax.config.update('jax_compilation_cache_dir', before[0])
    jax.config.update('jax_persistent_cache_min_compile_time_secs', before[1])


def test_a_model_without_a_tokenizer_or_an_end_cannot_write_programs(monkeypatch):
  config, model = default('tiny'), model_of(Tokens)._replace(source='folder')
  monkeypatch.setattr(load, 'load', lambda spec, **given: model._replace(tokenizer=None))
  with pytest.raises(ValueError, match='config.model=scratch has no tokenizer.json'):
    session.load(config, None)
  monkeypatch.setattr(load, 'load', lambda spec, **given: model._replace(end_ids=()))
  with pytest.raises(ValueError, match='folder names no end-of-text token; give its generation_config.json'):
    session.load(config, None)


def test_the_model_is_loaded_as_the_config_says(monkeypatch):
  seen, config = {}, default('tiny')
  config.lora.rank = 2
  monkeypatch.setattr(load, 'load', lambda spec, **given: seen.update(given, spec=spec) or model_of(Tokens))
  session.load(config, 'mesh')
  assert (seen['spec'], seen['mesh'], seen['train'], seen['dtype']) == ('scratch', 'mesh', 'synthetic:0', 'float32')
  assert seen['scratch'].width == 96 and seen['lora_fields']['lora_rank'] == 2


def test_the_folder_has_the_config_and_the_environment_and_a_changed_config_is_refused(tmp_path):
  config = default('tiny')
  folder = session.begin_folder(str(tmp_path / 'run'), config)
  assert json.loads((folder / 'config.json').read_text())['rollout.samples'] == 8
  assert json.loads((folder / 'env.json').read_text())['hosts'] == 1
  (folder / 'metrics.jsonl').write_text('')
  session.begin_folder(str(folder), config)
  config.seed = 3
  with pytest.raises(ValueError, match='a run with config.seed=0, not 3'):
    session.begin_folder(str(folder), config)


def test_only_the_main_process_writes_and_the_others_see_what_it_wrote(tmp_path, monkeypatch):
  config, order = default('tiny'), []
  folder = session.begin_folder(str(tmp_path), config)
  told = json.loads((folder / 'env.json').read_text())['began']
  (folder / 'config.json').write_text('{}')
  monkeypatch.setattr(processes, 'is_main_process', lambda: False)
  monkeypatch.setattr(processes, 'all_gather_objects', lambda items: order.append('gathered') or [told])
  monkeypatch.setattr(processes, 'barrier', order.append)
  session.begin_folder(str(folder), config)
  assert order == ['gathered', 'workdir'] and (folder / 'config.json').read_text() == '{}'


# --- wrong commands ----------------------------------------------------------------------------------

WRONG_MODELS = {
  'no tokenizer': (
    remove('model/tokenizer.json', 'model/tokenizer_config.json'), {},
    f'config.model={MODEL} has no tokenizer.json; programs cannot be read out of its tokens',
  ),
}  # fmt: skip
WRONG_MESHES = {
  'three ways': (
    None, {'mesh.data': 3},
    'config.mesh data=3, fsdp=1, tensor=1 does not fit 8 devices; their product must be 8, or one of them -1',
  ),
  'two rests': (
    None, {'mesh.fsdp': -1},
    'config.mesh data=-1, fsdp=-1, tensor=1: sizes must be 1 or more, and at most one of them -1 (the rest)',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_MODELS))
def test_a_model_that_writes_no_programs_is_told_in_one_line(refusals, fault, settings, expected):
  refusals.check_start(fault, settings, expected)


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_MESHES))
def test_a_mesh_that_does_not_fit_is_told_in_one_line(refusals, fault, settings, expected):
  refusals.check_start(fault, settings, expected)
OTHER_RUNS = {
  'another config': (
    None, {'optimizer.learning_rate': 0.5},
    f'--workdir={RUN} holds a run with config.optimizer.learning_rate=0.1, not 0.5; give that value to resume it, '
    'or name another --workdir',
  ),
  'broken config': (
    write('run/config.json', '{'), {},
    f'{RUN}/config.json cannot be read (...); use another --workdir',
  ),
  'config a list': (
    write('run/config.json', '[]'), {},
    f'{RUN}/config.json cannot be read (no JSON object); use another --workdir',
  ),
  'no config': (
    remove('run/config.json'), {},
    f'--workdir={RUN} holds a run but no config.json; use another --workdir',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(OTHER_RUNS))
def test_a_workdir_of_another_run_is_told_in_one_line_and_left_as_it_is(refusals, fault, settings, expected):
  refusals.check_resume(fault, settings, expected)


@pytest.mark.parametrize('place, reason', [('new', 'File exists'), ('new/run', 'Not a directory')])
@pytest.mark.parametrize('job', ['ac', 'evaluate'])
def test_a_file_in_the_way_of_the_workdir_is_named_before_the_model_is_opened(refusals, job, place, reason):
  (refusals.here / 'new').write_text('')
  settings = (TRAIN if job == 'ac' else EVALUATE) | {'model': '/no/such'}
  config = 'configs/ac.py:tiny' if job == 'ac' else 'configs/evaluate.py'
  expected = f'--workdir={{here}}/{place}: cannot be written ({reason}); name a folder that can'
  check_message(refusals.here, refusals.message(settings, config=config, folder=f'{{here}}/{place}'), expected)


def test_a_machine_that_cannot_confine_programs_is_told_in_one_line_with_the_key(monkeypatch):
  def refuse(*args, **kwargs):
    raise RuntimeError("programs cannot be confined here: files got through; allow='fs' goes on without, at your risk")

  monkeypatch.setattr(session, 'Pool', refuse)
  with pytest.raises(ValueError, match="confined here: .*; --config.harness.allow='fs' goes on"):
    with session.opened(default('tiny')):
      pass
