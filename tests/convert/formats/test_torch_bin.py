import json
import zipfile

import ml_dtypes
import numpy as np
import pytest
import torch_zip
from torch_zip import Call, Global, Items, Persistent

from acrl_jax.convert.formats import torch_bin, weights


def opened(path):
  return weights.Tensors(torch_bin.contents(path))


@pytest.mark.parametrize('dtype', [np.float32, np.float16, ml_dtypes.bfloat16])
def test_floats_come_as_float32(tmp_path, dtype):
  x = np.arange(-6, 6).reshape(3, 4).astype(dtype)
  found = opened(torch_zip.write(tmp_path / 'm.bin', *torch_zip.plain({'x': x, 'y': x[0]})))
  assert found.shapes() == {'x': (3, 4), 'y': (4,)}
  assert found['x'].dtype == np.float32
  np.testing.assert_array_equal(found['x'], x.astype(np.float32))
  np.testing.assert_array_equal(found['y'], x[0].astype(np.float32))


def test_buffers_keep_their_types_and_cannot_be_trained(tmp_path):
  arrays = {'mask': np.tri(3, dtype=bool), 'ids': np.array([-1, 2**40]), 'codes': np.arange(3, dtype=np.uint8)}
  found = opened(torch_zip.write(tmp_path / 'm.bin', *torch_zip.plain(arrays)))
  for name, x in arrays.items():
    assert found[name].dtype == x.dtype
    np.testing.assert_array_equal(found[name], x)
    with pytest.raises(ValueError, match=f'{name} is of type .* quantised'):
      found.check_trainable(name)


def test_views_of_one_storage_are_what_their_strides_say(tmp_path):
  x = np.arange(24, dtype=np.float32)
  made = torch_zip.storage(x, '0')
  parameter = Call(Global('torch._utils', '_rebuild_parameter'), (torch_zip.tensor(made, (24,), (1,)), True, Items(())))
  views = {
    'turned': torch_zip.tensor(made, (6, 4), (1, 6)),  # x.reshape(4, 6).T
    'inner': torch_zip.tensor(made, (2, 3), (6, 1), offset=7),
    'every': torch_zip.tensor(made, (4,), (5,), offset=3),
    'same': torch_zip.tensor(made, (3, 2), (0, 1), offset=1),  # an expanded row
    'scalar': torch_zip.tensor(made, (), (), offset=9),
    'none': torch_zip.tensor(made, (0, 5), (5, 1)),
    'whole': parameter,
  }
  found = opened(torch_zip.write(tmp_path / 'm.bin', Items(tuple(views.items())), {'0': x}))
  due = dict(
    turned=x.reshape(4, 6).T, inner=x.reshape(4, 6)[1:3, 1:4], every=x[3::5][:4], same=np.stack([x[1:3]] * 3),
    scalar=np.float32(9), none=np.zeros((0, 5)), whole=x,
  )  # fmt: skip
  for name, wanted in due.items():
    np.testing.assert_array_equal(found[name], wanted)
    assert found[name].shape == np.shape(wanted) and found[name].flags.c_contiguous
  assert found.same('whole', 'whole') and not found.same('turned', 'inner')


def test_nothing_but_the_description_is_read_before_a_tensor_is_asked_for(tmp_path):
  x = np.arange(8, dtype=np.float32)
  path = torch_zip.write(tmp_path / 'm.bin', *torch_zip.plain({'x': x}))
  found = opened(path)
  path.write_bytes(path.read_bytes().replace(x.tobytes(), x[::-1].tobytes()))
  np.testing.assert_array_equal(found['x'], x[::-1])
  path.write_bytes(b'PK')
  with pytest.raises(ValueError, match='it was cut short'):
    found['x']


def inst(module, name, argument):
  """The old opcode that looks up and calls at once."""
  return b'(' + torch_zip.opcodes(argument) + b'i' + f'{module}\n{name}\n'.encode()


def stacked(module, name, argument):
  """The newer one that takes both names from the stack."""
  return torch_zip.opcodes(module) + torch_zip.opcodes(name) + b'\x93' + torch_zip.opcodes((argument,)) + b'R'


@pytest.mark.parametrize(
  'module, name', [
    ('os', 'system'), ('posix', 'system'), ('builtins', 'eval'), ('builtins', 'getattr'), ('torch', 'load'),
    ('torch.storage', '_load_from_bytes'), ('torch._utils', '_rebuild_sparse_tensor'), ('numpy', 'load'),
    ('collections', 'OrderedDict.__init__'), ('collections', 'Counter'),
    ('acrl_jax.convert.formats.torch_bin', 'contents'),
  ]
)  # fmt: skip
@pytest.mark.parametrize('way', ['call', 'inst', 'stacked', 'storage', 'nested'])
def test_a_pickle_that_names_anything_else_is_refused_before_it_runs(tmp_path, module, name, way):
  mark = tmp_path / 'mark'
  call = Call(Global(module, name), (f'touch {mark}',))
  by_hand = {'inst': inst, 'stacked': stacked}.get(way)
  pickled = by_hand(module, name, f'touch {mark}') if by_hand else None
  value = {
    'call': call,
    'storage': torch_zip.tensor(Persistent(('storage', call, '0', 'cpu', 1)), (1,), (1,)),
    'nested': Items((('x', Call(Global('torch._utils', '_rebuild_parameter'), (call, True, None))),)),
  }.get(way)
  path = torch_zip.write(tmp_path / 'm.bin', value, {'0': np.zeros(1, np.float32)}, pickled=pickled)
  with pytest.raises(ValueError, match=f'names {module}.{name}, .* do not trust this file') as caught:
    torch_bin.contents(path)
  assert not mark.exists() and '\n' not in str(caught.value)


