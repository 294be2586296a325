"""What --dry_run prints."""

import jax
from lora_models import PLAIN, models

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.config import default, flat
from acrl_jax.distributed import sharding
from acrl_jax.jobs import dry_run


def test_every_key_the_devices_the_problems_and_the_memory_are_told():
  config = default('tiny')
  _, params, *_ = models()
  model = LoadedModel(PLAIN['decoder'], params, None, models()[0], (0,), 0, {}, 'a folder')
  mesh = sharding.make_mesh(devices=jax.devices()[:1])
  lines = dry_run.summary(config, model, mesh, {'train': 5, 'held out': 3}).split('\n')
  assert lines[: len(flat(config))] == [f'{key} = {value!r}' for key, value in flat(config).items()]
  rest = '\n'.join(lines[len(flat(config)) :])
  assert "mesh {'data': 1, 'fsdp': 1, 'tensor': 1}" in rest and 'model: a folder, end tokens (0,)' in rest
  assert 'problems: train: 5\nproblems: held out: 3\n' in rest
  assert 'GiB  reference' not in rest and 'GiB  peak' in rest
  config.critic.mode = 'frozen'  # which reads the states of a reference
  assert 'GiB  reference' in dry_run.summary(config, model, mesh, {})
