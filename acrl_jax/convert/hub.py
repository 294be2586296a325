"""Models in and out: `load` from a Hugging Face folder, the hub or a pip package; `export` to a Hugging Face folder."""

from __future__ import annotations

import dataclasses
import difflib
import json
import os
import pathlib
import re
import tempfile
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

import acrl_jax
from acrl_jax import folders
from acrl_jax.convert import gguf_file, llama, rows, safetensors_file
from acrl_jax.convert import tokenizer as tokenizer_files
from acrl_jax.models.decoder import DecoderConfig

FAMILIES = {'llama': llama}  # model_type -> config, rows, ignored, to_hf_config
BUILT_IN = {'smollm2': gguf_file.smollm2}  # name -> folder, given a cache
HUB_ID = re.compile(r'[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*')
HUB_FILES = ['*.json', '*.jinja', '*.safetensors', 'merges.txt', 'tokenizer.model']


class Checkpoint(NamedTuple):
  """A model that was read."""

  config: DecoderConfig
  params: dict | None  # nested, float32 NumPy arrays; None when only the description was asked for
  tokenizer: Any | None
  hf_config: dict[str, Any]  # config.json as it stands
  source: pathlib.Path


# --- in -------------------------------------------------------------------------------------------


def load(spec: str, *, dtype: str = 'float32', cache_dir: str | None = None, weights: bool = True) -> Checkpoint:
  """The model that `spec` names: 'smollm2', a folder with config.json and safetensors, or a hub id like 'org/name'.

  `dtype` is the compute dtype; parameters are float32 always. ValueError, in one line, for whatever is wrong with it.
  """
  folder = find(spec, cache_dir)
  hf = _read_json(folder / 'config.json')
  family = _family(hf, folder)
  try:
    config = dataclasses.replace(family.config(hf), dtype=dtype)
  except (ValueError, TypeError, ZeroDivisionError) as error:
    raise ValueError(f'{folder}: its config.json describes no model of ours ({error})') from None
  params = read_params(folder, family, config) if weights else None
  made = tokenizer_files.load(folder)
  if made is not None and (most := max(made.get_vocab().values())) >= config.V:
    raise ValueError(f'{folder}: its tokenizer has an id {most}, its model only {config.V} tokens; they do not match')
  return Checkpoint(config=config, params=params, tokenizer=made, hf_config=hf, source=folder)


def find(spec: str, cache_dir: str | None = None) -> pathlib.Path:
  """The folder that holds the model `spec`, fetched or written first where need be; ValueError when there is none."""
  if spec in BUILT_IN:
    return BUILT_IN[spec](cache_folder(cache_dir))
  folder = pathlib.Path(spec).expanduser()
  if not spec:
    raise ValueError(f'config.model is empty{_nearest(spec)}')
  if folder.is_dir():
    if not (folder / 'config.json').is_file():
      raise ValueError(f'{folder} has no config.json; a Hugging Face model folder has one')
    return folder
  if folder.exists():
    raise ValueError(f'{spec} is a file; name the folder that holds config.json and the weights')
  if not HUB_ID.fullmatch(spec):
    raise ValueError(f'{spec}: no such folder{_nearest(spec)}')
  import huggingface_hub

  try:
    return pathlib.Path(huggingface_hub.snapshot_download(spec, allow_patterns=HUB_FILES, cache_dir=cache_dir))
  except Exception as error:  # the hub's client raises its own kinds and those of three network libraries
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
    raise ValueError(f'{spec}: no such folder, and the hub cannot give it ({reason}){_nearest(spec)}') from None


def cache_folder(cache_dir: str | None = None) -> pathlib.Path:
  """Where converted models are kept: `cache_dir`, else $ACRL_CACHE, else ~/.cache/acrl_jax."""
  return pathlib.Path(cache_dir).expanduser() if cache_dir else folders.cache()


