
import ml_dtypes
import numpy as np
import pytest
from safetensors import numpy as safetensors_numpy

from acrl_jax.convert.formats import safetensors, weights

STATE = {
  'single': np.random.default_rng(0).normal(size=(13, 5)).astype(np.float32),
  'half': np.arange(26).reshape(13, 2).astype(np.float16),
  'brain': np.arange(39).reshape(13, 3).astype(ml_dtypes.bfloat16),
  'line': np.arange(13, dtype=np.float32),
}


@pytest.fixture
def found(tmp_path):
  safetensors_numpy.save_file(STATE | {'ids': np.arange(3)}, tmp_path / 'model.safetensors')
  return weights.open_folder(tmp_path, (safetensors.FORMAT,))


@pytest.mark.parametrize('block', [1, 50, 2**20])
@pytest.mark.parametrize('name', STATE)
def test_blocks_of_rows_make_up_the_rows_asked_for(found, name, block, monkeypatch):
  monkeypatch.setattr(weights, 'BLOCK', block)
  for first, end in [(0, 13), (3, 9), (12, 13)]:
    blocks = [x.copy() for x in found.blocks(name, first, end)]
    assert len(blocks) == 1 if block == 2**20 else len(blocks) >= (end - first) // 13
    got = np.concatenate(blocks)
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, STATE[name][first:end].astype(np.float32))
  assert len(list(found.blocks('single', 0, 13))) == {1: 13, 50: 7, 2**20: 1}[block]


def test_reading_goes_on_where_the_kernel_stopped(found, monkeypatch):
  monkeypatch.setattr(weights, 'MOST', 7)
  for name, x in STATE.items():
    np.testing.assert_array_equal(found[name], x.astype(np.float32))
    np.testing.assert_array_equal(np.concatenate([b.copy() for b in found.blocks(name, 2, 11)]), x[2:11])


def test_integers_are_read_but_not_trained(found):
  assert found['ids'].tolist() == [0, 1, 2] and found['ids'].dtype == np.int64
  with pytest.raises(ValueError, match='ids is of type I64: must be one of F32, F16, BF16, as quantised weights'):
    found.check_trainable('ids')
