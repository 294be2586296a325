"""GPT-2 and its relatives: configs as they are published, what is refused, and what is written."""

import dataclasses
import json

import pytest
from gpt_models import CASES, SMALL, config, module

from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.rope import Scaling

# What all of these families share.
GPT = dict(norm='layer', norm_eps=1e-5, gated_mlp=False, mlp_bias=True, activation='gelu_tanh')
LEARNED = GPT | dict(position='learned', qkv_bias=True, out_bias=True)
ROTATED = GPT | dict(position='rope_interleaved', parallel_block=True, head_bias=True, tied=False)
NEO = GPT | dict(position='learned', out_bias=True, attn_scale=1.0)
NEOX = GPT | dict(
  qkv_bias=True, out_bias=True, parallel_block=True, parallel_norms=True, tied=False, activation='gelu'
)  # fmt: skip


@pytest.mark.parametrize(
  'kind, due',
  [
    ('gpt2', DecoderConfig(V=50257, D=768, N=12, K=12, H=64, F=3072, layers=12, max_length=1024, **LEARNED)),
    ('gpt_bigcode', DecoderConfig(V=50257, D=768, N=12, K=1, H=64, F=3072, layers=12, max_length=1024, **LEARNED)),
    ('codegen', DecoderConfig(
      V=50400, D=4096, N=16, K=16, H=256, F=16384, layers=28, max_length=2048, rope_dim=64, **ROTATED)),
    ('gptj', DecoderConfig(
      V=50400, D=4096, N=16, K=16, H=256, F=16384, layers=28, max_length=2048, rope_dim=64, **ROTATED)),
    ('gpt_neo', DecoderConfig(
      V=50257, D=2048, N=16, K=16, H=128, F=8192, layers=24, max_length=2048, window=256,
      window_layers=(False, True) * 12, **NEO)),
    ('gpt_neox', DecoderConfig(
      V=50432, D=6144, N=64, K=64, H=96, F=24576, layers=44, max_length=2048, rope_dim=24, **NEOX)),
  ],
)  # fmt: skip
def test_absent_keys_take_the_defaults_of_the_class(kind, due):
  assert module(kind).config({'model_type': kind}) == due


# As their config.json says, but for keys that no logit depends on; some of those stay, to see that they do no harm.
PUBLISHED = {
  'codeparrot-small': (
    dict(
      model_type='gpt2', vocab_size=32768, n_embd=768, n_layer=12, n_head=12, n_positions=1024, n_ctx=1024,
      n_inner=None, activation_function='gelu_new', scale_attn_weights=True, scale_attn_by_inverse_layer_idx=True,
      reorder_and_upcast_attn=True, bos_token_id=50256, eos_token_id=50256, attn_pdrop=0.1, summary_type='cls_index',
      task_specific_params={'text-generation': {'do_sample': True}}, gradient_checkpointing=False,
    ),
    DecoderConfig(
      V=32768, D=768, N=12, K=12, H=64, F=3072, layers=12, max_length=1024, scale_by_layer=True, **LEARNED
    ),
  ),
  'tiny_starcoder_py': (
    dict(
      model_type='gpt_bigcode', vocab_size=49152, n_embd=768, n_layer=20, n_head=12, n_positions=8192, n_inner=3072,
      activation_function='gelu_pytorch_tanh', multi_query=True, attention_softmax_in_fp32=True, inference_runner=0,
      scale_attention_softmax_in_fp32=True, scale_attn_weights=True, bos_token_id=0, eos_token_id=0,
      validate_runner_input=True, pad_key_length=True, pre_allocate_kv_cache=False, max_batch_size=None,
    ),
    DecoderConfig(V=49152, D=768, N=12, K=1, H=64, F=3072, layers=20, max_length=8192, **LEARNED),
  ),
  'codegen-350M-mono': (
    dict(
      model_type='codegen', vocab_size=51200, n_embd=1024, n_layer=20, n_head=16, n_positions=2048, n_ctx=2048,
      n_inner=None, rotary_dim=32, activation_function='gelu_new', scale_attn_weights=True, bos_token_id=1,
      eos_token_id=50256, tie_word_embeddings=False, tokenizer_class='GPT2Tokenizer', torch_dtype='float16',
    ),
    DecoderConfig(V=51200, D=1024, N=16, K=16, H=64, F=4096, layers=20, max_length=2048, rope_dim=32, **ROTATED),
  ),
  'gpt-j-6b': (
    dict(
      model_type='gptj', vocab_size=50400, n_embd=4096, n_layer=28, n_head=16, n_positions=2048, n_inner=None,
      rotary=True, rotary_dim=64, activation_function='gelu_new', scale_attn_weights=True, tie_word_embeddings=False,
    ),
    DecoderConfig(V=50400, D=4096, N=16, K=16, H=256, F=16384, layers=28, max_length=2048, rope_dim=64, **ROTATED),
  ),
  'gpt-neo-125m': (
    dict(
      model_type='gpt_neo', vocab_size=50257, hidden_size=768, num_layers=12, num_heads=12, intermediate_size=None,
      max_position_embeddings=2048, attention_types=[[['global', 'local'], 6]], window_size=256,
      attention_layers=['global', 'local'] * 6, activation_function='gelu_new', layer_norm_epsilon=1e-5,
    ),
    DecoderConfig(
      V=50257, D=768, N=12, K=12, H=64, F=3072, layers=12, max_length=2048, window=256,
      window_layers=(False, True) * 6, **NEO,
    ),
  ),
  'pythia-70m': (
    dict(
      model_type='gpt_neox', vocab_size=50304, hidden_size=512, num_hidden_layers=6, num_attention_heads=8,
      intermediate_size=2048, max_position_embeddings=2048, rotary_pct=0.25, rotary_emb_base=10000, hidden_act='gelu',
      layer_norm_eps=1e-5, use_parallel_residual=True, tie_word_embeddings=False, torch_dtype='float16',
    ),
    DecoderConfig(V=50304, D=512, N=8, K=8, H=64, F=2048, layers=6, max_length=2048, rope_dim=16, **NEOX),
  ),
}  # fmt: skip


