"""Checkpoints: what was saved comes back, the newest is found, what cannot be read or written is told in one line."""

import errno

import jax
import jax.numpy as jnp
import numpy as np
import pytest

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
