import numpy as np
import pytest

from acrl_jax.convert import rows
from acrl_jax.convert.rows import Row, row

SIZES = dict(V=7, D=4, N=4, K=2, H=3, F=5, mp=2, s=3, n=1)


def numbered(*shape):
  return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


def test_rearrange_by_hand():
  x = numbered(6, 2)  # (N H) D with N = 2, H = 3, D = 2
  got = rows.rearrange(x, '(N H) D -> D N H', dict(N=2, H=3, D=2))
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
  there = rows.rearrange(x, pattern, SIZES)
  np.testing.assert_array_equal(rows.rearrange(there, rows.inverse(pattern), SIZES), x)


def test_rearrange_refuses_another_shape():
  with pytest.raises(ValueError, match=r'\(11, 4\), due \(12, 4\)'):
    rows.rearrange(numbered(11, 4), '(N H) D -> D N H', SIZES)


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
  flat = rows.from_hf(there, TABLE, SIZES, 3)
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
  back = rows.to_hf(rows.from_hf(there, TABLE, SIZES, 3), TABLE, SIZES, 3)
  assert back.keys() == there.keys()
  for name in there:
    np.testing.assert_array_equal(back[name], there[name])
    assert back[name].flags.c_contiguous


def test_a_pattern_before_the_cut_is_undone_on_the_way_back():
  # Two shards, each [q, v, k] with one head of H.
  one = FUSED._replace(theirs='qkv', ours=('q', 'v', 'k'), before='(mp s n H) D -> (s mp n H) D')
  one = one._replace(patterns=('(K H) D -> D K H',) * 3)
  there = {'qkv': numbered(18, 4)}
  flat = rows.from_hf(there, [one], SIZES, 0)
  assert flat['q'][0, :, 0].tolist() == [there['qkv'][0, 0], there['qkv'][9, 0]]
  assert flat['v'][0, :, 0].tolist() == [there['qkv'][3, 0], there['qkv'][12, 0]]
  np.testing.assert_array_equal(rows.to_hf(flat, [one], SIZES, 0)['qkv'], there['qkv'])


def drop(name):
  return lambda there: {key: x for key, x in there.items() if key != name}


@pytest.mark.parametrize(
  'fault, table, text',
  [
    (drop('h.1.up'), TABLE, 'missing: h.1.up'),
    (lambda there: there | {'h.3.up': numbered(5, 4)}, TABLE, 'no row claims these tensors: h.3.up'),
    (lambda there: there | {'wte': numbered(8, 4)}, TABLE, r'wte has shape \(8, 4\), due \(7, 4\)'),
    (lambda there: there | {'h.0.qkv': numbered(23, 4)}, TABLE, r'h.0.qkv has shape \(23, 4\), due 24 = 12 \+ 6 \+ 6'),
    (dict, [*TABLE, row('wte', 'head', 'V D -> V D')], 'two rows claim wte'),
    (dict, [*TABLE, row('lm', 'embed', 'V D -> V D')], 'two rows fill embed'),
  ],
)
def test_every_tensor_is_claimed_once_or_named(fault, table, text):
  with pytest.raises(ValueError, match=text):
    rows.from_hf(fault(state()), table, SIZES, 3)


def test_long_lists_of_names_are_cut():
  there = state() | {f'x{i}': numbered(1) for i in range(9)}
  with pytest.raises(ValueError, match='x0, x1, x2, x3 and 5 more$'):
    rows.from_hf(there, TABLE, SIZES, 3)


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
    rows.to_hf(fault(rows.from_hf(state(), TABLE, SIZES, 3)), TABLE, SIZES, 3)


def test_ignored_tensors_must_equal_what_they_repeat():
  there = state()
  ignored = {'lm_head': 'wte', 'h.{l}.freq': ''}
  more = there | {'lm_head': there['wte'].copy(), 'h.0.freq': numbered(3), 'h.2.freq': numbered(3)}
  assert rows.from_hf(more, TABLE, SIZES, 3, ignored).keys() == rows.from_hf(there, TABLE, SIZES, 3).keys()
  more['lm_head'][0, 0] += 1
  with pytest.raises(ValueError, match='lm_head differs from wte'):
    rows.from_hf(more, TABLE, SIZES, 3, ignored)
  with pytest.raises(ValueError, match='no row claims these tensors: h.3.freq'):
    rows.from_hf(there | {'h.3.freq': numbered(3)}, TABLE, SIZES, 3, ignored)
