import numpy as np
import pytest

from acrl_jax.convert import weight_map
from acrl_jax.convert.weight_map import Row, row

SIZES = dict(V=7, D=4, N=4, K=2, H=3, F=5, mp=2, s=3, n=1, layers=3)


def numbered(*shape):
  return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


def test_rearrange_by_hand():
  x = numbered(6, 2)  # (N H) D with N = 2, H = 3, D = 2
  got = weight_map.rearrange(x, '(N H) D -> D N H', dict(N=2, H=3, D=2))
  assert got.tolist() == [[[0, 2, 4], [6, 8, 10]], [[1, 3, 5], [7, 9, 11]]]


@pytest.mark.parametrize(
  'pattern, shape',
  [
    ('V D -> V D', (7, 4)),
    ('V D -> D V', (7, 4)),
    ('(N H) D -> D N H', (12, 4)),
    ('D (N H) -> N H D', (4, 12)),
    ('(mp s n H) D -> (s mp n H) D', (18, 4)),
    ('(K H) -> K H', (6,)),
  ],
)
def test_the_inverse_pattern_undoes(pattern, shape):
  x = numbered(*shape)
  there = weight_map.rearrange(x, pattern, SIZES)
  np.testing.assert_array_equal(weight_map.rearrange(there, weight_map.inverse(pattern), SIZES), x)


def test_rearrange_refuses_another_shape():
  with pytest.raises(ValueError, match=r'\(11, 4\): must be \(12, 4\)'):
    weight_map.rearrange(numbered(11, 4), '(N H) D -> D N H', SIZES)


FUSED = Row(
  theirs='h.{l}.qkv',
  ours=('layers/q', 'layers/v', 'layers/k'),
  patterns=('(N H) D -> D N H', '(K H) D -> D K H', '(K H) D -> D K H'),
)
TABLE = [row('wte', 'embed', 'V D -> V D'), FUSED, row('h.{l}.up', 'layers/up', 'F D -> D F')]


def state():
  rng = np.random.default_rng(0)
  shapes = {'wte': (7, 4)} | {f'h.{l}.qkv': (24, 4) for l in range(3)} | {f'h.{l}.up': (5, 4) for l in range(3)}
  return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def test_fused_and_stacked_tensors_land_where_the_row_says():
  there = state()
  flat = weight_map.from_hf(there, TABLE, SIZES)
  assert {path: x.shape for path, x in flat.items()} == {
    'embed': (7, 4),
    'layers/q': (3, 4, 4, 3),
    'layers/v': (3, 4, 2, 3),
    'layers/k': (3, 4, 2, 3),
    'layers/up': (3, 4, 5),
  }
  fused = there['h.1.qkv']
  assert flat['layers/q'][1, 2, 3, 1] == fused[3 * 3 + 1, 2]
  assert flat['layers/v'][1, 2, 1, 2] == fused[12 + 1 * 3 + 2, 2]
  assert flat['layers/k'][1, 2, 0, 0] == fused[18, 2]
  assert flat['layers/up'][2, 3, 4] == there['h.2.up'][4, 3]


def test_there_and_back_is_bit_exact():
  there = state()
  back = weight_map.to_hf(weight_map.from_hf(there, TABLE, SIZES), TABLE, SIZES)
  assert back.keys() == there.keys()
  for name in there:
    np.testing.assert_array_equal(back[name], there[name])
    assert back[name].flags.c_contiguous


def test_a_pattern_before_the_cut_is_undone_on_the_way_back():
  # Two shards, each [q, v, k] with one head of H.
  one = FUSED._replace(theirs='qkv', ours=('q', 'v', 'k'), before='(mp s n H) D -> (s mp n H) D')
  one = one._replace(patterns=('(K H) D -> D K H',) * 3)
  there = {'qkv': numbered(18, 4)}
  flat = weight_map.from_hf(there, [one], SIZES)
  assert flat['q'][0, :, 0].tolist() == [there['qkv'][0, 0], there['qkv'][9, 0]]
  assert flat['v'][0, :, 0].tolist() == [there['qkv'][3, 0], there['qkv'][12, 0]]
  np.testing.assert_array_equal(weight_map.to_hf(flat, [one], SIZES)['qkv'], there['qkv'])


def drop(name):
  return lambda there: {key: x for key, x in there.items() if key != name}


