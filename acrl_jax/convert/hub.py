"""Models in: from a Hugging Face folder, the hub, a GGUF file or a pip package; all is checked before weights are read.

Other formats and families of other kinds are refused by name. export.py is the way out.
"""

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
from acrl_jax.convert.formats import gguf, safetensors, torch_bin, weights
from acrl_jax.convert.tokenizers import tokenizer_files
from acrl_jax.convert.trees import flatten, nest, read_json
from acrl_jax.run import cache_dir

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
  cache: str | None = None,
  weights: bool = True,
  place: Callable | None = None,
  vocab_multiple: int = 1,
) -> Checkpoint:
  """The model that `spec` names: 'smollm2', a folder, a GGUF file, or a hub id like 'org/name'.

  A folder has config.json and weights as safetensors or as pytorch_model.bin. `dtype` is the compute dtype; parameters
  are float32 always, and are put where `place` says (see `read_params`). The vocabulary is padded to a multiple of
  `vocab_multiple`. ValueError, in one line, for whatever is wrong with it, before any weights are read.
  """
  folder = find_folder(spec, cache)
  hf = read_json(folder / 'config.json')
  module = families.family_of(hf, folder)
  try:
    config = dataclasses.replace(module.config(hf), dtype=dtype)
  except (ValueError, TypeError, ZeroDivisionError) as error:
    raise ValueError(f'{folder}: its config.json describes no model of ours ({error})') from None
  tokenizer = tokenizer_files.load(folder)
  if tokenizer is not None and (most := max(tokenizer.get_vocab().values())) >= config.V:
    raise ValueError(f'{folder}: its tokenizer has an id {most}, its model only {config.V} tokens; they do not match')
  hf = hf | {'vocab_size': config.V}
  padded = dataclasses.replace(config, V=-(-config.V // vocab_multiple) * vocab_multiple)
  bare = Checkpoint(config=padded, params=None, tokenizer=tokenizer, hf_config=hf, source=folder, vocab=config.V)
  return bare._replace(params=read_params(bare, place)) if weights else bare


def find_folder(spec: str, cache: str | None = None) -> pathlib.Path:
  """The folder that holds the model `spec`, fetched or written first where need be; ValueError when there is none."""
  if spec in BUILT_IN:
    return BUILT_IN[spec](cache_folder(cache))
  folder = pathlib.Path(spec).expanduser()
  if not spec:
    raise ValueError(f'config.model is empty{_nearest(spec)}')
  if folder.is_dir():
    if (folder / 'config.json').is_file():
      return folder
    files = sorted(folder.glob('*.gguf'))
    if len(files) == 1:
      return gguf.converted_folder(files[0], cache_folder(cache))
    way_out = f'name one of its {len(files)} GGUF files' if files else 'a Hugging Face model folder has one'
    raise ValueError(f'{folder} has no config.json; {way_out}')
  if folder.is_file() and folder.suffix == '.gguf':
    return gguf.converted_folder(folder, cache_folder(cache))
  if folder.exists():
    raise ValueError(f'{spec} is a file; name the folder that holds config.json and the weights')
  if not HUB_ID.fullmatch(spec):
    raise ValueError(f'{spec}: no such folder{_nearest(spec)}')
  return _fetch(spec, cache)


def _fetch(spec: str, cache: str | None) -> pathlib.Path:
  """The folder of a hub id; files of torch are fetched only where there are no others."""
  import huggingface_hub

  try:
    folder = huggingface_hub.snapshot_download(spec, allow_patterns=HUB_FILES, cache_dir=cache)
    if not any(pathlib.Path(folder).glob('*.safetensors')):
      folder = huggingface_hub.snapshot_download(spec, allow_patterns=[*HUB_FILES, TORCH_FILES], cache_dir=cache)
  except Exception as error:  # the hub's client raises its own kinds and those of three network libraries
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
    raise ValueError(f'{spec}: no such folder, and the hub cannot give it ({reason}){_nearest(spec)}') from None
  return pathlib.Path(folder)


def cache_folder(cache: str | None = None) -> pathlib.Path:
  """Where converted models are kept: `cache`, else $ACRL_CACHE, else ~/.cache/acrl_jax."""
  return pathlib.Path(cache).expanduser() if cache else cache_dir.path()


def read_params(checkpoint: Checkpoint, place: Callable | None = None) -> dict:
  """The parameters of a checkpoint's folder as a tree of NumPy arrays, or of JAX arrays where `place` is given.

  `place`: tree of ShapeDtypeStruct -> tree of shardings. One parameter at a time is read on the host, cut and handed
  over. ValueError naming a tensor that is missing, unclaimed, quantised or of another shape, before anything is read.
  """
  folder, config = checkpoint.source, checkpoint.config
  module = families.family_of(checkpoint.hf_config, folder)
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
  read = lambda leaf: weight_map.read_leaf(leaf, state.blocks, sizes)
  return nest({path: _put(read(leaf), where[path]) for path, leaf in leaves.items()})


def _put(x: np.ndarray, where: jax.sharding.Sharding | None):
  """x on the devices of a sharding. Waits for the copy, so that parameters do not pile up in the host's memory."""
  if where is None:
    return x
  return jax.make_array_from_callback(x.shape, where, lambda index: x[index]).block_until_ready()


def read_critic(folder: pathlib.Path) -> dict | None:
  """The parameters of the critic beside a policy, as NumPy arrays; None where there is none."""
  file = folder / 'critic.npz'
  if not file.is_file():
    return None
  try:
    with np.load(file) as arrays:
      return nest(dict(arrays))
  except Exception as error:  # zipfile and NumPy raise many kinds
    raise ValueError(f'{file} cannot be read ({error}); it is damaged, write the export again') from None


def read_lora_fields(folder: pathlib.Path) -> dict[str, Any]:
  """The fields of a model's config that are about its adapters, by the acrl_config.json of a folder of ours."""
  model = read_json(folder / 'acrl_config.json', optional=True).get('model', {})
  fields = {name: value for name, value in model.items() if name.startswith('lora_')}
  return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}


def end_ids(checkpoint: Checkpoint) -> tuple[int, ...]:
  """The tokens that end a text, by generation_config.json, config.json and the tokenizer; () where none says."""
  ids: list[int] = []
  for hf in (read_json(checkpoint.source / 'generation_config.json', optional=True), checkpoint.hf_config):
    eos = hf.get('eos_token_id')
    ids += eos if isinstance(eos, list) else [] if eos is None else [eos]
  if wrong := [token for token in ids if not isinstance(token, int)]:
    raise ValueError(f'{checkpoint.source}: eos_token_id={wrong[0]!r} in one of its configs; it must be a number')
  if checkpoint.tokenizer is not None:
    ids += tokenizer_files.end_ids(checkpoint.tokenizer)
  # Some old configs name an end token beyond their vocabulary.
  return tuple(token for token in dict.fromkeys(ids) if 0 <= token < checkpoint.vocab)


def _nearest(spec: str) -> str:
  """A hint at what may have been meant."""
  parent = pathlib.Path(spec).expanduser().parent
  known = list(BUILT_IN) + ([str(path) for path in parent.iterdir() if path.is_dir()] if parent.is_dir() else [])
  lower = {name.lower(): name for name in known}
  near = difflib.get_close_matches(spec.lower(), lower, 1, 0.6)
  if near:
    return f'; did you mean {lower[near[0]]}?'
  return f'; take {", ".join(BUILT_IN)}, a folder, or a hub id like org/name'
