"""Checkpoints: what was saved comes back, the newest is found, what cannot be read or written is told in one line."""

import errno
import shutil

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from wrong_commands import DELETE, RUN, STEP, TRAIN, check_message, command, cut, damaged, params, remove, stand_still

from acrl_jax import main
from acrl_jax.checkpoints import orbax

ITEMS = {'params': {'embed': jnp.arange(6.0).reshape(3, 2)}, 'actor': {'step': jnp.int32(4), 'm': jnp.ones(3)}}


@pytest.fixture
def saved(tmp_path):
  """A workdir with checkpoints of steps 2 and 4."""
  with orbax.manager(tmp_path) as checkpoints:
    for step in (2, 4):
      orbax.save(checkpoints, step, jax.tree.map(lambda x, step=step: x * step, ITEMS), b'host %d' % step)
  return tmp_path


def test_items_and_bytes_come_back_as_they_were_saved(saved):
  with orbax.manager(saved) as checkpoints:
    for step in (2, 4):
      items, host_bytes = orbax.restore(checkpoints, step, ITEMS)
      jax.tree.map(lambda got, x, step=step: np.testing.assert_array_equal(got, x * step), items, ITEMS)
      assert host_bytes == b'host %d' % step


def test_one_item_is_read_alone_and_its_shapes_without_its_numbers(saved):
  params = orbax.restore_params(saved, 2, ITEMS['params'])
  np.testing.assert_array_equal(params['embed'], 2 * ITEMS['params']['embed'])
  assert orbax.saved_shapes(saved, 4, 'params') == {'embed': (3, 2)}
  assert orbax.saved_shapes(saved, 4, 'critic_params') is None


def test_the_newest_is_found_and_older_ones_go(saved):
  assert orbax.newest_step(saved) == 4
  with orbax.manager(saved) as checkpoints:
    orbax.save(checkpoints, 6, ITEMS, b'')
  assert orbax.newest_step(saved) == 6 and not (saved / 'checkpoints' / '2').exists()


def test_a_workdir_without_a_checkpoint_says_so(tmp_path):
  with pytest.raises(ValueError, match='holds no finished checkpoint; let the run reach one first'):
    orbax.newest_step(tmp_path)


def test_a_damaged_checkpoint_is_told_with_the_step_to_go_on_from(saved):
  for file in (saved / 'checkpoints' / '4' / 'params').rglob('*'):
    if file.is_file():
      file.write_bytes(b'')
  with orbax.manager(saved) as checkpoints:
    with pytest.raises(ValueError, match='delete that folder to go on from') as caught:
      orbax.restore(checkpoints, 4, ITEMS)
  message = str(caught.value)
  assert 'checkpoints/4 cannot be restored: ' in message and 'go on from step 2, ' in message and '\n' not in message


def test_a_full_disk_is_told_and_names_the_checkpoint_that_stands(saved, monkeypatch):
  with orbax.manager(saved) as checkpoints:
    full = OSError(errno.ENOSPC, 'No space left on device')
    monkeypatch.setattr(checkpoints, 'save', lambda *_, **__: (_ for _ in ()).throw(full))
    with pytest.raises(ValueError, match='step 6 cannot be written .*: the disk is full; that of step 4 stands; make'):
      orbax.save(checkpoints, 6, ITEMS, b'')


# --- wrong commands ----------------------------------------------------------------------------------

DAMAGED = {
  'data gone': (damaged('params', None), {'steps': 3}, f'{STEP}NOT_FOUND: ...{DELETE}'),
  'data cut': (damaged('actor', 40), {'steps': 3}, f'{STEP}...{DELETE}'),
  'description cut': (cut('run/checkpoints/2/params/_METADATA', 50), {'steps': 3}, f'{STEP}...{DELETE}'),
  'item gone': (
    remove('run/checkpoints/2/critic'), {'steps': 3},
    f'{STEP}Item "critic" was not found in the checkpoint. ...{DELETE}',
  ),
  'the only one': (
    lambda here: [remove('run/checkpoints/1')(here), damaged('params', None)(here)], {'steps': 3},
    f'{STEP}NOT_FOUND: ...; delete that folder to begin again, or use another --workdir',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(DAMAGED))
def test_a_damaged_checkpoint_is_told_in_one_line_and_left_as_it_is(refusals, fault, settings, expected):
  refusals.check_resume(fault, settings, expected)


def test_the_only_damaged_checkpoint_deleted_as_told_lets_the_run_go_on(refusals, capsys, monkeypatch):
  here = refusals.here
  damaged('params', None)(here)
  refusals.message(TRAIN | {'steps': 3}, folder=RUN)
  shutil.rmtree(here / 'run' / 'checkpoints' / '2')
  stand_still(monkeypatch)
  assert main.main(command(here, TRAIN | {'steps': 3}, folder=RUN)) == 0
  assert 'resumed from step 1 of 3' in capsys.readouterr().out


def test_a_checkpoint_that_finds_the_disk_full_leaves_the_one_before(refusals, capsys, monkeypatch):
  """What TensorStore raises there is a ValueError of many words."""
  real = orbax.CheckpointManager.save
  words = 'RESOURCE_EXHAUSTED: Failed to write 3204 bytes: No space left on device [tensorstore_spec=...]'

  def save(self, step, **kwargs):
    if step == 2:
      raise ValueError(words)
    return real(self, step, **kwargs)

  stand_still(monkeypatch)
  with monkeypatch.context() as patch:
    patch.setattr(orbax.CheckpointManager, 'save', save)
    got = refusals.message(TRAIN)
  check_message(
    refusals.here, got,
    'the checkpoint of step 2 cannot be written to {here}/new/checkpoints: the disk is full; that of step 1 '
    'stands; make room and give the same command again',
  )  # fmt: skip
  assert main.main(command(refusals.here, TRAIN)) == 0
  assert 'resumed from step 1 of 2' in capsys.readouterr().out
