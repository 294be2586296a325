"""Our encoder-decoder and its conversion against torch: logits, greedy tokens, and folders that go both ways."""

import functools

import jax
import numpy as np
import pytest

import acrl_jax
from acrl_jax.convert import hub
from acrl_jax.convert.families import t5
from acrl_jax.models import distance, policy
from acrl_jax.records import Prompts

torch = pytest.importorskip('torch')
transformers = pytest.importorskip('transformers')

SIZES = dict(
  vocab_size=96, d_model=32, d_kv=8, d_ff=48, num_layers=2, num_heads=4, dropout_rate=0.0, decoder_start_token_id=0,
  pad_token_id=0, eos_token_id=2,
)  # fmt: skip
VARIANTS = {
  'CodeT5': {},
  'T5 1.1': dict(
    feed_forward_proj='gated-gelu', tie_word_embeddings=False, num_decoder_layers=3, d_kv=12, decoder_start_token_id=5,
  ),
  'gated silu': dict(feed_forward_proj='gated-silu', num_decoder_layers=1, relative_attention_num_buckets=8,
    relative_attention_max_distance=20, layer_norm_epsilon=1e-3),
  'exact gelu': dict(feed_forward_proj='gated-gelu', dense_act_fn='gelu', tie_word_embeddings=False),
  'plain gelu': dict(feed_forward_proj='gelu'),
}  # fmt: skip
B, P, C = 3, 40, 9
LOGITS = 2e-4


@pytest.fixture(scope='module', params=VARIANTS)
def pair(request, tmp_path_factory):
  """(torch model, its folder); every tensor away from where it begins, an untied head by itself."""
  values = SIZES | VARIANTS[request.param]
  torch.manual_seed(0)
  model = transformers.T5ForConditionalGeneration(transformers.T5Config(**values)).eval()
  if not values.get('tie_word_embeddings', True):
    model.lm_head.weight = torch.nn.Parameter(torch.empty(96, 32))
  with torch.no_grad():
    for name, tensor in model.named_parameters():
      tensor.copy_(0.2 * torch.randn_like(tensor) + (1.0 if 'norm' in name else 0.0))
  folder = tmp_path_factory.mktemp('t5')
  model.save_pretrained(folder)
  return model, folder


@functools.cache
def loaded(folder):
  return acrl_jax.load(str(folder))


def batch():
  """Prompts padded on the left, whole completions."""
  rng = np.random.default_rng(0)
  valid = np.arange(P + C)[None] >= np.array([[0], [17], [1]])
  return rng.integers(3, 96, (B, P + C)), valid


def torch_logits(model, tokens, valid):
  """[B, C + 1, V]: after start_id, and after each token of the completion."""
  start = np.full((B, 1), model.config.decoder_start_token_id)
  with torch.no_grad():
    return model(
      input_ids=torch.tensor(tokens[:, :P]), attention_mask=torch.tensor(valid[:, :P]).long(),
      decoder_input_ids=torch.tensor(np.concatenate([start, tokens[:, P:]], 1)),
    ).logits.numpy()  # fmt: skip


def test_logits_equal_torch(pair):
  model, folder = pair
  tokens, valid = batch()
  made = loaded(folder)
  ours = np.asarray(jax.jit(made.policy.logits, static_argnames='start')(made.params, tokens, valid, start=P))
  theirs = torch_logits(model, tokens, valid)
  assert np.abs(theirs).max() > 0.5
  np.testing.assert_allclose(ours[:, P - 1 :], theirs, atol=LOGITS, rtol=0)


def test_greedy_tokens_equal_torch(pair):
  model, folder = pair
  tokens, valid = batch()
  made = loaded(folder)
  endless = policy.make_policy(made.config)
  prompts = Prompts(tokens=tokens[:, :P].astype(np.int32), valid=valid[:, :P])
  out = endless.generate(made.params, jax.random.key(0), prompts, max_new_tokens=C, temperature=0.0)
  # Without its cache, which transformers 5.24 makes too small for a decoder that is deeper than the encoder.
  theirs = model.generate(
    torch.tensor(tokens[:, :P]), attention_mask=torch.tensor(valid[:, :P]).long(), max_new_tokens=C, min_new_tokens=C,
    do_sample=False, eos_token_id=None, use_cache=False,
  ).numpy()  # fmt: skip
  np.testing.assert_array_equal(out.tokens[:, P:], theirs[:, 1:])
  assert len(np.unique(theirs[:, 1:])) >= B
  scores = jax.jit(endless.score, static_argnames='start')(made.params, out.tokens, out.valid, start=P)
  np.testing.assert_allclose(np.asarray(scores.log_prob)[:, P:], np.asarray(out.log_probs)[:, P:], atol=1e-4)


def test_an_exported_folder_is_the_same_model_to_torch(pair, tmp_path):
  model, folder = pair
  made = loaded(folder)
  out = acrl_jax.export(tmp_path / 'out', made)
  back = transformers.AutoModelForSeq2SeqLM.from_pretrained(out).eval()
  mine, theirs = back.state_dict(), model.state_dict()
  assert type(back) is type(model) and mine.keys() == theirs.keys()
  assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
  np.testing.assert_array_equal(torch_logits(back, *batch()), torch_logits(model, *batch()))
  for key in ('dense_act_fn', 'is_gated_act', 'scale_decoder_outputs', 'num_decoder_layers', 'decoder_start_token_id'):
    assert getattr(back.config, key) == getattr(model.config, key), key
  again = hub.load(str(out))
  assert again.config == made.config
  jax.tree.map(np.testing.assert_array_equal, again.params, jax.device_get(made.params))


def test_a_config_of_transformers_4_is_the_same_model(pair):
  """What 4 has of a config is tie_word_embeddings alone; what 5 makes of ours without its own keys is the same."""
  model, folder = pair
  written = t5.to_hf_config(loaded(folder).config)
  old = {key: value for key, value in written.items() if key not in ('scale_decoder_outputs', 'dtype')}
  got = transformers.T5Config.from_dict(old)
  for key in ('dense_act_fn', 'is_gated_act', 'scale_decoder_outputs'):
    assert getattr(got, key) == getattr(model.config, key), key


@pytest.mark.parametrize('buckets, far', [(32, 128), (8, 20), (12, 100), (64, 1000)])
def test_buckets_equal_those_of_torch(buckets, far):
  theirs = transformers.models.t5.modeling_t5.T5Attention._relative_position_bucket
  columns = np.arange(far + 50)
  relative = np.arange(float(buckets))[:, None]
  ahead = torch.tensor(columns[None] - columns[:, None])
  for both in (True, False):
    ours = np.asarray(distance.bias(relative, columns, columns, far, both))[0, 0]
    np.testing.assert_array_equal(ours, theirs(ahead, both, buckets, far).numpy())
