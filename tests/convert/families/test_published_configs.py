"""config.json files of Llama and its relatives as they are published, and the decoders that they mean."""

import json

import numpy as np
import pytest

from acrl_jax.convert import families
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.rope import Scaling

QWEN_CODER = dict(
  hidden_act='silu', max_position_embeddings=32768, max_window_layers=28, rms_norm_eps=1e-6, rope_theta=1000000.0,
  sliding_window=131072, use_sliding_window=False, torch_dtype='bfloat16', use_mrope=False, bos_token_id=151643,
  eos_token_id=151643, attention_dropout=0.0,
)  # fmt: skip
STARCODER = dict(
  hidden_act='gelu_pytorch_tanh', max_position_embeddings=16384, mlp_type='default', norm_epsilon=1e-5,
  norm_type='layer_norm', sliding_window=4096, use_bias=True, vocab_size=49152, attention_dropout=0.1,
  residual_dropout=0.1, embedding_dropout=0.1, bos_token_id=0, eos_token_id=0,
)  # fmt: skip
PUBLISHED = {
  'Qwen2.5-Coder-0.5B': (
    dict(
      model_type='qwen2', hidden_size=896, intermediate_size=4864, num_attention_heads=14, num_hidden_layers=24,
      num_key_value_heads=2, tie_word_embeddings=True, vocab_size=151936, **QWEN_CODER,
    ),
    DecoderConfig(
      V=151936, D=896, N=14, K=2, H=64, F=4864, layers=24, max_length=32768, rope_theta=1e6, qkv_bias=True, tied=True
    ),
  ),
  'Qwen2.5-Coder-7B, longer by YaRN': (
    dict(
      model_type='qwen2', hidden_size=3584, intermediate_size=18944, num_attention_heads=28, num_hidden_layers=28,
      num_key_value_heads=4, tie_word_embeddings=False, vocab_size=152064, **QWEN_CODER,
      rope_scaling=dict(factor=4.0, original_max_position_embeddings=32768, type='yarn'),
    ),
    DecoderConfig(
      V=152064, D=3584, N=28, K=4, H=128, F=18944, layers=28, max_length=32768, rope_theta=1e6, qkv_bias=True,
      tied=False, rope_scaling=Scaling('yarn', 4.0, 32768, 1.0, 32.0, 0.1 * np.log(4) + 1),
    ),
  ),
  'Qwen3-0.6B': (
    dict(
      model_type='qwen3', attention_bias=False, head_dim=128, hidden_act='silu', hidden_size=1024,
      intermediate_size=3072, max_position_embeddings=40960, max_window_layers=28, num_attention_heads=16,
      num_hidden_layers=28, num_key_value_heads=8, rms_norm_eps=1e-6, rope_scaling=None, rope_theta=1000000,
      sliding_window=None, tie_word_embeddings=True, use_sliding_window=False, vocab_size=151936,
    ),
    DecoderConfig(
      V=151936, D=1024, N=16, K=8, H=128, F=3072, layers=28, max_length=40960, rope_theta=1e6, qk_norm=True, tied=True
    ),
  ),
  'starcoder2-3b': (
    dict(
      model_type='starcoder2', hidden_size=3072, intermediate_size=12288, num_attention_heads=24, num_hidden_layers=30,
      num_key_value_heads=2, rope_theta=999999.4420358813, **STARCODER,
    ),
    DecoderConfig(
      V=49152, D=3072, N=24, K=2, H=128, F=12288, layers=30, max_length=16384, rope_theta=999999.4420358813,
      norm='layer', norm_eps=1e-5, activation='gelu_tanh', gated_mlp=False, qkv_bias=True, out_bias=True,
      mlp_bias=True, tied=True, window=4096,
    ),
  ),
  'starcoder2-7b': (
    dict(
      model_type='starcoder2', activation_function='gelu', hidden_size=4608, intermediate_size=18432,
      num_attention_heads=36, num_hidden_layers=32, num_key_value_heads=4, rope_theta=1000000,
      scale_attention_softmax_in_fp32=True, scale_attn_weights=True, **STARCODER,
    ),
    DecoderConfig(
      V=49152, D=4608, N=36, K=4, H=128, F=18432, layers=32, max_length=16384, rope_theta=1e6, norm='layer',
      norm_eps=1e-5, activation='gelu_tanh', gated_mlp=False, qkv_bias=True, out_bias=True, mlp_bias=True, tied=True,
      window=4096,
    ),
  ),
  'deepseek-coder-1.3b': (
    dict(
      model_type='llama', bos_token_id=32013, eos_token_id=32014, hidden_act='silu', hidden_size=2048,
      intermediate_size=5504, max_position_embeddings=16384, num_attention_heads=16, num_hidden_layers=24,
      num_key_value_heads=16, pretraining_tp=1, rms_norm_eps=1e-6, rope_scaling=dict(factor=4.0, type='linear'),
      rope_theta=100000, tie_word_embeddings=False, vocab_size=32256,
    ),
    DecoderConfig(
      V=32256, D=2048, N=16, K=16, H=128, F=5504, layers=24, max_length=16384, rope_theta=1e5, tied=False,
      rope_scaling=Scaling('linear', 4.0),
    ),
  ),
  'CodeLlama-7b': (
    dict(
      model_type='llama', hidden_act='silu', hidden_size=4096, intermediate_size=11008, max_position_embeddings=16384,
      num_attention_heads=32, num_hidden_layers=32, num_key_value_heads=32, pretraining_tp=1, rms_norm_eps=1e-5,
      rope_scaling=None, rope_theta=1000000, vocab_size=32016,
    ),
    DecoderConfig(
      V=32016, D=4096, N=32, K=32, H=128, F=11008, layers=32, max_length=16384, rope_theta=1e6, norm_eps=1e-5,
      tied=False,
    ),
  ),
  'granite-3b-code': (
    dict(
      model_type='llama', attention_bias=True, mlp_bias=True, hidden_size=2560, intermediate_size=10240,
      max_position_embeddings=2048, num_attention_heads=32, num_hidden_layers=32, num_key_value_heads=32,
      rms_norm_eps=1e-5, rope_theta=10000, tie_word_embeddings=True, vocab_size=49152,
    ),
    DecoderConfig(
      V=49152, D=2560, N=32, K=32, H=80, F=10240, layers=32, max_length=2048, norm_eps=1e-5, qkv_bias=True,
      out_bias=True, mlp_bias=True, tied=True,
    ),
  ),
  'granite-3.0-2b': (
    dict(
      model_type='granite', attention_bias=False, attention_multiplier=0.015625, embedding_multiplier=12.0,
      hidden_size=2048, intermediate_size=8192, logits_scaling=8.0, max_position_embeddings=4096, mlp_bias=False,
      num_attention_heads=32, num_hidden_layers=40, num_key_value_heads=8, residual_multiplier=0.22,
      rms_norm_eps=1e-5, rope_scaling=None, rope_theta=10000, tie_word_embeddings=True, vocab_size=49155,
    ),
    DecoderConfig(
      V=49155, D=2048, N=32, K=8, H=64, F=8192, layers=40, max_length=4096, norm_eps=1e-5, tied=True,
      attn_scale=0.015625, embed_scale=12.0, residual_scale=0.22, logit_scale=0.125,
    ),
  ),
  'SmolLM3-3B': (
    dict(
      model_type='smollm3', attention_bias=False, hidden_size=2048, intermediate_size=11008,
      layer_types=['full_attention'] * 36, max_position_embeddings=65536, max_window_layers=28, mlp_bias=False,
      no_rope_layer_interval=4, no_rope_layers=[1, 1, 1, 0] * 9, num_attention_heads=16, num_hidden_layers=36,
      num_key_value_heads=4, pretraining_tp=2, rms_norm_eps=1e-6, rope_scaling=None, rope_theta=5000000.0,
      sliding_window=None, use_sliding_window=False, vocab_size=128256,
    ),
    DecoderConfig(
      V=128256, D=2048, N=16, K=4, H=128, F=11008, layers=36, max_length=65536, rope_theta=5e6, tied=True,
      rope_layers=(True, True, True, False) * 9,
    ),
  ),
  'Mistral-7B-v0.3': (
    dict(
      model_type='mistral', hidden_act='silu', hidden_size=4096, intermediate_size=14336,
      max_position_embeddings=32768, num_attention_heads=32, num_hidden_layers=32, num_key_value_heads=8,
      rms_norm_eps=1e-5, rope_theta=1000000.0, sliding_window=None, tie_word_embeddings=False, vocab_size=32768,
    ),
    DecoderConfig(
      V=32768, D=4096, N=32, K=8, H=128, F=14336, layers=32, max_length=32768, rope_theta=1e6, norm_eps=1e-5,
      tied=False,
    ),
  ),
}  # fmt: skip


@pytest.mark.parametrize('name', PUBLISHED)
def test_published_configs_are_read_and_written_again(name):
  hf, want = PUBLISHED[name]
  module = families.family_of(hf, name)
  got = module.config(hf)
  assert got == want
  assert module.config(json.loads(json.dumps(module.to_hf_config(got)))) == want
