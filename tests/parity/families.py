"""Tiny random checkpoints of transformers, and what ours must share with them; a module of checks for all families.

With ACRL_PARITY_TABLE set to a file, the largest errors are written there, a row for each family and switch.
"""

import functools
import json
import os
import pathlib
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.convert import families, hf_config, hub
from acrl_jax.convert.export import export_folder
from acrl_jax.models import decoder, kv_cache

torch = pytest.importorskip('torch')
transformers = pytest.importorskip('transformers')
torch.set_num_threads(1)

SIZES = dict(vocab_size=96, bos_token_id=1, eos_token_id=2, pad_token_id=0)
B, T, NEW = 3, 11, 5
# How far ours may be from torch, and the cached decoding from the full forward pass, a part of the largest logit.
LOGITS, CACHED = 2e-4, 1e-5
# Compiling is most of the work here.
FAST = dict(xla_backend_optimization_level=0, xla_llvm_disable_expensive_passes=True)
OLD_KEYS, NEW_KEYS = ('rope_theta', 'rope_scaling', 'torch_dtype'), ('rope_parameters', 'dtype')
# Keys of a config in which a written one may differ from its source although it means the same.
REMARKS = (
  'transformers_version', 'architectures', '_name_or_path', 'dtype', 'rope_parameters',
  'max_window_layers', 'no_rope_layer_interval',  # layer_types and no_rope_layers say it all
)  # fmt: skip


class Case(NamedTuple):
  """A torch model, the folder where it saved itself, and what we read there."""

  kind: str  # model_type
  switch: str
  model: Any
  folder: pathlib.Path
  made: hub.Checkpoint


def make(kind: str, switch: str, values: dict, folder: pathlib.Path) -> Case:
  """A model whose every tensor is away from where it begins; `values` go to its config."""
  torch.manual_seed(0)
  config = transformers.AutoConfig.for_model(kind, **(SIZES | values))
  model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation='eager').eval()
  with torch.no_grad():
    for name, tensor in model.named_parameters():
      is_scale = name.endswith('weight') and tensor.ndim == 1
      tensor.copy_(0.2 * torch.randn_like(tensor) + (1.0 if is_scale else 0.0))
  model.save_pretrained(folder)
  return Case(kind, switch, model, folder, hub.load(str(folder)))


def batch(width: int = T):
  """Random tokens, the rows padded on the left by none, four and one."""
  rng = np.random.default_rng(0)
  valid = np.arange(width)[None] >= np.array([[0], [4], [1]])
  return rng.integers(3, SIZES['vocab_size'], (B, width)), valid


def torch_logits(model, tokens, valid) -> np.ndarray:
  """Positions count real tokens, whatever the family would take by itself."""
  positions = torch.tensor(np.maximum(np.cumsum(valid, 1) - 1, 0))
  with torch.no_grad():
    mask = torch.tensor(valid).long()
    return model(torch.tensor(tokens), attention_mask=mask, position_ids=positions, use_cache=False).logits.numpy()


@functools.partial(jax.jit, static_argnums=0, compiler_options=FAST)
def logits(config, params, tokens, valid):
  hidden = decoder.Decoder(config).apply({'params': params}, tokens, decoder.positions(valid), valid)
  return decoder.project(config, params, hidden)


def decode(config, params, tokens, valid):
  """(tokens [B, NEW], the logits [B, NEW, V] that they were taken from), greedily, prompts read at once."""
  extend = jax.jit(kv_cache.extend, static_argnums=0, compiler_options=FAST)
  split, cache = kv_cache.split_layers(params), kv_cache.init_cache(config, B, T + NEW)
  hidden, cache = extend(config, split, tokens, decoder.positions(valid), valid, cache)
  position, chosen, scores = valid.sum(1, keepdims=True), [], []
  for _ in range(NEW):
    scores.append(decoder.project(config, params, hidden[:, -1:]))
    chosen.append(jnp.argmax(scores[-1], -1))
    hidden, cache = extend(config, split, chosen[-1], position, jnp.ones((B, 1), bool), cache)
    position = position + 1
  return np.concatenate(chosen, 1), np.concatenate(scores, 1)


