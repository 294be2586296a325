"""Decoding with a cache: layouts, pieces of prompts, and columns that follow each other."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.distributed import sharding
from acrl_jax.models import kv_cache
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.records import Prompts

PLAIN = DecoderConfig(V=50, D=16, N=4, K=2, H=8, F=24, layers=2, max_length=32)
B, T = 3, 10


def batch():
  rng = np.random.default_rng(0)
  valid = np.ones((B, T), bool)
  valid[1, :4] = False
  valid[2, :1] = False
  return jnp.asarray(rng.integers(0, 50, (B, T))), jnp.asarray(valid)


@pytest.fixture(scope='module')
def params():
  return jax.jit(kv_cache.make_functions(PLAIN).init)(jax.random.key(0))


def test_prompts_read_in_pieces_are_read_alike(params, monkeypatch):
  tokens, valid = batch()
  twice = lambda x: jnp.concatenate([x, x[::-1]])
  prompts = Prompts(tokens=twice(tokens), valid=twice(valid))
  engine = kv_cache.make_engine(PLAIN)
  read = lambda: engine.prefill(engine.prepare(params), prompts, 2, 2)
  assert kv_cache.count_pieces(6, T) == 1
  whole = read()
  monkeypatch.setitem(kv_cache.PIECE, 'cpu', 2 * T)
  assert kv_cache.count_pieces(6, T) == 3
  jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-5), read(), whole)


def test_a_piece_divides_the_rows_and_has_some_for_each_device(monkeypatch):
  monkeypatch.setitem(kv_cache.PIECE, 'cpu', 10)
  assert kv_cache.count_pieces(6, 5) == 3  # of two rows
  assert kv_cache.count_pieces(7, 5) == 7  # 7 has no divisor but itself
  assert kv_cache.count_pieces(6, 100) == 6  # no less than a row at a time
  with jax.set_mesh(sharding.make_mesh(data=2, devices=jax.devices()[:2])):
    assert kv_cache.count_pieces(6, 5) == 3 and kv_cache.count_pieces(6, 100) == 3  # a row for each of two devices


def test_layers_are_taken_apart_one_by_one(params):
  outer, per_layer = kv_cache.split_layers(params)
  assert outer.keys() == {'embed', 'final_norm'} and len(per_layer) == 2
  for number, layer in enumerate(per_layer):
    jax.tree.map(np.testing.assert_array_equal, layer, jax.tree.map(lambda x, n=number: x[n], params['layers']))


def test_kernels_as_columns_have_the_axes_last_that_are_summed_over(params):
  layer = kv_cache.split_layers(params)[1][0]
  columns = kv_cache.lay_out_columns(layer)
  q, o = layer['attn']['q']['kernel'], layer['attn']['o']['kernel']  # D N H and N H D
  np.testing.assert_array_equal(columns['attn']['q']['columns'], q.transpose(1, 2, 0))
  np.testing.assert_array_equal(columns['attn']['o']['columns'], o.transpose(2, 0, 1))
  assert columns['attn_norm'].keys() == layer['attn_norm'].keys() and 'kernel' not in columns['mlp']['up']


def test_an_empty_cache_has_room_for_each_layer():
  cache = kv_cache.init_cache(PLAIN, B, 7)
  assert [x.shape for x in cache.k] == [(B, 2, 8, 7)] * 2 and [x.shape for x in cache.v] == [(B, 2, 7, 8)] * 2
  assert not cache.valid.any() and cache.index == 0


def test_each_column_moves_positions_of_live_rows_and_hides_those_of_dead_ones(params):
  tokens, valid = batch()
  engine = kv_cache.make_engine(PLAIN)
  weights = engine.prepare(params)
  _, state = engine.prefill(weights, Prompts(tokens=tokens, valid=valid), 2, 1)
  assert state.position.tolist() == [10, 6, 9] and state.cache.index == T
  live = jnp.array([True, False, True])
  _, after = engine.extend(weights, tokens[:, 0], live, state)
  assert after.position.tolist() == [11, 7, 10] and after.cache.index == T + 1
  assert after.cache.valid[:, T].tolist() == live.tolist() and not after.cache.valid[:, T + 1 :].any()


def test_gathering_over_a_mesh_changes_no_number(params):
  mesh = sharding.make_mesh(data=1, fsdp=2, tensor=2, devices=jax.devices()[:4])
  with jax.set_mesh(mesh):
    spread = jax.device_put(params, sharding.shardings(params, kv_cache.DIMS, mesh))
    got = jax.jit(kv_cache.gather_width)(spread)
  jax.tree.map(np.testing.assert_array_equal, got, params)
  assert 'fsdp' in str(spread['layers']['attn']['q']['kernel'].sharding.spec)
  assert 'fsdp' not in str(got['layers']['attn']['q']['kernel'].sharding.spec)