@pytest.mark.parametrize(
  'fault, table, text',
  [
    (drop('h.1.up'), TABLE, 'missing: h.1.up'),
    (lambda there: there | {'h.3.up': numbered(5, 4)}, TABLE, 'no row claims these tensors: h.3.up'),
    (lambda there: there | {'wte': numbered(8, 4)}, TABLE, r'wte has shape \(8, 4\): must be \(7, 4\)'),
    (lambda there: there | {'h.0.qkv': numbered(23, 4)}, TABLE, r'h.0.qkv has shape \(23, 4\): must be \(24, 4\)'),
    (dict, [*TABLE, row('wte', 'head', 'V D -> V D')], 'two rows claim wte'),
    (dict, [*TABLE, row('lm', 'embed', 'V D -> V D')], 'two rows fill embed'),
  ],
)
def test_every_tensor_is_claimed_once_or_named(fault, table, text):
  with pytest.raises(ValueError, match=text):
    weight_map.from_hf(fault(state()), table, SIZES)


def test_long_lists_of_names_are_cut():
  there = state() | {f'x{i}': numbered(1) for i in range(9)}
  with pytest.raises(ValueError, match='x0, x1, x2, x3 and 5 more$'):
    weight_map.from_hf(there, TABLE, SIZES)


@pytest.mark.parametrize(
  'fault, text',
  [
    (drop('layers/up'), 'parameters are missing: layers/up'),
    (lambda flat: flat | {'bias': numbered(2)}, 'no row exports these parameters: bias'),
    (lambda flat: flat | {'embed': numbered(4, 7)}, r'embed for wte: shape \(4, 7\)'),
  ],
)
def test_every_parameter_is_exported_once_or_named(fault, text):
  with pytest.raises(ValueError, match=text):
    weight_map.to_hf(fault(weight_map.from_hf(state(), TABLE, SIZES)), TABLE, SIZES)


def test_ignored_tensors_must_equal_what_they_repeat():
  there = state()
  ignored = {'lm_head': 'wte', 'h.{l}.freq': ''}
  more = there | {'lm_head': there['wte'].copy(), 'h.0.freq': numbered(3), 'h.2.freq': numbered(3)}
  assert weight_map.from_hf(more, TABLE, SIZES, ignored).keys() == weight_map.from_hf(there, TABLE, SIZES).keys()
  more['lm_head'][0, 0] += 1
  with pytest.raises(ValueError, match='lm_head differs from wte'):
    weight_map.from_hf(more, TABLE, SIZES, ignored)
  with pytest.raises(ValueError, match='no row claims these tensors: h.3.freq'):
    weight_map.from_hf(there | {'h.3.freq': numbered(3)}, TABLE, SIZES, ignored)


PADDED = [
  row('wte', 'embed', 'V D -> V D'), row('lm.weight', 'head', 'V D -> D V'), row('lm.bias', 'head_bias', 'V -> V'),
  row('norm', 'scale', 'D -> D'),
]  # fmt: skip


def test_a_padded_vocabulary_ends_in_zeros_and_goes_back_without_them():
  there = {'wte': numbered(7, 4) + 1, 'lm.weight': numbered(7, 4) + 2, 'lm.bias': numbered(7) + 3, 'norm': numbered(4)}
  leaves = weight_map.plan({name: x.shape for name, x in there.items()}, PADDED, SIZES, padded={'V': 9})
  ours = {path: weight_map.read_leaf(leaf, blocks_of(there, 2), SIZES) for path, leaf in leaves.items()}
  assert {path: x.shape for path, x in ours.items()} == {path: leaf.shape for path, leaf in leaves.items()}
  assert ours['embed'].shape == (9, 4) and ours['head'].shape == (4, 9) and ours['head_bias'].shape == (9,)
  np.testing.assert_array_equal(ours['embed'][:7], there['wte'])
  np.testing.assert_array_equal(ours['head'][:, :7], there['lm.weight'].T)
  assert not ours['embed'][7:].any() and not ours['head'][:, 7:].any() and not ours['head_bias'][7:].any()
  due = {path: x.shape for path, x in ours.items()}
  assert weight_map.their_shapes(due, PADDED, SIZES, padded={'V': 9}) == {name: x.shape for name, x in there.items()}
  for name, x in weight_map.their_tensors(ours, PADDED, SIZES):
    np.testing.assert_array_equal(x, there[name])
  with pytest.raises(ValueError, match=r'embed for wte: shape \(9, 4\), must be \(8, 4\)'):
    weight_map.their_shapes(due, PADDED, SIZES, padded={'V': 8})
  with pytest.raises(ValueError, match=r'embed for wte: shape \(9, 4\), must be \(7, 4\)'):
    weight_map.to_hf(ours, PADDED, SIZES)