def check_decoding(case: Case) -> None:
  """Logits of a padded batch, cached decoding and greedy tokens; the errors go to the table."""
  config, params, (tokens, valid) = case.made.config, case.made.params, batch()
  chosen, scores = decode(config, params, tokens, valid)
  greedy = case.model.generate(
    torch.tensor(tokens), attention_mask=torch.tensor(valid).long(), max_new_tokens=NEW, min_new_tokens=NEW,
    do_sample=False, pad_token_id=0, eos_token_id=None,
  ).numpy()[:, T:]  # fmt: skip
  whole, seen = np.concatenate([tokens, greedy], 1), np.concatenate([valid, np.ones((B, NEW), bool)], 1)
  ours, theirs = np.asarray(logits(config, params, whole, seen)), torch_logits(case.model, whole, seen)
  scale = np.abs(theirs[seen]).max()
  assert scale > 1.0
  np.testing.assert_allclose(ours[seen], theirs[seen], atol=LOGITS, rtol=0)
  np.testing.assert_array_equal(chosen, greedy)
  cached = np.abs(scores - ours[:, T - 1 : -1]).max()
  assert cached <= CACHED * scale
  _record(case, logits=np.abs(ours[seen] - theirs[seen]).max(), cached=cached, scale=scale)


def check_export(case: Case, folder: pathlib.Path) -> None:
  """Torch reads what we write: the same bits, the same logits; and so do we."""
  tokens, valid = batch()
  made, model = case.made, case.model
  out = export_folder(folder, made.config, made.params, None, made.hf_config, source=case.folder)
  back = transformers.AutoModelForCausalLM.from_pretrained(out, attn_implementation='eager').eval()
  assert type(back) is type(model) and back.dtype == torch.float32
  mine, theirs = back.state_dict(), model.state_dict()
  assert mine.keys() == theirs.keys()
  assert all(torch.equal(mine[name], theirs[name]) for name in theirs)
  # Not the same bits where config.json says a number in other words than its source, such as YaRN's factor.
  np.testing.assert_allclose(torch_logits(back, tokens, valid), torch_logits(model, tokens, valid), atol=1e-5)
  again = hub.load(str(out))
  assert again.config == made.config
  jax.tree.map(np.testing.assert_array_equal, again.params, made.params)


def check_formats(case: Case, folder: pathlib.Path) -> None:
  """A pickled state, and many safetensors shards, hold the same parameters."""
  (folder / 'bin').mkdir()
  torch.save(case.model.state_dict(), folder / 'bin' / 'pytorch_model.bin')
  (folder / 'bin' / 'config.json').write_text((case.folder / 'config.json').read_text())
  case.model.save_pretrained(folder / 'shards', max_shard_size='10KB')
  assert (folder / 'shards' / 'model.safetensors.index.json').is_file()
  for name in ('bin', 'shards'):
    made = hub.load(str(folder / name))
    assert made.config == case.made.config
    jax.tree.map(np.testing.assert_array_equal, made.params, case.made.params)


def check_spellings(case: Case) -> None:
  """transformers reads what its own config says out of either spelling alone, and we the same decoder."""
  module, want = families.family_of({'model_type': case.kind}, 'test'), case.model.config.to_dict()
  written = json.loads(json.dumps(module.to_hf_config(case.made.config)))
  for gone in ((), OLD_KEYS, NEW_KEYS):
    spelling = {key: value for key, value in written.items() if key not in gone}
    assert module.config(spelling) == case.made.config
    got = type(case.model.config).from_dict(SIZES | spelling).to_dict()
    assert str(got['dtype']).removeprefix('torch.') == 'float32'
    for key in want.keys() - set(REMARKS):
      assert _meaning(got.get(key)) == _meaning(want[key]), key
    rope, due = got.get('rope_parameters') or {}, want.get('rope_parameters') or {}
    assert {key: rope[key] for key in due if key in rope} == {key: due[key] for key in due if key in rope}
    assert {'rope_type', 'rope_theta'} & due.keys() <= rope.keys()


def _meaning(value):
  """One name for all names of an activation."""
  return hf_config.ACTIVATIONS.get(value, value) if isinstance(value, str) else value


def _record(case: Case, **errors: float) -> None:
  if 'ACRL_PARITY_TABLE' not in os.environ:
    return
  file = pathlib.Path(os.environ['ACRL_PARITY_TABLE'])
  name = dict(family=case.kind, switch=case.switch)
  table = json.loads(file.read_text()) if file.is_file() else []
  table = [row for row in table if name.items() - row.items()]
  table.append(name | {key: float(value) for key, value in errors.items()})
  file.write_text(json.dumps(sorted(table, key=lambda row: (row['family'], row['switch'])), indent=2) + '\n')