REBUILD = Global('torch._utils', '_rebuild_tensor_v2')


@pytest.mark.parametrize(
  'pickled',
  [
    torch_zip.opcodes(REBUILD) + torch_zip.opcodes({'path': 'x'}) + b'b',  # sets attributes ...
    torch_zip.opcodes(REBUILD) + torch_zip.opcodes((None, {'parameter': True})) + b'b',
    torch_zip.opcodes(REBUILD) + torch_zip.opcodes((None, {'__call__': 'x'})) + b'b',
    torch_zip.opcodes(Global('torch', 'FloatStorage')) + torch_zip.opcodes({'x': 1}) + b'b',
    torch_zip.opcodes(Global('torch', 'FloatStorage')) + torch_zip.opcodes(()) + b'R',  # ... or calls a type
    torch_zip.opcodes(Global('torch', 'FloatStorage')) + torch_zip.opcodes(()) + b'\x81',
    b'\x82\x01',  # an extension of copyreg
    b'Pname\n',  # a persistent id that is text
    b'(',
    b'',
  ],
)
def test_a_pickle_that_misuses_the_names_it_may_have_is_refused(tmp_path, pickled):
  with pytest.raises(ValueError, match='m.bin cannot be read'):
    torch_bin.contents(torch_zip.write(tmp_path / 'm.bin', None, pickled=pickled))


ONE = np.arange(6, dtype=np.float32)
MADE = torch_zip.storage(ONE, '0')


@pytest.mark.parametrize(
  'value, storages, text',
  [
    (torch_zip.tensor(MADE, (7,), (1,)), {'0': ONE}, 'reaches element 6 of a storage of 6'),
    (torch_zip.tensor(MADE, (2, 3), (4, 1)), {'0': ONE}, 'reaches element 6'),
    (torch_zip.tensor(MADE, (3,), (1,), offset=-1), {'0': ONE}, r'a tensor of shape \(3,\) with strides \(1,\) at -1'),
    (torch_zip.tensor(MADE, (3,), (-1,), offset=2), {'0': ONE}, 'strides'),
    (torch_zip.tensor(MADE, (3,), ()), {'0': ONE}, 'strides'),
    (torch_zip.tensor(MADE, (6,), (1,)), {'0': ONE[:5]}, 'has 20 bytes, must have 24'),
    (torch_zip.tensor(MADE, (6,), (1,)), {}, 'no item named'),
  ],
)
def test_a_tensor_beyond_its_storage_is_refused(tmp_path, value, storages, text):
  with pytest.raises(ValueError, match=f'm.bin cannot be read .*{text}'):
    torch_bin.contents(torch_zip.write(tmp_path / 'm.bin', Items((('x', value),)), storages))


def test_other_files_are_told_apart(tmp_path):
  value, storages = torch_zip.plain({'x': ONE})
  legacy = tmp_path / 'legacy.bin'
  legacy.write_bytes(b'\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.')
  short = torch_zip.write(tmp_path / 'short.bin', value, storages)
  short.write_bytes(short.read_bytes()[:-40])
  for path, text in {
    legacy: 'no zip file, as torch writes since 1.6; save the model again',
    short: 'cannot be read .*damaged',
    torch_zip.write(tmp_path / 'a.bin', value, storages, compression=zipfile.ZIP_DEFLATED): 'is compressed',
    torch_zip.write(tmp_path / 'b.bin', value, storages, byteorder=b'big'): 'big-endian',
    torch_zip.write(tmp_path / 'c.bin', {'state_dict': value, 'epoch': 3}, storages): 'more than tensors by name',
    torch_zip.write(tmp_path / 'd.bin', torch_zip.tensor(MADE, (6,), (1,)), storages): 'more than tensors by name',
  }.items():
    with pytest.raises(ValueError, match=text) as caught:
      torch_bin.contents(path)
    assert path.name in str(caught.value)


def test_several_files_with_an_index_are_one_folder(tmp_path):
  parts = {'pytorch_model-00001-of-00002.bin': {'x': ONE}, 'pytorch_model-00002-of-00002.bin': {'y': ONE[:2]}}
  for name, arrays in parts.items():
    torch_zip.write(tmp_path / name, *torch_zip.plain({k: x.astype(np.float16) for k, x in arrays.items()}))
  index = {'weight_map': {key: name for name, arrays in parts.items() for key in arrays}}
  (tmp_path / 'pytorch_model.bin.index.json').write_text(json.dumps(index))
  found = weights.open_folder(tmp_path, (torch_bin.FORMAT,))
  assert found.shapes() == {'x': (6,), 'y': (2,)}
  np.testing.assert_array_equal(found['y'], ONE[:2])
  (tmp_path / 'pytorch_model-00002-of-00002.bin').unlink()
  with pytest.raises(ValueError, match='00002-of-00002.bin is missing, though pytorch_model.bin.index.json lists it'):
    weights.open_folder(tmp_path, (torch_bin.FORMAT,))
