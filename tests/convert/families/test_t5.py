import dataclasses
import json

import jax
import numpy as np
import pytest
from safetensors import numpy as safetensors_numpy

import acrl_jax
from acrl_jax.convert import families, hub, trees, weight_map
from acrl_jax.convert.export import export_folder
from acrl_jax.convert.families import t5
from acrl_jax.models import t5 as model
from acrl_jax.models.t5 import T5Config
from acrl_jax.records import Prompts

# What the config.json of CodeT5-base says, less what is of no matter to a model.
CODET5 = dict(
  architectures=['T5ForConditionalGeneration'], bos_token_id=1, d_ff=3072, d_kv=64, d_model=768,
  decoder_start_token_id=0, dropout_rate=0.1, eos_token_id=2, feed_forward_proj='relu', initializer_factor=1.0,
  is_encoder_decoder=True, layer_norm_epsilon=1e-06, model_type='t5', n_positions=512, num_decoder_layers=12,
  num_heads=12, num_layers=12, pad_token_id=0, relative_attention_num_buckets=32, use_cache=True, vocab_size=32100,
)  # fmt: skip
SMALL = dict(model_type='t5', vocab_size=50, d_model=16, d_kv=6, d_ff=24, num_layers=2, num_heads=4, eos_token_id=2)
PLAIN = T5Config(V=50, D=16, N=4, H=6, F=24, layers=2, decoder_layers=3, start_id=3)
VARIANTS = {
  'relu': {},
  'gated': dict(gated_mlp=True, activation='gelu_tanh', tied=False, layers=3, decoder_layers=1, buckets=12),
}


@pytest.fixture(params=VARIANTS)
def config(request):
  return dataclasses.replace(PLAIN, **VARIANTS[request.param])


def init(config):
  """Random parameters as nested NumPy arrays."""
  shapes = jax.eval_shape(model.make_functions(config).init, jax.random.key(0))
  rng = np.random.default_rng(0)
  return jax.tree.map(lambda x: rng.normal(0, 0.3, size=x.shape).astype(np.float32), shapes)


def test_absent_keys_take_the_defaults_of_the_class():
  assert t5.config({'model_type': 't5'}) == T5Config(V=32128, D=512, N=8, H=64, F=2048, layers=6, decoder_layers=6)


def test_codet5_is_read_as_it_is():
  got = t5.config(CODET5)
  assert got == T5Config(V=32100, D=768, N=12, H=64, F=3072, layers=12, decoder_layers=12)
  shapes = jax.eval_shape(model.make_functions(got).init, jax.random.key(0))
  assert sum(x.size for x in jax.tree.leaves(shapes)) == 222_882_048  # 32100 * 768, 12 * 7.08 M, 12 * 9.44 M, the rest


def test_every_key_arrives():
  hf = SMALL | dict(
    num_decoder_layers=5, relative_attention_num_buckets=16, relative_attention_max_distance=99,
    layer_norm_epsilon=1e-4, feed_forward_proj='gated-silu', tie_word_embeddings=False, decoder_start_token_id=7,
  )  # fmt: skip
  assert t5.config(hf) == T5Config(
    V=50, D=16, N=4, H=6, F=24, layers=2, decoder_layers=5, buckets=16, distance=99, activation='silu', gated_mlp=True,
    tied=False, norm_eps=1e-4, start_id=7,
  )  # fmt: skip


@pytest.mark.parametrize(
  'spelling, want',
  [
    (dict(feed_forward_proj='relu'), ('relu', False)),
    (dict(feed_forward_proj='gelu'), ('gelu', False)),
    (dict(feed_forward_proj='gated-relu'), ('relu', True)),
    (dict(feed_forward_proj='gated-gelu'), ('gelu_tanh', True)),
    (dict(feed_forward_proj='gated-gelu', dense_act_fn='gelu_new', is_gated_act=True), ('gelu_tanh', True)),
    (dict(feed_forward_proj='gated-gelu', dense_act_fn='gelu'), ('gelu', True)),
    (dict(feed_forward_proj='gated-silu', dense_act_fn=None), ('silu', True)),
  ],
)
def test_the_activation_in_every_spelling(spelling, want):
  got = t5.config(SMALL | spelling)
  assert (got.activation, got.gated_mlp) == want


@pytest.mark.parametrize(
  'spelling, tied',
  [
    ({}, True),
    (dict(tie_word_embeddings=False), False),  # transformers 4
    (dict(tie_word_embeddings=True, scale_decoder_outputs=False), False),  # transformers 5
    (dict(tie_word_embeddings=True, scale_decoder_outputs=True), True),
  ],
)
def test_the_head_in_every_spelling(spelling, tied):
  assert t5.config(SMALL | spelling).tied is tied


