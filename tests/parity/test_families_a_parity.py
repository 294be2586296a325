"""GPT-2 and its relatives against torch: logits, cached decoding, greedy tokens, and folders that go both ways."""

import json

import families
import jax
import numpy as np
import pytest
from families import torch

from acrl_jax.convert import hub
from acrl_jax.convert.families import gpt_neox

GPT2 = dict(n_positions=64, n_embd=32, n_layer=2, n_head=4)
ROTATED = dict(n_positions=64, n_embd=32, n_layer=2, n_head=4, rotary_dim=4)
NEO = dict(max_position_embeddings=64, hidden_size=32, num_layers=2, num_heads=4)
NEOX = dict(
  max_position_embeddings=64, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48
)  # fmt: skip


def rope(**values):
  return dict(rope_parameters=dict(rope_theta=10000.0, partial_rotary_factor=0.5) | values)


FAMILIES = {
  'gpt2': GPT2,
  'gpt_bigcode': GPT2,
  'codegen': ROTATED,
  'gptj': ROTATED,
  'gpt_neo': NEO | dict(attention_types=[[['global', 'local'], 1]], window_size=4),
  'gpt_neox': NEOX,
}
SWITCHES = {
  'gpt2': {
    'plain': {},
    'untied': dict(tie_word_embeddings=False, n_inner=40, layer_norm_epsilon=1e-3, activation_function='gelu_fast'),
    'CodeParrot': dict(scale_attn_by_inverse_layer_idx=True, reorder_and_upcast_attn=True),
    'unscaled': dict(scale_attn_weights=False, activation_function='relu'),
    'scaled by layer alone': dict(
      scale_attn_weights=False, scale_attn_by_inverse_layer_idx=True, n_layer=6, activation_function='silu'
    ),
  },
  'gpt_bigcode': {
    'multi-query': {},
    'multi-head': dict(multi_query=False),
    'untied': dict(tie_word_embeddings=False, n_inner=40, n_head=2),
    'unscaled': dict(scale_attn_weights=False, activation_function='gelu', layer_norm_epsilon=1e-3),
  },
  'codegen': {
    'plain': {},
    'whole heads': dict(rotary_dim=8, n_inner=40, activation_function='gelu'),
    'groups across heads': dict(n_head=2, n_embd=24, rotary_dim=6),
    'eight heads': dict(n_head=8, n_layer=6, layer_norm_epsilon=1e-3),
  },
  'gptj': {
    'plain': {},
    'whole heads': dict(rotary_dim=8, n_inner=40, activation_function='relu', layer_norm_epsilon=1e-3),
  },
  'gpt_neo': {
    'global and local': {},
    'all global': dict(attention_types=[[['global'], 2]], window_size=256),
    'all local': dict(attention_types=[[['local'], 2]], window_size=1),
    'untied': dict(tie_word_embeddings=False, intermediate_size=40, activation_function='gelu'),
    'six layers': dict(num_layers=6, attention_types=[[['local', 'global', 'local'], 2]], layer_norm_epsilon=1e-3),
  },
  'gpt_neox': {
    'plain': {},
    'one after the other': dict(use_parallel_residual=False, layer_norm_eps=1e-3),
    'without biases': dict(attention_bias=False, hidden_act='gelu_new'),
    'tied': dict(tie_word_embeddings=True, hidden_act='relu') | rope(rope_type='default', partial_rotary_factor=1.0),
    'theta': rope(rope_type='default', rope_theta=500.0),
    'linear': rope(rope_type='linear', factor=4.0),
    'dynamic': rope(rope_type='dynamic', factor=4.0),
    'yarn': rope(rope_type='yarn', factor=4.0, original_max_position_embeddings=16),
    'llama3': rope(
      rope_type='llama3', factor=4.0, original_max_position_embeddings=16, low_freq_factor=1.0, high_freq_factor=4.0
    ),
  },
}  # fmt: skip
CASES = [(kind, switch) for kind, switches in SWITCHES.items() for switch in switches]


@pytest.fixture(scope='module', params=CASES, ids=lambda case: f'{case[0]}-{case[1]}')
def case(request, tmp_path_factory):
  kind, switch = request.param
  folder = tmp_path_factory.mktemp('hf') / 'model'
  return families.make(kind, switch, FAMILIES[kind] | SWITCHES[kind][switch], folder)


def test_logits_and_greedy_tokens_equal_those_of_torch(case):
  families.check_decoding(case)


def test_torch_reads_what_is_exported(case, tmp_path):
  families.check_export(case, tmp_path / 'out')


def test_other_files_hold_the_same_parameters(case, tmp_path):
  families.check_formats(case, tmp_path)


def test_either_spelling_of_the_config_says_all(case):
  theirs = case.model.config
  if case.switch == 'CodeParrot':
    theirs.reorder_and_upcast_attn = False  # no switch of ours: float32 is the rule here
  if case.kind == 'gpt_neo':
    theirs.attention_types = [[theirs.attention_layers, 1]]  # what we write for any way to say it
  families.check_spellings(case)


@pytest.mark.parametrize('kind', ['gpt2', 'gpt_bigcode', 'gpt_neo'])
def test_a_model_saved_without_its_head_is_the_same(kind, tmp_path):
  whole = families.make(kind, 'plain', FAMILIES[kind], tmp_path / 'whole')
  whole.model.transformer.save_pretrained(tmp_path / 'bare')
  bare = hub.load(str(tmp_path / 'bare'))
  assert bare.config == whole.made.config
  jax.tree.map(np.testing.assert_array_equal, bare.params, whole.made.params)


def test_buffers_of_old_files_are_let_pass(tmp_path):
  whole = families.make('gpt_neox', 'plain', NEOX, tmp_path / 'whole')
  state = whole.model.state_dict()
  for layer in range(2):
    state[f'gpt_neox.layers.{layer}.attention.bias'] = torch.ones(1, 1, 64, 64, dtype=torch.bool)
    state[f'gpt_neox.layers.{layer}.attention.masked_bias'] = torch.tensor(-1e9)
    state[f'gpt_neox.layers.{layer}.attention.rotary_emb.inv_freq'] = torch.ones(1)
  (tmp_path / 'old').mkdir()
  torch.save(state, tmp_path / 'old' / 'pytorch_model.bin')
  (tmp_path / 'old' / 'config.json').write_text((whole.folder / 'config.json').read_text())
  jax.tree.map(np.testing.assert_array_equal, hub.load(str(tmp_path / 'old')).params, whole.made.params)


def test_transformers_finds_the_rotation_of_gpt_neox_in_either_spelling(tmp_path):
  """Its old names of these keys are no part of the other spelling, and so are taken away with it."""
  values = NEOX | rope(rope_type='linear', factor=4.0, rope_theta=500.0)
  case = families.make('gpt_neox', 'linear', values, tmp_path / 'model')
  written = json.loads(json.dumps(gpt_neox.to_hf_config(case.made.config)))
  for gone in (('rotary_emb_base', 'rotary_pct', *families.OLD_KEYS), families.NEW_KEYS):
    spelling = {key: value for key, value in written.items() if key not in gone}
    assert gpt_neox.config(spelling) == case.made.config
    got = type(case.model.config).from_dict(spelling).rope_parameters
    assert got.items() >= dict(rope_type='linear', factor=4.0, rope_theta=500.0, partial_rotary_factor=0.5).items()
