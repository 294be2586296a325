"""What --dry_run prints: the resolved config, the devices, the model, the problems, and how much memory it takes."""

from __future__ import annotations

from collections.abc import Mapping

import jax
from ml_collections import ConfigDict

from acrl_jax import config as keys
from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.jobs import memory, settings


def summary(config: ConfigDict, model: LoadedModel, mesh: jax.sharding.Mesh, counts: Mapping[str, int]) -> str:
  """The text; `counts`: problems by what they are for."""
  lines = [f'{key} = {value!r}' for key, value in keys.flat(config).items()]
  devices = jax.devices()
  reference = config.job == 'train' and settings.keeps_reference(config)
  lines += [
    f'devices: {len(devices)} x {devices[0].device_kind} ({devices[0].platform}), mesh {dict(mesh.shape)}',
    f'model: {model.source}, end tokens {model.end_ids}, {model.config}',
    *(f'problems: {name}: {count}' for name, count in counts.items()),
    memory.table(config, model, mesh, reference),
  ]
  return '\n'.join(lines)
