"""Models out: a folder that transformers 4 and 5 read, written beside its place and renamed into it."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import json
import os
import pathlib
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jax
import numpy as np

import acrl_jax
from acrl_jax.convert import families, weight_map
from acrl_jax.convert.formats import safetensors
from acrl_jax.convert.tokenizers import tokenizer_files
from acrl_jax.convert.trees import flatten, read_json
from acrl_jax.distributed import processes
from acrl_jax.models import lora

STALE = ('transformers_version', '_name_or_path')  # keys that are not true of a written config
FRONT_MATTER = """---
library_name: transformers
pipeline_tag: {task}
tags: [code, reinforcement-learning, acrl_jax]
---

"""


def export_folder(
  folder: str | pathlib.Path,
  config: Any,
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
  """Writes a folder that transformers 4 and 5 and `hub.load` read, with exactly these parameters; its path.

  Of a padded vocabulary (config.V above hf_config's vocab_size) the padding is cut off; adapters are merged into what
  they adapt. Tokenizer files come byte for byte from `source` where it has them. params None: all but the weights. The
  critic's parameters go into critic.npz. The folder appears at once or not at all; one that we wrote before is
  replaced, any other that is not empty raises ValueError. In a run of several processes all call this, and the first
  writes.
  """
  target, hf = pathlib.Path(folder), hf_config or {}
  if params is not None and config.lora_rank:
    params, config = lora.merge(params, config.lora_scale), _plain(config)
  whole = dataclasses.replace(config, V=min(config.V, hf.get('vocab_size', config.V)))
  written, arrays = _hf_config(whole, hf), _arrays(params, critic, config, whole, hf)
  spread = any(isinstance(x, jax.Array) and not x.is_fully_addressable for x in jax.tree.leaves((params, critic)))
  if processes.is_main_process():
    check_target(target)
    with _in_place_of(target) as made:
      _write_configs(made, whole, written, hf, source, end_ids)
      _write_tokenizer(made, tokenizer, source)
      _write_card(made, hf, card)
      _write_arrays(made, arrays, shard_bytes)
  elif spread:  # the main process cannot fetch alone what lies on other hosts
    collections.deque(arrays.tensors, maxlen=0)
    processes.gather(list(arrays.critic.values()))
  if spread:
    processes.barrier('export')
  return target


class _Arrays(NamedTuple):
  """What is written of a model's numbers."""

  shapes: dict[str, tuple[int, ...]]  # of the policy's tensors by their names; {} where no weights are written
  tensors: Iterator[tuple[str, np.ndarray]]  # in the order of `shapes`, each fetched when its turn comes
  critic: dict[str, Any]  # by their paths


def _arrays(params: Mapping | None, critic: Mapping | None, config, whole, hf: Mapping[str, Any]) -> _Arrays:
  """The tensors of the model `whole`, out of parameters padded as `config` says; ValueError where they do not fit."""
  head = flatten(critic or {})
  if params is None:
    return _Arrays(shapes={}, tensors=iter(()), critic=head)
  module, flat = families.family_of(hf, 'export'), flatten(params)
  table, sizes = module.rows(whole), families.sizes(module, whole)
  shapes = weight_map.their_shapes({path: x.shape for path, x in flat.items()}, table, sizes, padded={'V': config.V})
  return _Arrays(shapes, weight_map.their_tensors(flat, table, sizes, processes.gather), head)


def _write_arrays(folder: pathlib.Path, arrays: _Arrays, shard_bytes: int) -> None:
  """The safetensors of the policy, critic.npz beside them."""
  if arrays.shapes:
    safetensors.write_weights(folder, arrays.shapes, arrays.tensors, shard_bytes)
  if arrays.critic:
    np.savez(folder / 'critic.npz', **{path: processes.gather(x) for path, x in arrays.critic.items()})


def _plain(config):
  """The config without adapters, all of whose fields have their defaults: no family knows them."""
  fields = [field for field in dataclasses.fields(config) if field.name.startswith('lora_')]
  return dataclasses.replace(config, **{field.name: field.default for field in fields})


def to_hf_config(config, model_type: str = 'llama') -> dict[str, Any]:
  """config.json of a model; ValueError when that family has no such model."""
  return families.family_of({'model_type': model_type}, 'export').to_hf_config(config)


def check_target(target: pathlib.Path) -> None:
  """Makes the folder around an export; ValueError where there is something else, or where none can be made."""
  if target.exists() and not (target / 'acrl_config.json').is_file():
    if not target.is_dir() or any(target.iterdir()):
      raise ValueError(f'{target} exists and is no export of acrl_jax; name another folder')
  try:
    _resolved(target).parent.mkdir(parents=True, exist_ok=True)
  except OSError as error:
    raise ValueError(f'{target} cannot be written ({error.strerror}); name another folder') from None


@contextlib.contextmanager
def _in_place_of(target: pathlib.Path) -> Iterator[pathlib.Path]:
  """A folder that takes the place of `target` once all is in it, and leaves no trace when something goes wrong.

  Where `target` is a link it stays one: the folder that it leads to is replaced.
  """
  target = _resolved(target)
  with tempfile.TemporaryDirectory(dir=target.parent, prefix='.writing-') as scratch:
    made = pathlib.Path(scratch) / 'model'
    made.mkdir()
    yield made
    if target.exists():
      os.rename(target, pathlib.Path(scratch) / 'old')
    os.rename(made, target)


def _resolved(target: pathlib.Path) -> pathlib.Path:
  """The path with links followed."""
  return pathlib.Path(os.path.realpath(target))


def _hf_config(config, hf: Mapping[str, Any]) -> dict[str, Any]:
  """What config.json says: the model's own keys, and those of the config that it came with which still hold."""
  kept = {key: value for key, value in hf.items() if key not in STALE}
  written = kept | families.family_of(hf, 'export').to_hf_config(_plain(config))
  written['architectures'] = hf.get('architectures') or written['architectures']
  return written


def _write_configs(folder: pathlib.Path, config, written: Mapping, hf: Mapping, source, end: tuple[int, ...]) -> None:
  """config.json, generation_config.json, acrl_config.json."""
  known = ('bos_token_id', 'eos_token_id', 'pad_token_id', 'decoder_start_token_id')
  ids = {key: hf[key] for key in known if hf.get(key) is not None}
  generation = read_json(pathlib.Path(source) / 'generation_config.json', optional=True) if source else {}
  generation = ids | {key: value for key, value in generation.items() if key not in STALE}
  if end:
    generation['eos_token_id'] = list(end) if len(end) > 1 else end[0]
  own = {'acrl_jax': acrl_jax.__version__, 'model': dataclasses.asdict(config)}
  for name, value in {'config.json': written, 'generation_config.json': generation, 'acrl_config.json': own}.items():
    (folder / name).write_text(json.dumps(value, indent=2) + '\n', encoding='utf-8')


def _write_tokenizer(folder: pathlib.Path, tokenizer: Any | None, source: str | pathlib.Path | None) -> None:
  """The tokenizer's files as `source` has them, else as we write them."""
  if source is not None and tokenizer_files.copy(pathlib.Path(source), folder):
    return
  if tokenizer is not None:
    tokenizer_files.save(folder, tokenizer)


def _write_card(folder: pathlib.Path, hf: Mapping, card: str) -> None:
  """README.md, the model card, below the keys that the hub reads."""
  front = FRONT_MATTER.format(task='text2text-generation' if hf.get('model_type') == 't5' else 'text-generation')
  (folder / 'README.md').write_text(front + (card or '# A code model tuned with acrl_jax\n'), encoding='utf-8')