@pytest.mark.parametrize('name', PUBLISHED)
def test_published_configs_are_read(name):
  hf, due = PUBLISHED[name]
  assert module(hf['model_type']).config(hf) == due


@pytest.mark.parametrize(
  'kind, change, due',
  [
    ('gpt2', dict(n_embd=None, hidden_size=16), {}),
    ('gpt2', dict(activation_function='gelu_fast'), {}),
    ('gpt2', dict(add_cross_attention=False, reorder_and_upcast_attn=True), {}),
    ('gpt2', dict(scale_attn_weights=False), dict(attn_scale=1.0)),
    ('gpt_bigcode', dict(scale_attn_weights=False), dict(attn_scale=1.0)),
    ('gpt_neo', dict(attention_types=None, attention_layers=['local', 'local']), dict(window_layers=None)),
    ('gpt_neox', dict(rotary_pct=None, partial_rotary_factor=0.5), {}),
    ('gpt_neox', dict(rotary_pct=None, rope_parameters=dict(rope_type='default', partial_rotary_factor=0.5)), {}),
  ],
)
def test_switches_and_other_names_of_keys_are_read(kind, change, due):
  hf = {key: value for key, value in (SMALL[kind] | change).items() if value is not None}
  assert module(kind).config(hf) == dataclasses.replace(config(kind), **due)


