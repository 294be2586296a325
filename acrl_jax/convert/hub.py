"""Models in and out: `load` from a Hugging Face folder, the hub, a GGUF file or a pip package; `export` to a folder."""

from __future__ import annotations

import dataclasses
import difflib
import pathlib
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from acrl_jax.convert import families, weight_map
from acrl_jax.convert.export import export as export
from acrl_jax.convert.formats import gguf, safetensors, torch_bin, weights
from acrl_jax.convert.tokenizers import tokenizer as tokenizer_files
from acrl_jax.convert.trees import flatten, nest, read_json
from acrl_jax.run import cache_dir as folders

BUILT_IN = {'smollm2': gguf.smollm2}  # name -> folder, given a cache
FORMATS = (safetensors.FORMAT, torch_bin.FORMAT)  # the first that a folder has is read
HUB_ID = re.compile(r'[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*')
TORCH_FILES = 'pytorch_model*.bin'
HUB_FILES = ['*.json', '*.jinja', '*.safetensors', 'critic.npz', 'merges.txt', 'tokenizer.model']


class Checkpoint(NamedTuple):
  """A model that was read."""

  config: Any  # DecoderConfig or T5Config; its V is `vocab`, padded
  params: dict | None  # nested, float32; None when only the description was asked for
  tokenizer: Any | None
  hf_config: dict[str, Any]  # config.json, with vocab_size in any case
  source: pathlib.Path
  vocab: int  # tokens that the files have


