"""The newest checkpoint of a run of ours."""

from __future__ import annotations

import dataclasses
import pathlib

import jax

from acrl_jax.checkpoints import model, orbax, placement
from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.convert import hub
from acrl_jax.models import policy


def from_run(path: pathlib.Path, dtype: str, remat: bool, mesh, ways: int) -> LoadedModel:
  """The newest checkpoint of a run, with its critic where that is a head alone; it may be that of another mesh."""
  step = orbax.newest_step(path)
  if not (path / 'model').is_dir():
    raise ValueError(f'{path}/model is missing; the command that trained {path} writes it when it is given again')
  bare = hub.load(str(path / 'model'), dtype=dtype, weights=False, vocab_multiple=ways)
  config = dataclasses.replace(bare.config, **hub.read_lora_fields(bare.source))
  loaded = model.assemble(config, bare.tokenizer, hub.end_ids(bare), bare.hf_config, bare.source, remat)
  saved = orbax.saved_shapes(path, step, 'params')
  then = dataclasses.replace(config, V=saved['embed'][0] if saved else config.V)  # its vocabulary's padding may differ
  shapes = jax.eval_shape(policy.make_policy(then).init, jax.random.key(0))
  params = orbax.restore_params(path, step, placement.with_shardings(shapes, loaded.policy.dims, mesh))
  if then != config:
    params = placement.fitted(lambda tree: tree, params, loaded.policy, mesh)
  loaded = loaded._replace(params=params)
  head = orbax.saved_shapes(path, step, 'critic_params')
  if head is None or 'trunk' in head:  # a transformer of its own is for the run to go on with
    return loaded
  critic = policy.make_critic(config, width=head['out']['bias'][0])
  like = placement.with_shardings(jax.eval_shape(critic.init, jax.random.key(0)), critic.dims, mesh)
  return loaded._replace(critic=critic, critic_params=orbax.restore_params(path, step, like, 'critic_params'))