def test_the_decoder_starts_with_padding_where_nothing_else_is_said():
  assert t5.config(SMALL | dict(pad_token_id=5)).start_id == 5
  assert t5.config(SMALL | dict(pad_token_id=5, decoder_start_token_id=0)).start_id == 0


@pytest.mark.parametrize(
  'wrong, text',
  [
    (dict(feed_forward_proj='sparse-relu'), "feed_forward_proj='sparse-relu'"),
    (dict(feed_forward_proj='gated-tanh'), "feed_forward_proj='tanh'"),
    (dict(dense_act_fn='tanh'), "dense_act_fn='tanh'"),
    (dict(is_decoder=True), 'one half'),
    (dict(is_encoder_decoder=False), 'one half'),
    (dict(tie_word_embeddings=False, scale_decoder_outputs=True), 'scale_decoder_outputs'),
    (dict(quantization_config={'bits': 8}), 'quantization_config'),
    (dict(num_experts=8), 'num_experts'),
    (dict(decoder_start_token_id=50), 'start_id=50'),
  ],
)
def test_what_the_model_does_not_compute_is_refused_by_name(wrong, text):
  with pytest.raises(ValueError, match=text):
    t5.config(SMALL | wrong)


@pytest.mark.parametrize('activation', ['relu', 'gelu', 'gelu_tanh', 'silu'])
@pytest.mark.parametrize('gated', [True, False])
def test_the_written_config_reads_back_the_same(config, activation, gated):
  config = dataclasses.replace(config, activation=activation, gated_mlp=gated, dtype='bfloat16')
  assert dataclasses.replace(t5.config(t5.to_hf_config(config)), dtype='bfloat16') == config


def test_the_rows_are_bit_exact_both_ways(config):
  params, sizes = trees.flatten(init(config)), families.sizes(t5, config)
  state = weight_map.to_hf(params, t5.rows(config), sizes)
  assert state['decoder.block.0.layer.1.EncDecAttention.o.weight'].shape == (16, 24)
  assert sum(name.endswith('DenseReluDense.wo.weight') for name in state) == config.layers + config.decoder_layers
  back = weight_map.from_hf(state, t5.rows(config), sizes, t5.ignored(config))
  assert back.keys() == params.keys()
  assert all(np.array_equal(back[path], params[path]) for path in params)


def test_a_folder_goes_out_and_in_and_samples(config, tmp_path):
  params = init(config)
  out = export_folder(tmp_path / 'model', config, params, None, SMALL, end_ids=(2,))
  made = acrl_jax.load(str(out))
  assert made.config == config and made.end_ids == (2,)
  jax.tree.map(np.testing.assert_array_equal, jax.device_get(made.params), params)
  prompts = Prompts(tokens=np.arange(8).reshape(2, 4), valid=np.array([[False] + [True] * 3, [True] * 4]))
  drawn = made.policy.generate(made.params, jax.random.key(0), prompts, max_new_tokens=6, samples=2)
  scores = jax.jit(made.policy.score, static_argnames='start')(made.params, drawn.tokens, drawn.valid, start=4)
  gap = np.abs(np.asarray(scores.log_prob) - drawn.log_probs)[np.asarray(drawn.actions)]
  assert len(gap) > 4 and gap.max() < 1e-4
  written = json.loads((out / 'config.json').read_text())
  assert written['decoder_start_token_id'] == 3 and written['num_decoder_layers'] == config.decoder_layers


def test_copies_of_the_embedding_may_be_in_the_file_and_must_be_copies(tmp_path):
  out = export_folder(tmp_path / 'model', PLAIN, init(PLAIN), None, SMALL, end_ids=(2,))
  file = out / 'model.safetensors'
  state = safetensors_numpy.load_file(file)
  copies = ('encoder.embed_tokens.weight', 'decoder.embed_tokens.weight', 'lm_head.weight')
  old = {'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight': np.ones((32, 4), np.float32)}
  more = {name: state['shared.weight'].copy() for name in copies}
  safetensors_numpy.save_file(state | more | old, file, metadata={'format': 'pt'})
  assert hub.load(str(out)).config == PLAIN
  for name in copies:
    wrong = more | {name: more[name] + 1}
    safetensors_numpy.save_file(state | wrong, file, metadata={'format': 'pt'})
    with pytest.raises(ValueError, match=f'{name} differs from shared.weight'):
      hub.load(str(out))