def load(
  spec: str,
  *,
  dtype: str = 'float32',
  cache_dir: str | None = None,
  weights: bool = True,
  place: Callable | None = None,
  vocab_multiple: int = 1,
) -> Checkpoint:
  """The model that `spec` names: 'smollm2', a folder, a GGUF file, or a hub id like 'org/name'.

  A folder has config.json and weights as safetensors or as pytorch_model.bin. `dtype` is the compute dtype; parameters
  are float32 always, and are put where `place` says (see `read_params`). The vocabulary is padded to a multiple of
  `vocab_multiple`. ValueError, in one line, for whatever is wrong with it, before any weights are read.
  """
  folder = find(spec, cache_dir)
  hf = read_json(folder / 'config.json')
  module = families.of(hf, folder)
  try:
    config = dataclasses.replace(module.config(hf), dtype=dtype)
  except (ValueError, TypeError, ZeroDivisionError) as error:
    raise ValueError(f'{folder}: its config.json describes no model of ours ({error})') from None
  made = tokenizer_files.load(folder)
  if made is not None and (most := max(made.get_vocab().values())) >= config.V:
    raise ValueError(f'{folder}: its tokenizer has an id {most}, its model only {config.V} tokens; they do not match')
  hf = hf | {'vocab_size': config.V}
  padded = dataclasses.replace(config, V=-(-config.V // vocab_multiple) * vocab_multiple)
  bare = Checkpoint(config=padded, params=None, tokenizer=made, hf_config=hf, source=folder, vocab=config.V)
  return bare._replace(params=read_params(bare, place)) if weights else bare


def find(spec: str, cache_dir: str | None = None) -> pathlib.Path:
  """The folder that holds the model `spec`, fetched or written first where need be; ValueError when there is none."""
  if spec in BUILT_IN:
    return BUILT_IN[spec](cache_folder(cache_dir))
  folder = pathlib.Path(spec).expanduser()
  if not spec:
    raise ValueError(f'config.model is empty{_nearest(spec)}')
  if folder.is_dir():
    if (folder / 'config.json').is_file():
      return folder
    files = sorted(folder.glob('*.gguf'))
    if len(files) == 1:
      return gguf.folder(files[0], cache_folder(cache_dir))
    told = f'; name one of its {len(files)} GGUF files' if files else '; a Hugging Face model folder has one'
    raise ValueError(f'{folder} has no config.json{told}')
  if folder.is_file() and folder.suffix == '.gguf':
    return gguf.folder(folder, cache_folder(cache_dir))
  if folder.exists():
    raise ValueError(f'{spec} is a file; name the folder that holds config.json and the weights')
  if not HUB_ID.fullmatch(spec):
    raise ValueError(f'{spec}: no such folder{_nearest(spec)}')
  return _fetch(spec, cache_dir)


def _fetch(spec: str, cache_dir: str | None) -> pathlib.Path:
  """The folder of a hub id; files of torch are fetched only where there are no others."""
  import huggingface_hub

  try:
    found = huggingface_hub.snapshot_download(spec, allow_patterns=HUB_FILES, cache_dir=cache_dir)
    if not any(pathlib.Path(found).glob('*.safetensors')):
      found = huggingface_hub.snapshot_download(spec, allow_patterns=[*HUB_FILES, TORCH_FILES], cache_dir=cache_dir)
  except Exception as error:  # the hub's client raises its own kinds and those of three network libraries
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
    raise ValueError(f'{spec}: no such folder, and the hub cannot give it ({reason}){_nearest(spec)}') from None
  return pathlib.Path(found)


def cache_folder(cache_dir: str | None = None) -> pathlib.Path:
  """Where converted models are kept: `cache_dir`, else $ACRL_CACHE, else ~/.cache/acrl_jax."""
  return pathlib.Path(cache_dir).expanduser() if cache_dir else folders.path()


def read_params(checkpoint: Checkpoint, place: Callable | None = None) -> dict:
  """The parameters of a checkpoint's folder as a tree of NumPy arrays, or of JAX arrays where `place` is given.

  `place`: tree of ShapeDtypeStruct -> tree of shardings. One parameter at a time is read on the host, cut and handed
  over. ValueError naming a tensor that is missing, unclaimed, quantised or of another shape, before anything is read.
  """
  folder, config = checkpoint.source, checkpoint.config
  module = families.of(checkpoint.hf_config, folder)
  sizes = families.sizes(module, config) | {'V': checkpoint.vocab}
  state = weights.open_folder(folder, FORMATS)
  state = state.renamed(families.names(module, state))
  try:
    ignored = module.ignored(config)
    leaves = weight_map.plan(state.shapes(), module.rows(config), sizes, ignored, padded={'V': config.V})
    for leaf in leaves.values():
      for name in leaf.names:
        state.check_trainable(name)
    weight_map.check_repeated(state, state.same, sizes, ignored)
  except ValueError as error:
    raise ValueError(f'{folder}: {error}') from None
  shapes = {path: jax.ShapeDtypeStruct(leaf.shape, np.float32) for path, leaf in leaves.items()}
  where = flatten(place(nest(shapes))) if place else dict.fromkeys(leaves)
  return nest({path: _put(weight_map.read(leaf, state.blocks, sizes), where[path]) for path, leaf in leaves.items()})


def _put(x: np.ndarray, where: jax.sharding.Sharding | None):
  """x on the devices of a sharding; there when this returns, so that the host keeps no queue of parameters."""
  if where is None:
    return x
  return jax.make_array_from_callback(x.shape, where, lambda index: x[index]).block_until_ready()


def read_critic(folder: pathlib.Path) -> dict | None:
  """The parameters of the critic beside a policy, as NumPy arrays; None where there is none."""
  file = folder / 'critic.npz'
  if not file.is_file():
    return None
  try:
    with np.load(file) as found:
      return nest(dict(found))
  except Exception as error:  # zipfile and NumPy raise many kinds
    raise ValueError(f'{file} cannot be read ({error}); it is damaged, write the export again') from None


def read_adapters(folder: pathlib.Path) -> dict[str, Any]:
  """The fields of a model's config that are about its adapters, as the folder of a run tells them."""
  told = read_json(folder / 'acrl_config.json', optional=True).get('model', {})
  found = {name: value for name, value in told.items() if name.startswith('lora_')}
  return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}


def end_ids(checkpoint: Checkpoint) -> tuple[int, ...]:
  """The tokens that end a text, by generation_config.json, config.json and the tokenizer; () where none says."""
  found: list[int] = []
  for hf in (read_json(checkpoint.source / 'generation_config.json', optional=True), checkpoint.hf_config):
    eos = hf.get('eos_token_id')
    found += eos if isinstance(eos, list) else [] if eos is None else [eos]
  if wrong := [token for token in found if not isinstance(token, int)]:
    raise ValueError(f'{checkpoint.source}: eos_token_id={wrong[0]!r} in one of its configs; due is a number')
  if checkpoint.tokenizer is not None:
    found += tokenizer_files.end_ids(checkpoint.tokenizer)
  # Some old configs name an end token beyond their vocabulary.
  return tuple(token for token in dict.fromkeys(found) if 0 <= token < checkpoint.vocab)


def _nearest(spec: str) -> str:
  """A hint at what may have been meant."""
  parent = pathlib.Path(spec).expanduser().parent
  known = list(BUILT_IN) + ([str(path) for path in parent.iterdir() if path.is_dir()] if parent.is_dir() else [])
  lower = {name.lower(): name for name in known}
  near = difflib.get_close_matches(spec.lower(), lower, 1, 0.6)
  if near:
    return f'; did you mean {lower[near[0]]}?'
  return f'; take {", ".join(BUILT_IN)}, a folder, or a hub id like org/name'
