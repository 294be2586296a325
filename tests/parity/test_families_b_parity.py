"""Llama and its relatives against torch, each with every switch of its config.json."""

import families
import pytest

SIZES = dict(
  hidden_size=32,
  intermediate_size=48,
  num_hidden_layers=2,
  num_attention_heads=4,
  num_key_value_heads=2,
  max_position_embeddings=1024,
)
THREE = dict(num_hidden_layers=3)


def rope(kind, **values):
  return dict(head_dim=16, rope_parameters=dict(rope_type=kind, rope_theta=1000.0) | values)


# Of eight columns some stay, some are stretched, and some are between, so that each number changes the logits.
YARN = dict(factor=4.0, original_max_position_embeddings=256)
LLAMA3 = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=128)
VARIANTS = {
  'llama': {
    'tied': dict(tie_word_embeddings=True),
    'untied, theta': dict(tie_word_embeddings=False) | rope('default', rope_theta=100000.0),
    'biases': dict(attention_bias=True, mlp_bias=True, num_key_value_heads=4, hidden_act='gelu'),
    'attention bias': dict(attention_bias=True),
    'head_dim, one key head': dict(head_dim=12, num_key_value_heads=1, rms_norm_eps=1e-3, hidden_act='gelu_new'),
    'linear': rope('linear', factor=4.0),
    'dynamic': rope('dynamic', factor=3.0),
    'yarn': rope('yarn', **YARN),
    'yarn, attention_factor': rope('yarn', **YARN, attention_factor=1.3, beta_fast=8.0, beta_slow=2.0),
    'yarn, untruncated': rope('yarn', **YARN, truncate=False),
    'yarn, mscale': rope('yarn', **YARN, mscale=1.5, mscale_all_dim=0.7),
    'llama3': rope('llama3', **LLAMA3),
  },
  'mistral': {
    'window': dict(sliding_window=4, head_dim=12),
    'no window': dict(sliding_window=None, tie_word_embeddings=True),
  },
  'qwen2': {
    'tied': dict(tie_word_embeddings=True),
    'all slide': dict(use_sliding_window=True, sliding_window=4, max_window_layers=0),
    'upper layers slide': THREE | dict(use_sliding_window=True, sliding_window=4, max_window_layers=1),
    'layer_types': THREE
    | dict(
      use_sliding_window=True,
      sliding_window=3,
      layer_types=['sliding_attention', 'full_attention', 'sliding_attention'],
    ),
    'yarn': rope('yarn', **YARN),
  },
  'qwen3': {
    'tied': dict(head_dim=16, tie_word_embeddings=True),
    'biases': dict(head_dim=8, attention_bias=True),
    'upper layers slide': THREE
    | dict(head_dim=8, use_sliding_window=True, sliding_window=4, max_window_layers=2),
  },
  'starcoder2': {
    'window': dict(sliding_window=4),
    'no window, untied': dict(tie_word_embeddings=False, norm_epsilon=1e-3),
    'no biases': dict(use_bias=False, hidden_act='gelu'),
  },
  'granite': {
    'scales': dict(
      embedding_multiplier=3.0, attention_multiplier=0.5, residual_multiplier=0.6, logits_scaling=1.5,
      tie_word_embeddings=True,
    ),
    'defaults': {},
    'biases': dict(attention_bias=True, mlp_bias=True, embedding_multiplier=12, logits_scaling=3),
  },
  'smollm3': {
    'interval': THREE | dict(no_rope_layer_interval=2),
    'no_rope_layers': THREE | dict(no_rope_layers=[0, 1, 1], tie_word_embeddings=False),
    'biases': dict(attention_bias=True, mlp_bias=True, no_rope_layers=[1, 1]),
    'plain layers slide': THREE | dict(no_rope_layers=[1, 0, 1], use_sliding_window=True, sliding_window=4),
  },
}  # fmt: skip
CASES = [(kind, switch) for kind, switches in VARIANTS.items() for switch in switches]


@pytest.fixture(scope='module', params=CASES, ids=lambda case: f'{case[0]}-{case[1]}')
def case(request, tmp_path_factory):
  kind, switch = request.param
  folder = tmp_path_factory.mktemp('hf') / 'model'
  return families.make(kind, switch, SIZES | VARIANTS[kind][switch], folder)


def test_logits_and_greedy_tokens_equal_those_of_torch(case):
  families.check_decoding(case)


def test_torch_reads_what_is_exported(case, tmp_path):
  families.check_export(case, tmp_path / 'out')


def test_other_files_hold_the_same_parameters(case, tmp_path):
  families.check_formats(case, tmp_path)


def test_either_spelling_of_the_config_says_all(case):
  families.check_spellings(case)
