import itertools

import numpy as np
import pytest

from acrl_jax.convert import arrays


@pytest.mark.parametrize('shape', [(), (1,), (7,), (3, 5), (2, 3, 4)])
def test_arrays_begin_where_jax_takes_them_as_they_are(shape):
  for _ in range(4):
    x = arrays.empty(shape)
    assert x.shape == shape and x.dtype == np.float32 and x.flags.c_contiguous
    assert x.ctypes.data % arrays.ALIGNMENT == 0


@pytest.mark.parametrize('shape', [(5,), (40, 33), (3, 40, 17), (2, 3, 5, 18)])
@pytest.mark.parametrize('dtype', [np.float32, np.float16])
def test_a_copy_across_the_grain_is_a_copy(shape, dtype):
  rng = np.random.default_rng(0)
  for order in itertools.permutations(range(len(shape))):
    x = rng.normal(size=shape).astype(dtype).transpose(order)
    out = np.full(x.shape, np.nan, np.float32)
    arrays.copy(out, x)
    np.testing.assert_array_equal(out, x)
    got = arrays.contiguous(x)
    np.testing.assert_array_equal(got, x)
    assert got.flags.c_contiguous and got.dtype == np.float32
  inner = np.full((*shape[:-1], shape[-1] + 2), np.nan, np.float32)
  arrays.copy(inner[..., 1:-1], rng.normal(size=shape).astype(dtype))
  assert np.isnan(inner[..., 0]).all() and not np.isnan(inner[..., 1:-1]).any()


def test_an_array_in_one_piece_is_itself():
  x = np.ones((3, 4), np.float32)
  assert arrays.contiguous(x) is x
