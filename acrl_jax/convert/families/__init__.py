"""Model families, one file each: the file has the name that config.json gives the family as its model_type.

Such a module has config(hf) -> the model's config, to_hf_config(config), rows(config) -> its table, and ignored(config)
-> {tensor that files may hold besides: the one it must equal, or ''}; where its patterns have letters of their own, or
its layers stand in several stacks, also sizes(config); and where files name tensors otherwise than its rows, also
names(the names in a file) -> {such a name: the rows' name}.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from typing import Any

FAMILIES = (
  'codegen',
  'gpt2',
  'gpt_bigcode',
  'gpt_neo',
  'gpt_neox',
  'gptj',
  'granite',
  'llama',
  'mistral',
  'qwen2',
  'qwen3',
  'smollm3',
  'starcoder2',
  't5',
)


def family_of(hf: Mapping[str, Any], where: Any):
  """The module of the family that a config.json names; a Llama's when it is empty. ValueError for any other."""
  kind = hf.get('model_type', None if hf else 'llama')
  if kind not in FAMILIES:
    raise ValueError(f'{where}: model_type={kind!r} is not supported; supported: {", ".join(FAMILIES)}')
  return importlib.import_module(f'acrl_jax.convert.families.{kind}')


def sizes(module, config) -> dict[str, int]:
  """Letter -> size and the number of layers, as the rows of a family use them."""
  common = {letter: getattr(config, letter) for letter in 'VDNKHF'} | {'L': config.max_length, 'layers': config.layers}
  return common | (module.sizes(config) if hasattr(module, 'sizes') else {})


def names(module, in_file: Iterable[str]) -> dict[str, str]:
  """Name in a file -> name in the rows, where these differ."""
  return module.names(in_file) if hasattr(module, 'names') else {}
