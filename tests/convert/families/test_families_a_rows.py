"""GPT-2 and its relatives: which number of a file is which of ours, and that the tables hold neither more nor less."""

import jax
import numpy as np
import pytest
from gpt_models import CASES, config, module

from acrl_jax.convert import families, trees, weight_map
from acrl_jax.models import decoder


def table(kind, cfg):
  """(rows, sizes)."""
  return module(kind).rows(cfg), families.sizes(module(kind), cfg)


def numbers(shapes, seed=0):
  """Name -> an array in which no two numbers are alike."""
  rng = np.random.default_rng(seed)
  return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.mark.parametrize('kind, change', CASES)
def test_the_rows_fill_exactly_the_parameters_and_undo_themselves(kind, change):
  cfg = config(kind, **change)
  one = jax.numpy.zeros((1, 1), int)
  made = jax.eval_shape(decoder.Decoder(cfg).init, jax.random.key(0), one, one, one == 0)['params']
  due = {path: leaf.shape for path, leaf in trees.flatten(made).items()}
  made = table(kind, cfg)
  state = numbers(weight_map.their_shapes(due, *made))
  params = weight_map.from_hf(state, *made)
  assert {path: x.shape for path, x in params.items()} == due
  back = weight_map.to_hf(params, *made)
  assert back.keys() == state.keys()
  for name, x in state.items():
    np.testing.assert_array_equal(back[name], x)


def taken(kind, **change):
  """(config, their random state, our parameters)."""
  cfg = config(kind, **change)
  made = table(kind, cfg)
  names = lambda r: weight_map._names(r.theirs, cfg.layers)
  state = numbers({name: weight_map.their_shape(r, made[1]) for r in made[0] for name in names(r)})
  return cfg, state, weight_map.from_hf(state, *made)


def check_columns(params, cfg, layer, column):
  """column(which, head, h) -> the vector [D] of their weights that makes number h of a head of q, k or v."""
  for which, name in enumerate('qkv'):
    kernel = params[f'layers/attn/{name}/kernel'][layer]
    assert kernel.shape == (cfg.D, cfg.N if name == 'q' else cfg.K, cfg.H)
    for head in range(kernel.shape[1]):
      for h in range(cfg.H):
        np.testing.assert_array_equal(kernel[:, head, h], column(which, head, h), err_msg=f'{name} {head} {h}')


@pytest.mark.parametrize('kind, name', [('gptj', 'attn'), ('gpt_neo', 'attn.attention')])
def test_three_linear_maps_of_outputs_by_inputs(kind, name):
  cfg, state, params = taken(kind)
  three = [state[f'transformer.h.1.{name}.{letter}_proj.weight'] for letter in 'qkv']
  check_columns(params, cfg, 1, lambda which, head, h: three[which][head * cfg.H + h])
  projection = state[f'transformer.h.1.{name}.out_proj.weight']
  np.testing.assert_array_equal(params['layers/attn/o/kernel'][1, 2, 3], projection[:, 2 * cfg.H + 3])


def test_gpt2_keeps_its_weights_as_inputs_by_outputs():
  cfg, state, params = taken('gpt2')
  fused = state['transformer.h.1.attn.c_attn.weight']
  check_columns(params, cfg, 1, lambda which, head, h: fused[:, which * cfg.D + head * cfg.H + h])
  np.testing.assert_array_equal(params['layers/mlp/up/kernel'][1], state['transformer.h.1.mlp.c_fc.weight'])
  projection = state['transformer.h.1.attn.c_proj.weight']
  np.testing.assert_array_equal(params['layers/attn/o/kernel'][1, 2, 3], projection[2 * cfg.H + 3])


def test_gpt_bigcode_has_all_queries_and_then_one_key_and_one_value():
  cfg, state, params = taken('gpt_bigcode')
  fused = state['transformer.h.1.attn.c_attn.weight']
  first = (0, cfg.D, cfg.D + cfg.H)
  check_columns(params, cfg, 1, lambda which, head, h: fused[first[which] + head * cfg.H + h])


