"""Safetensors files: tables that cannot be, kinds that cannot be read, and what is written."""

import json

import numpy as np
import pytest
from safetensors import numpy as safetensors_numpy

from acrl_jax.convert.formats import safetensors, weights


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
  single = np.random.default_rng(0).normal(size=(13, 5)).astype(np.float32)
  arrays = {'a/b': single, 'empty': np.zeros((0, 3), np.float32), 'é': np.float32(2).reshape(())}
  safetensors.write_weights(tmp_path, {name: x.shape for name, x in arrays.items()}, iter(arrays.items()))
  back = safetensors_numpy.load_file(tmp_path / 'model.safetensors')
  assert back.keys() == arrays.keys()
  for name, x in arrays.items():
    np.testing.assert_array_equal(back[name], x)
  wrong = dict(reversed(arrays.items()))
  with pytest.raises(ValueError, match=r'é of shape \(\) came where a/b of shape \(13, 5\) must stand'):
    safetensors.write_weights(tmp_path, {name: x.shape for name, x in arrays.items()}, iter(wrong.items()))