def test_stacks_of_different_depth_stand_in_one_table():
  table = [row('enc.{l}.up', 'encoder/up', 'F D -> D F'), row('dec.{l}.up', 'decoder/up', 'F D -> D F')]
  table[1] = table[1]._replace(layers='decoder_layers')
  there = {f'enc.{l}.up': numbered(5, 4) + l for l in range(3)} | {f'dec.{l}.up': numbered(5, 4) - l for l in range(2)}
  ours = weight_map.from_hf(there, table, SIZES | {'decoder_layers': 2})
  assert ours['encoder/up'].shape == (3, 4, 5) and ours['decoder/up'].shape == (2, 4, 5)
  back = weight_map.to_hf(ours, table, SIZES | {'decoder_layers': 2})
  assert back.keys() == there.keys() and all((back[name] == there[name]).all() for name in there)
  with pytest.raises(ValueError, match='no row claims these tensors: dec.1.up'):
    weight_map.from_hf(there, table, SIZES | {'decoder_layers': 1})


def blocks_of(state, count, asked=None):
  """Their rows, `count` at a time, each block in the memory of the one before."""

  def blocks(name, first, end):
    if asked is not None:
      asked.append((name, first, end))
    buffer = np.empty((count, *state[name].shape[1:]), np.float32)
    for start in range(first, end, count):
      some = state[name][start : min(start + count, end)]
      buffer[: len(some)] = some
      yield buffer[: len(some)]

  return blocks


SIDE_BY_SIDE = ('D (N H) -> D N H', 'D (K H) -> D K H')
COLUMNS = Row(theirs='h.{l}.c', ours=('layers/q', 'layers/v'), patterns=SIDE_BY_SIDE, axis=1)
MIXED = FUSED._replace(patterns=('(K H) D -> D K H',) * 3, before='(mp s n H) D -> (s mp n H) D')
APART = row('h.{l}.w', 'layers/w', '(N H) D -> (H N) D')  # no view of ours has its shape


@pytest.mark.parametrize('count', [1, 3, 100])
@pytest.mark.parametrize(
  'one', [FUSED, COLUMNS, MIXED, APART, row('wte', 'head', 'V D -> D V'), row('wte', 'embed', 'V D -> V D')]
)
def test_a_parameter_is_read_in_blocks_of_rows(one, count):
  rng = np.random.default_rng(0)
  shape = weight_map.their_shape(one, SIZES)
  there = {name: rng.normal(size=shape).astype(np.float32) for name in weight_map._names(one.theirs, 3)}
  want = weight_map.from_hf(there, [one], SIZES)
  for path, leaf in weight_map.plan({name: shape for name in there}, [one], SIZES).items():
    asked = []
    got = weight_map.read_leaf(leaf, blocks_of(there, count, asked), SIZES)
    np.testing.assert_array_equal(got, want[path])
    assert got.flags.c_contiguous and got.ctypes.data % 64 == 0
    if one == FUSED:  # nothing is read that belongs to another parameter
      first, end = {'layers/q': (0, 12), 'layers/v': (12, 18), 'layers/k': (18, 24)}[path]
      assert sorted(asked) == [(f'h.{l}.qkv', first, end) for l in range(3)]


def test_everything_is_checked_before_anything_is_read():
  shapes = {name: x.shape for name, x in state().items()} | {'h.2.up': (4, 5)}  # the last one
  with pytest.raises(ValueError, match='h.2.up has shape'):
    weight_map.plan(shapes, TABLE, SIZES)


def test_a_parameter_is_fetched_layer_by_layer():
  ours, fetched = weight_map.from_hf(state(), TABLE, SIZES), []

  def fetch(x):
    fetched.append(x.shape)
    return x

  list(weight_map.their_tensors(ours, TABLE, SIZES, fetch))
  assert fetched == [(7, 4)] + [(4, 4, 3), (4, 2, 3), (4, 2, 3)] * 3 + [(4, 5)] * 3