@pytest.mark.parametrize(
  'kind, change, name',
  [
    ('gpt_bigcode', dict(multi_query=False), 'transformer.h.1.attn.c_attn'),
    ('gpt_neox', {}, 'gpt_neox.layers.1.attention.query_key_value'),
  ],
)
def test_heads_lie_one_after_the_other_each_with_its_query_key_and_value(kind, change, name):
  cfg, state, params = taken(kind, **change)
  fused, bias = state[f'{name}.weight'], state[f'{name}.bias']
  check_columns(params, cfg, 1, lambda which, head, h: fused[(head * 3 + which) * cfg.H + h])
  assert params['layers/attn/v/bias'][1, 2, 1] == bias[(2 * 3 + 2) * cfg.H + 1]


@pytest.mark.parametrize('heads', [4, 2])
def test_codegen_has_four_groups_of_queries_values_and_keys(heads):
  cfg, state, params = taken('codegen', n_head=heads)
  fused = state['transformer.h.1.attn.qkv_proj.weight']
  wide = cfg.D // 4  # of one of the three in one group

  def column(which, head, h):
    group, place = divmod(head * cfg.H + h, wide)
    return fused[group * 3 * wide + (0, 2, 1)[which] * wide + place]

  check_columns(params, cfg, 1, column)


def test_files_of_models_that_were_saved_without_their_head_lack_the_prefix():
  found = ['wte.weight', 'h.0.attn.bias', 'lm_head.weight']
  for kind in ('gpt2', 'gpt_bigcode', 'gpt_neo'):
    assert module(kind).names(found) == {name: 'transformer.' + name for name in found[:2]}
    assert module(kind).names(['transformer.wte.weight', 'lm_head.weight']) == {}


def test_the_output_of_gpt_neox_has_two_names():
  assert module('gpt_neox').names(['gpt_neox.embed_in.weight', 'lm_head.weight']) == {
    'lm_head.weight': 'embed_out.weight'
  }
  assert module('gpt_neox').names(['gpt_neox.embed_in.weight', 'embed_out.weight']) == {}


@pytest.mark.parametrize(
  'kind, name',
  [
    ('gpt2', 'transformer.h.1.attn.bias'),
    ('gpt2', 'transformer.h.0.attn.masked_bias'),
    ('gpt_bigcode', 'transformer.h.0.attn.masked_bias'),
    ('codegen', 'transformer.h.1.attn.causal_mask'),
    ('gptj', 'transformer.h.1.attn.masked_bias'),
    ('gpt_neo', 'transformer.h.1.attn.attention.bias'),
    ('gpt_neox', 'gpt_neox.layers.1.attention.rotary_emb.inv_freq'),
  ],
)
def test_buffers_of_old_files_are_let_pass_and_others_are_not(kind, name):
  cfg, state, params = taken(kind)
  ignored = module(kind).ignored(cfg)
  again = weight_map.from_hf(state | {name: np.zeros(3, np.float32)}, *table(kind, cfg), ignored)
  np.testing.assert_array_equal(again['embed'], params['embed'])
  with pytest.raises(ValueError, match='no row claims .*other'):
    other = {name.rpartition('.')[0] + '.other': np.zeros(3, np.float32)}
    weight_map.from_hf(state | other, *table(kind, cfg), ignored)


@pytest.mark.parametrize(
  'kind, head, embed',
  [
    ('gpt2', 'lm_head.weight', 'transformer.wte.weight'),
    ('gpt_neo', 'lm_head.weight', 'transformer.wte.weight'),
    ('gpt_neox', 'embed_out.weight', 'gpt_neox.embed_in.weight'),
  ],
)
def test_a_tied_head_in_a_file_must_be_the_embedding(kind, head, embed):
  cfg, state, _ = taken(kind, tie_word_embeddings=True)
  ignored = module(kind).ignored(cfg)
  weight_map.from_hf(state | {head: state[embed]}, *table(kind, cfg), ignored)
  with pytest.raises(ValueError, match=f'{head} differs from {embed}'):
    weight_map.from_hf(state | {head: state[embed] + 1}, *table(kind, cfg), ignored)
