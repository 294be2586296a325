"""A model from anywhere, by its name."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any

import jax

from acrl_jax.checkpoints import from_run, from_scratch, model, placement
from acrl_jax.checkpoints.from_scratch import ScratchSettings
from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.convert import hub
from acrl_jax.models import lora, policy
from acrl_jax.run import workdir


def load(
  spec: str,
  *,
  dtype: str = 'float32',
  remat: bool = False,
  scratch: ScratchSettings | None = None,
  seed: int = 0,
  train: str = '',
  mesh: jax.sharding.Mesh | None = None,
  lora_fields: Mapping[str, Any] | None = None,
) -> LoadedModel:
  """The model that `spec` names: smollm2, a Hugging Face folder, a GGUF file, a workdir, a hub id, or 'scratch'.

  'scratch' is a decoder of the sizes in `scratch` (config.scratch) with fresh parameters and a tokenizer trained on the
  source `train`. The parameters go over `mesh`, with a vocabulary padded to fit its axis `tensor`; without one they go
  to the first device. `lora_fields`: lora_rank, lora_targets and lora_alpha of new adapters, drawn by `seed`; a workdir
  has its own. ValueError in one line when there is no such model or its files are damaged.
  """
  ways = mesh.shape['tensor'] if mesh else 1
  if spec == 'scratch':
    return from_scratch.from_scratch(scratch, dtype, remat, seed, train, mesh, ways, lora_fields or {})
  if workdir.is_workdir(spec):
    return from_run.from_run(pathlib.Path(spec), dtype, remat, mesh, ways)
  bare = hub.load(spec, dtype=dtype, weights=False, vocab_multiple=ways)
  config = dataclasses.replace(bare.config, **(lora_fields or {}))
  loaded = model.assemble(config, bare.tokenizer, hub.end_ids(bare), bare.hf_config, bare.source, remat)
  place = lambda shapes: placement.shardings(shapes, loaded.policy.dims, mesh)
  params = hub.read_params(bare, place)
  if config.lora_rank:
    params = lora.add_adapters(params, loaded.policy.init, jax.random.key(seed), place)
  loaded = loaded._replace(params=params)
  head = hub.read_critic(bare.source)
  if head is None:
    return loaded
  critic = policy.make_critic(config, width=head['out']['bias'].shape[0])
  head = jax.device_put(head, placement.shardings(head, critic.dims, mesh))
  return loaded._replace(critic=critic, critic_params=head)