def read_params(folder: pathlib.Path, family, config: DecoderConfig) -> dict:
  """The parameters of a folder as a tree; ValueError naming a tensor that is missing, unclaimed or of another shape."""
  with safetensors_file.open_folder(folder) as state:
    try:
      flat = rows.from_hf(state, family.rows(config), sizes(config), config.layers, family.ignored(config))
    except ValueError as error:
      raise ValueError(f'{folder}: {error}') from None
  return nest(flat)


def end_ids(checkpoint: Checkpoint) -> tuple[int, ...]:
  """The tokens that end a text, by generation_config.json, config.json and the tokenizer; ValueError for none."""
  found: list[int] = []
  for hf in (_read_json(checkpoint.source / 'generation_config.json', optional=True), checkpoint.hf_config):
    eos = hf.get('eos_token_id')
    found += eos if isinstance(eos, list) else [] if eos is None else [eos]
  if wrong := [token for token in found if not isinstance(token, int)]:
    raise ValueError(f'{checkpoint.source}: eos_token_id={wrong[0]!r} in one of its configs; due is a number')
  if checkpoint.tokenizer is not None:
    found += tokenizer_files.end_ids(checkpoint.tokenizer)
  # Some old configs name an end token beyond their vocabulary.
  found = [token for token in dict.fromkeys(found) if 0 <= token < checkpoint.config.V]
  if not found:
    raise ValueError(f'{checkpoint.source} names no end-of-text token; give its generation_config.json an eos_token_id')
  return tuple(found)


def _family(hf: Mapping[str, Any], where: Any):
  kind = hf.get('model_type', 'llama' if not hf else None)
  if kind not in FAMILIES:
    raise ValueError(f'{where}: model_type={kind!r} is not supported; supported: {", ".join(FAMILIES)}')
  return FAMILIES[kind]


def _nearest(spec: str) -> str:
  """A hint at what may have been meant."""
  parent = pathlib.Path(spec).expanduser().parent
  known = list(BUILT_IN) + ([str(path) for path in parent.iterdir() if path.is_dir()] if parent.is_dir() else [])
  lower = {name.lower(): name for name in known}
  near = difflib.get_close_matches(spec.lower(), lower, 1, 0.6)
  if near:
    return f'; did you mean {lower[near[0]]}?'
  return f'; take {", ".join(BUILT_IN)}, a folder, or a hub id like org/name'


def _read_json(file: pathlib.Path, optional: bool = False) -> dict:
  if optional and not file.is_file():
    return {}
  try:
    value = json.loads(file.read_text(encoding='utf-8'))
  except (OSError, ValueError) as error:
    raise ValueError(f'{file} cannot be read ({error}); it is damaged, fetch it again') from None
  if not isinstance(value, dict):
    raise ValueError(f'{file} holds no JSON object')
  return value


# --- out ------------------------------------------------------------------------------------------


def export(
  folder: str | pathlib.Path,
  config: DecoderConfig,
  params: Mapping | None,
  tokenizer: Any | None,
  hf_config: Mapping[str, Any] | None = None,
  *,
  source: str | pathlib.Path | None = None,
  end_ids: tuple[int, ...] = (),
  card: str = '',
  critic: Mapping | None = None,
  shard_bytes: int = 5 * 10**9,
) -> pathlib.Path:
  """Writes a folder that transformers 4 and 5 and `load` read, with exactly these parameters; its path.

  Tokenizer files come byte for byte from `source` where it has them. params None: all but the weights. The critic's
  parameters go into critic.npz. The folder appears at once or not at all; one that we wrote before is replaced, any
  other that is not empty raises ValueError.
  """
  target = pathlib.Path(folder)
  check_target(target)
  with tempfile.TemporaryDirectory(dir=target.parent, prefix='.writing-') as scratch:
    made = pathlib.Path(scratch) / 'model'
    made.mkdir()
    hf = _write_configs(made, config, hf_config or {}, source, end_ids)
    _write_tokenizer(made, tokenizer, source)
    if params is not None:
      family = FAMILIES[hf['model_type']]
      state = rows.to_hf(flatten(params), family.rows(config), sizes(config), config.layers)
      safetensors_file.write(made, state, shard_bytes)
    if critic is not None:
      np.savez(made / 'critic.npz', **flatten(critic))
    (made / 'README.md').write_text(FRONT_MATTER + (card or '# A code model tuned with acrl_jax\n'), encoding='utf-8')
    if target.exists():
      os.rename(target, pathlib.Path(scratch) / 'old')
    os.rename(made, target)
  return target


