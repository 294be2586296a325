"""Rows that GPT families share: what each claims and fills."""

import numpy as np
import pytest

from acrl_jax.convert import gpt_rows, weight_map

SIZES = dict(D=4, N=2, K=2, H=3, s=3, layers=1)


def test_a_norm_has_a_scale_and_a_bias():
  assert [(r.theirs, r.ours) for r in gpt_rows.norm('ln', 'norm')] == [
    ('ln.weight', ('norm/scale',)), ('ln.bias', ('norm/bias',))
  ]  # fmt: skip


def test_a_linear_map_has_a_bias_where_it_has_a_pattern():
  assert [r.theirs for r in gpt_rows.linear('up', 'mlp/up', 'F D -> D F')] == ['up.weight']
  both = gpt_rows.linear('up', 'mlp/up', 'F D -> D F', 'F -> F')
  assert [r.ours for r in both] == [('mlp/up/kernel',), ('mlp/up/bias',)]


@pytest.mark.parametrize('apart', [True, False])
def test_queries_keys_and_values_of_a_fused_map(apart):
  """Rows of theirs are numbered; apart, those of a head's query, key and value stand together."""
  weight = np.repeat(np.arange(18, dtype=np.float32)[:, None], 4, 1)
  state = {'h.0.qkv.weight': weight, 'h.0.qkv.bias': weight[:, 0]}
  got = weight_map.from_hf(state, gpt_rows.fused('h.{l}.qkv', apart), SIZES)
  first = got['layers/attn/k/kernel'][0, 0]  # [head, h] of the first input
  assert first.tolist() == ([[3, 4, 5], [12, 13, 14]] if apart else [[6, 7, 8], [9, 10, 11]])
  np.testing.assert_array_equal(got['layers/attn/k/bias'][0], first)
  assert len(gpt_rows.fused('h.{l}.qkv', apart, bias=False)) == 1


def test_a_prefix_is_added_where_no_name_has_it_and_never_to_the_head():
  assert gpt_rows.prefixed(['wte.weight', 'lm_head.weight']) == {'wte.weight': 'transformer.wte.weight'}
  assert gpt_rows.prefixed(['transformer.wte.weight', 'x']) == {}