@pytest.mark.parametrize(
  'kind, wrong, text',
  [
    ('gpt2', dict(add_cross_attention=True), 'add_cross_attention=True'),
    ('gpt2', dict(activation_function='quick_gelu'), "activation_function='quick_gelu'"),
    ('gpt2', dict(n_head=3), '3 heads cannot share a width of 16'),
    ('gpt2', dict(hidden_size=32), 'hidden_size=32 and n_embd=16 mean the same'),
    ('gpt2', dict(attention_head_type='multiquery'), 'use the gpt_bigcode variant'),
    ('gpt2', dict(auto_map={'AutoModelForCausalLM': 'modeling.Own'}), 'auto_map names code of its own'),
    ('gpt2', dict(quantization_config={'bits': 4}), 'quantization_config'),
    ('gpt_bigcode', dict(scale_attn_by_inverse_layer_idx=True), 'scale_attn_by_inverse_layer_idx=True'),
    ('gpt_bigcode', dict(add_cross_attention=True), 'add_cross_attention=True'),
    ('codegen', dict(tie_word_embeddings=True), 'tie_word_embeddings=True'),
    ('codegen', dict(rotary_dim=0), 'rope turns 0 columns'),
    ('codegen', dict(rotary_dim=3), 'an even number'),
    ('codegen', dict(n_embd=18, n_head=3), 'the 4 groups of codegen'),
    ('codegen', dict(auto_map={'AutoModelForCausalLM': 'modeling_codegen.Own'}), 'auto_map'),
    ('codegen', dict(scale_attn_weights=False), 'scale_attn_weights=False'),
    ('gptj', dict(rotary=False), 'rotary=False'),
    ('gptj', dict(rotary_dim=8), 'rope turns 8 columns of a head; it must be an even number of up to 4'),
    ('gpt_neo', dict(attention_types=[[['global', 'sparse'], 1]]), "attention_types has 'sparse'"),
    ('gpt_neo', dict(attention_types=[[['global'], 3]]), 'speaks of 3 layers; there are 2'),
    ('gpt_neo', dict(attention_types=['global']), "attention_types=.'global'."),
    ('gpt_neo', dict(attention_layers=['local', 'global']), 'attention_layers is not what attention_types makes'),
    ('gpt_neo', dict(window_size=0), 'window'),
    ('gpt_neox', dict(rotary_pct=0.25), 'rope turns an even number of columns of a head of 4, not 1'),
    ('gpt_neox', dict(partial_rotary_factor=0.25), 'rotary_pct=0.5 and partial_rotary_factor=0.25 mean the same'),
    ('gpt_neox', dict(rope_scaling={'type': 'longrope'}), "rope_scaling of type 'longrope'"),
    ('gpt_neox', dict(hidden_act='xielu'), "activation_function='xielu'"),
  ],
)
def test_what_the_decoder_does_not_compute_is_refused_by_name(kind, wrong, text):
  with pytest.raises(ValueError, match=text):
    config(kind, **wrong)


@pytest.mark.parametrize('kind, change', CASES)
def test_the_written_config_reads_back_the_same(kind, change):
  cfg = dataclasses.replace(config(kind, **change), dtype='bfloat16')
  written = json.loads(json.dumps(module(kind).to_hf_config(cfg)))
  assert dataclasses.replace(module(kind).config(written), dtype='bfloat16') == cfg
  assert written['model_type'] == kind and written['dtype'] == written['torch_dtype'] == 'float32'


def test_rope_is_written_in_every_spelling():
  scaled = config('gpt_neox', rotary_emb_base=500.0, rope_scaling=dict(type='linear', factor=2.0))
  assert scaled.rope_scaling == Scaling('linear', 2.0) and scaled.rope_dim == 2
  written = module('gpt_neox').to_hf_config(scaled)
  assert written['rotary_emb_base'] == written['rope_theta'] == written['rope_parameters']['rope_theta'] == 500.0
  assert written['rotary_pct'] == written['rope_parameters']['partial_rotary_factor'] == 0.5
  for gone in (('rotary_emb_base', 'rotary_pct', 'rope_theta', 'rope_scaling'), ('rope_parameters', 'rope_theta')):
    assert module('gpt_neox').config({key: value for key, value in written.items() if key not in gone}) == scaled


@pytest.mark.parametrize(
  'kind, change, text',
  [
    ('gpt2', dict(attn_scale=0.3), 'no GPT-2 has attn_scale=0.3'),
    ('gpt2', dict(K=2), 'no GPT-2 has K=2'),
    ('gpt2', dict(window=4), 'no GPT-2 has window=4'),
    ('gpt_bigcode', dict(K=2), 'no GPTBigCode has K=2'),
    ('gpt_bigcode', dict(scale_by_layer=True), 'no GPTBigCode has scale_by_layer=True'),
    ('codegen', dict(rope_theta=5e5), 'no CodeGen has rope_theta=500000.0'),
    ('codegen', dict(parallel_norms=True), 'no CodeGen has parallel_norms=True'),
    ('gptj', dict(qkv_bias=True, position='rope'), "no GPT-J has position='rope', qkv_bias=True"),
    ('gpt_neo', dict(attn_scale=None), 'no GPT-Neo has attn_scale=None'),
    ('gpt_neox', dict(parallel_norms=False), 'no GPT-NeoX has parallel_norms=False'),
    ('gpt_neox', dict(out_bias=False), 'no GPT-NeoX has out_bias=False'),
  ],
)
def test_a_decoder_that_the_family_does_not_have_is_refused(kind, change, text):
  with pytest.raises(ValueError, match=text):
    module(kind).to_hf_config(dataclasses.replace(config(kind), **change))
