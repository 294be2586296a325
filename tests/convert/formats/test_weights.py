import json

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


def write(path, table, data=bytes(64)):
  head = json.dumps(table).encode() if isinstance(table, dict) else table
  path.write_bytes(len(head).to_bytes(8, 'little') + head + data)
  return path


GOOD = {'dtype': 'F32', 'shape': [2, 3], 'data_offsets': [0, 24]}


@pytest.mark.parametrize(
  'entry',
  [
    GOOD | {'data_offsets': [0, 20]},
    GOOD | {'data_offsets': [-4, 20]},
    GOOD | {'data_offsets': [48, 72]},
    GOOD | {'shape': [-2, -3]},
    GOOD | {'shape': None},
    {'dtype': 'F32'},
    None,
  ],
)
def test_a_table_that_cannot_be_is_refused(tmp_path, entry):
  file = write(tmp_path / 'm.safetensors', {'x': entry})
  with pytest.raises(ValueError, match='m.safetensors cannot be read .* damaged or cut short') as caught:
    safetensors.contents(file)
  assert '\n' not in str(caught.value)


def test_bytes_that_are_no_table_are_refused(tmp_path):
  for head in (b'', b'{"x": ', b'\xff\xfe', b'[]', b'7'):
    with pytest.raises(ValueError, match='cannot be read'):
      safetensors.contents(write(tmp_path / 'm.safetensors', head))
  (tmp_path / 'm.safetensors').write_bytes(b'\xff' * 12)
  with pytest.raises(ValueError, match='its table should have'):
    safetensors.contents(tmp_path / 'm.safetensors')


def test_a_kind_that_cannot_be_read_hurts_only_when_it_is_asked_for(tmp_path):
  eight = {'dtype': 'F8_E4M3', 'shape': [24], 'data_offsets': [24, 48]}
  file = write(tmp_path / 'model.safetensors', {'x': GOOD, 'y': eight, '__metadata__': {'format': 'pt'}})
  found = weights.open_folder(tmp_path, (safetensors.FORMAT,))
  assert found.shapes() == {'x': (2, 3), 'y': (24,)} and not found['x'].any()
  with pytest.raises(ValueError, match='y is of type F8_E4M3, which cannot be read'):
    found['y']
  with pytest.raises(ValueError, match='y is of type F8_E4M3: must be one of'):
    found.check_trainable('y')
  assert file.exists()


def test_what_is_written_is_what_safetensors_reads(tmp_path):
  arrays = {'a/b': STATE['single'], 'empty': np.zeros((0, 3), np.float32), 'é': np.float32(2).reshape(())}
  safetensors.write_weights(tmp_path, {name: x.shape for name, x in arrays.items()}, iter(arrays.items()))
  back = safetensors_numpy.load_file(tmp_path / 'model.safetensors')
  assert back.keys() == arrays.keys()
  for name, x in arrays.items():
    np.testing.assert_array_equal(back[name], x)
  wrong = dict(reversed(arrays.items()))
  with pytest.raises(ValueError, match=r'é of shape \(\) came where a/b of shape \(13, 5\) must stand'):
    safetensors.write_weights(tmp_path, {name: x.shape for name, x in arrays.items()}, iter(wrong.items()))