FRONT_MATTER = """---
library_name: transformers
pipeline_tag: text-generation
tags: [code, reinforcement-learning, acrl_jax]
---

"""


def to_hf_config(config: DecoderConfig, model_type: str = 'llama') -> dict[str, Any]:
  """config.json of a decoder; ValueError when that family has no such decoder."""
  return _family({'model_type': model_type}, 'export').to_hf_config(config)


def check_target(target: pathlib.Path) -> None:
  """Makes the folder around an export; ValueError where there is something else, or where none can be made."""
  if target.exists() and not (target / 'acrl_config.json').is_file():
    if not target.is_dir() or any(target.iterdir()):
      raise ValueError(f'{target} exists and is no export of acrl_jax; name another folder')
  try:
    target.parent.mkdir(parents=True, exist_ok=True)
  except OSError as error:
    raise ValueError(f'{target} cannot be written ({error.strerror}); name another folder') from None


def _write_configs(folder: pathlib.Path, config: DecoderConfig, hf: Mapping, source, end: tuple[int, ...]) -> dict:
  """config.json, generation_config.json, acrl_config.json; config.json as it was written."""
  stale = ('transformers_version', '_name_or_path')
  kept = {key: value for key, value in hf.items() if key not in stale}
  written = kept | to_hf_config(config, hf.get('model_type', 'llama'))
  written['architectures'] = hf.get('architectures') or written['architectures']
  ids = {key: hf[key] for key in ('bos_token_id', 'eos_token_id', 'pad_token_id') if hf.get(key) is not None}
  generation = _read_json(pathlib.Path(source) / 'generation_config.json', optional=True) if source else {}
  generation = ids | {key: value for key, value in generation.items() if key not in stale}
  if end:
    generation['eos_token_id'] = list(end) if len(end) > 1 else end[0]
  own = {'acrl_jax': acrl_jax.__version__, 'decoder': dataclasses.asdict(config)}
  for name, value in {'config.json': written, 'generation_config.json': generation, 'acrl_config.json': own}.items():
    (folder / name).write_text(json.dumps(value, indent=2) + '\n', encoding='utf-8')
  return written


def _write_tokenizer(folder: pathlib.Path, made: Any | None, source: str | pathlib.Path | None) -> None:
  if source is not None and tokenizer_files.copy(pathlib.Path(source), folder):
    return
  if made is not None:
    tokenizer_files.save(folder, made)


# --- trees ----------------------------------------------------------------------------------------


def sizes(config: DecoderConfig) -> dict[str, int]:
  """Letter -> size, as the rows' patterns use them."""
  return {letter: getattr(config, letter) for letter in 'VDNKHF'} | {'L': config.max_length}


def nest(flat: Mapping[str, Any]) -> dict:
  """{'a/b': x} -> {'a': {'b': x}}."""
  tree: dict = {}
  for path, value in flat.items():
    *parents, leaf = path.split('/')
    node = tree
    for name in parents:
      node = node.setdefault(name, {})
    node[leaf] = value
  return tree


def flatten(tree: Mapping, prefix: str = '') -> dict[str, np.ndarray]:
  """The inverse of `nest`, leaves as NumPy arrays."""
  flat = {}
  for name, value in tree.items():
    path = f'{prefix}{name}'
    flat |= flatten(value, f'{path}/') if isinstance(value, Mapping) else {path: np.asarray(value)}
  return flat
