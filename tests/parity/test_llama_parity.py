"""Our decoder and conversion against torch: logits, greedy tokens, and folders that go both ways."""

import copy
import functools
import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.convert import hub
from acrl_jax.models import decoder

torch = pytest.importorskip('torch')
transformers = pytest.importorskip('transformers')

SIZES = dict(
  vocab_size=96,
  hidden_size=32,
  intermediate_size=48,
  num_hidden_layers=2,
  num_attention_heads=4,
  num_key_value_heads=2,
  max_position_embeddings=64,
  bos_token_id=1,
  eos_token_id=2,
  pad_token_id=0,
)
VARIANTS = {
  'tied': dict(tie_word_embeddings=True),
  'untied': dict(tie_word_embeddings=False, rope_parameters=dict(rope_type='default', rope_theta=100000.0)),
  'biased': dict(attention_bias=True, mlp_bias=True, num_key_value_heads=4, hidden_act='gelu'),
  'wide heads': dict(head_dim=16, num_key_value_heads=1, rms_norm_eps=1e-3, hidden_act='gelu_pytorch_tanh'),
}
B, T = 3, 11


def batch():
  rng = np.random.default_rng(0)
  valid = np.ones((B, T), bool)
  valid[1, :4] = False
  valid[2, :1] = False
  return rng.integers(3, 96, (B, T)), valid


@pytest.fixture(scope='module', params=VARIANTS)
def pair(request, tmp_path_factory):
  """(torch model, its folder); every tensor away from where it begins."""
  torch.manual_seed(0)
  model = transformers.LlamaForCausalLM(transformers.LlamaConfig(**(SIZES | VARIANTS[request.param]))).eval()
  with torch.no_grad():
    for name, tensor in model.named_parameters():
      tensor.copy_(0.2 * torch.randn_like(tensor) + (1.0 if 'norm' in name else 0.0))
  folder = tmp_path_factory.mktemp('hf') / 'model'
  model.save_pretrained(folder)
  return model, folder


def torch_logits(model, tokens, valid):
  with torch.no_grad():
    positions = torch.tensor(np.asarray(decoder.positions(valid)), dtype=torch.long)
    out = model(torch.tensor(tokens), attention_mask=torch.tensor(valid).long(), position_ids=positions)
  return out.logits.numpy()


@functools.partial(jax.jit, static_argnums=0)
def logits(config, params, tokens, valid):
  hidden = decoder.Decoder(config).apply({'params': params}, tokens, decoder.positions(valid), valid)
  return decoder.project(config, params, hidden)


def test_logits_equal_those_of_torch(pair):
  model, folder = pair
  made, (tokens, valid) = hub.load(str(folder)), batch()
  ours, theirs = logits(made.config, made.params, tokens, valid), torch_logits(model, tokens, valid)
  assert np.abs(theirs[valid]).max() > 1.0
  np.testing.assert_allclose(ours[valid], theirs[valid], atol=2e-4)


def test_greedy_tokens_equal_those_of_torch(pair):
  model, folder = pair
  made, (tokens, valid) = hub.load(str(folder)), batch()
  new = 8
  theirs = model.generate(
    torch.tensor(tokens), attention_mask=torch.tensor(valid).long(), max_new_tokens=new, min_new_tokens=new,
    do_sample=False, pad_token_id=0, eos_token_id=None,
  ).numpy()[:, T:]  # fmt: skip
  extend = jax.jit(decoder.extend, static_argnums=0)
  split, cache = decoder.split_layers(made.params), decoder.init_cache(made.config, B, T + new)
  hidden, cache = extend(made.config, split, tokens, decoder.positions(valid), valid, cache)
  position, ours = valid.sum(1, keepdims=True), []
  for _ in range(new):
    chosen = jnp.argmax(decoder.project(made.config, made.params, hidden[:, -1:]), -1)
    ours.append(chosen)
    hidden, cache = extend(made.config, split, chosen, position, jnp.ones((B, 1), bool), cache)
    position = position + 1
  np.testing.assert_array_equal(np.concatenate(ours, 1), theirs)


def test_an_exported_folder_has_the_same_bits_and_torch_reads_it(pair, tmp_path):
  model, folder = pair
  made, (tokens, valid) = hub.load(str(folder)), batch()
  out = hub.export(tmp_path / 'out', made.config, made.params, None, made.hf_config, source=folder)
  back = transformers.AutoModelForCausalLM.from_pretrained(out)
  assert type(back) is transformers.LlamaForCausalLM and back.dtype == torch.float32
  mine, theirs = back.state_dict(), model.state_dict()
  assert mine.keys() == theirs.keys()
  assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
  np.testing.assert_allclose(torch_logits(back.eval(), tokens, valid), torch_logits(model, tokens, valid), atol=1e-5)
  again = hub.load(str(out))
  assert again.config == made.config
  jax.tree.map(np.testing.assert_array_equal, again.params, made.params)


def test_transformers_reads_the_same_config_out_of_either_spelling_alone(pair, tmp_path):
  model, folder = pair
  made = hub.load(str(folder))
  written = json.loads((hub.export(tmp_path / 'out', made.config, None, None) / 'config.json').read_text())
  old = {key: value for key, value in written.items() if key not in ('rope_parameters', 'dtype')}
  new = {key: value for key, value in written.items() if key not in ('rope_theta', 'rope_scaling', 'torch_dtype')}
  for spelling in (written, old, new):
    got = transformers.LlamaConfig.from_dict(dict(spelling))
    for key in ('rope_parameters', 'hidden_size', 'num_key_value_heads', 'head_dim', 'rms_norm_eps', 'hidden_act',
                'attention_bias', 'mlp_bias', 'tie_word_embeddings', 'vocab_size', 'intermediate_size'):  # fmt: skip
      assert getattr(got, key) == getattr(model.config, key), key
    assert str(got.dtype).removeprefix('torch.') == 'float32'
    assert hub.FAMILIES['llama'].config(spelling) == made.config


def test_half_precision_files_load_as_the_same_numbers(pair, tmp_path):
  model, _ = pair
  for dtype in (torch.bfloat16, torch.float16):
    small = copy.deepcopy(model).to(dtype)
    small.save_pretrained(tmp_path / str(dtype))
    made = hub.load(str(tmp_path / str(dtype)))
    assert {x.dtype for x in jax.tree.leaves(made.params)} == {np.dtype('float32')}
    want = small.state_dict()['model.embed_tokens.weight'].float().numpy()
    np.testing.assert_array_equal(made.params['embed'], want)


def test_a_sharded_folder_of_torch_loads_like_a_whole_one(pair, tmp_path):
  model, folder = pair
  model.save_pretrained(tmp_path / 'shards', max_shard_size='20KB')
  assert (tmp_path / 'shards' / 'model.safetensors.index.json').is_file()
  whole, sharded = hub.load(str(folder)), hub.load(str(tmp_path / 'shards'))
  jax.tree.map(np.testing.assert_array_equal, sharded.params, whole.params)
