"""The parts of a decoder by hand: products and their gradients, norms, switches."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.models import layers
from acrl_jax.models.decoder import DecoderConfig

PLAIN = DecoderConfig(V=50, D=16, N=4, K=2, H=8, F=24, layers=2, max_length=32)


def test_norms_by_hand():
  x = jnp.array([3.0, -1.0])
  rms = layers.Norm(dataclasses.replace(PLAIN, D=2, norm_eps=0.0))
  got = rms.apply({'params': {'scale': jnp.array([1.0, 2.0])}}, x)
  np.testing.assert_allclose(got, [3 / 5**0.5, -2 / 5**0.5], atol=1e-6)  # mean square (9 + 1) / 2
  layer = layers.Norm(dataclasses.replace(PLAIN, D=2, norm_eps=0.0, norm='layer'))
  got = layer.apply({'params': {'scale': jnp.array([1.0, 2.0]), 'bias': jnp.array([0.5, 0.0])}}, x)
  np.testing.assert_allclose(got, [1.5, -2.0], atol=1e-6)  # mean 1, deviation 2


def test_the_gradients_of_a_product_are_those_of_the_einsum():
  rng = np.random.default_rng(3)
  x, kernel, dy = (jnp.asarray(rng.normal(size=s), jnp.float32) for s in [(3, 5, 4, 8), (4, 8, 6), (3, 5, 6)])
  got = jax.grad(lambda x, k: jnp.sum(layers.contract(x, k, 2) * dy), (0, 1))(x, kernel)
  due = jax.grad(lambda x, k: jnp.sum(jnp.einsum('BTNH,NHD->BTD', x, k) * dy), (0, 1))(x, kernel)
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-5), got, due)


@pytest.mark.parametrize('rows', [2, layers.FEW + 2])
def test_a_product_with_columns_is_that_with_the_kernel(rows):
  """Few rows and many go different ways to the same numbers."""
  rng = np.random.default_rng(0)
  x, kernel = (jnp.asarray(rng.normal(size=s), jnp.float32) for s in [(rows, 4, 8), (4, 8, 6)])
  want = jnp.einsum('BNH,NHD->BD', x, kernel)
  np.testing.assert_allclose(layers.contract(x, kernel, 2), want, atol=1e-5)
  np.testing.assert_allclose(layers.contract_columns(x, kernel.transpose(2, 0, 1), 2), want, atol=1e-5)


def test_a_linear_map_has_the_shape_of_its_letters_and_adds_a_bias():
  linear = layers.Linear(PLAIN, 'BTD,DNH->BTNH', use_bias=True)
  x = jnp.ones((1, 2, 16))
  params = linear.init(jax.random.key(0), x)['params']
  assert params['kernel'].shape == (16, 4, 8) and params['bias'].shape == (4, 8)
  moved = params | {'bias': params['bias'] + 2}
  plain, more = (linear.apply({'params': p}, x) for p in (params, moved))
  assert plain.shape == (1, 2, 4, 8)
  np.testing.assert_allclose(more - plain, 2, atol=1e-5)


def test_switches_choose_masks_and_turns_as_values_and_as_numbers_of_a_scan():
  turn = jnp.array([0.5]), jnp.array([0.25])
  shared = layers.Shared(turn=turn, mask=jnp.array([True, True]), near=jnp.array([False, True]))
  for wrap in (bool, jnp.asarray):
    on, off = (layers.Switches(1.0, wrap(x), wrap(x)) for x in (True, False))
    assert on.mask(shared).tolist() == [False, True] and off.mask(shared).tolist() == [True, True]
    np.testing.assert_array_equal(on.turn(shared), turn)
  assert layers.Switches(1.0, False, False).turn(shared) is None
  np.testing.assert_array_equal(off.turn(shared), ([0.0], [1.0]))  # a turn by nothing
  assert on.turn(shared._replace(turn=None)) is None
