"""Small models with and without adapters, and rows for them."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax.config import LINEAR_MAPS
from acrl_jax.models import lora
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.policy import make_policy
from acrl_jax.models.t5 import T5Config
from acrl_jax.records import Rollout

PLAIN = {
  'decoder': DecoderConfig(V=48, D=32, N=4, K=2, H=8, F=64, layers=2, max_length=64),
  'parallel': DecoderConfig(V=48, D=32, N=4, K=1, H=8, F=64, layers=2, max_length=64, parallel_block=True,
                            position='rope_interleaved', gated_mlp=False, mlp_bias=True, tied=False),
  't5': T5Config(V=48, D=32, N=4, H=8, F=64, layers=2, decoder_layers=1),
}  # fmt: skip
LORA = dict(lora_rank=3, lora_targets=LINEAR_MAPS, lora_alpha=6.0)
P, B, T = 5, 8, 14


def with_lora(config, **changes):
  return dataclasses.replace(config, **LORA | changes)


@functools.cache
def models(name='decoder'):
  """(policy without adapters, its parameters, policy with adapters, its fresh parameters)."""
  base, policy = make_policy(PLAIN[name]), make_policy(with_lora(PLAIN[name]), chunk=4)
  params = jax.jit(base.init)(jax.random.key(0))
  return base, params, policy, lora.add_adapters(params, policy.init, jax.random.key(1))


def stirred(params):
  """The parameters with adapters that do something."""
  trained, fixed = lora.split(params)
  leaves, tree = jax.tree.flatten(trained)
  rng = np.random.default_rng(0)
  leaves = [jnp.asarray(0.2 * rng.normal(size=x.shape), jnp.float32) for x in leaves]
  return lora.join(jax.tree.unflatten(tree, leaves), fixed)


def rollout(seed=0):
  rng = np.random.default_rng(seed)
  actions = np.arange(T) < P + rng.integers(1, T - P + 1, (B, 1))
  actions[:, :P] = False
  return Rollout(
    tokens=rng.integers(0, 48, (B, T)).astype(np.int32), valid=actions | (np.arange(T) < P), actions=actions,
    log_probs=(-3 - rng.random((B, T)).astype(np.float32)) * actions, credit=np.ones((B, T), np.float32),
    bonus=np.zeros((B, T), np.float32), reward=rng.normal(size=B).astype(np.float32),
    baseline=np.zeros(B, np.float32), outcome=np.ones(B, np.int32), group=np.arange(B, dtype=np.int32) // 4,
    judged=np.ones(B, bool), ended=np.ones(B, bool), weight=np.ones(B, np.float32),
  )  # fmt: skip


def paths(tree):
  return {jax.tree_util.keystr(k, simple=True, separator='/'): x for k, x in jax.tree_util.tree_leaves_with_path(tree)}
