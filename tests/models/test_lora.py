"""Adapters begin as nothing, and merge into the kernels that they stand beside."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lora_models import PLAIN, B, P, models, paths, rollout, stirred, with_lora

from acrl_jax.models import kv_cache, lora
from acrl_jax.models.policy import make_policy
from acrl_jax.records import Prompts


def logits(policy, params):
  batch = rollout()
  return policy.logits(params, batch.tokens, batch.valid, start=P)


@pytest.mark.parametrize('name', PLAIN)
def test_fresh_adapters_change_nothing(name):
  base, params, policy, full = models(name)
  np.testing.assert_array_equal(logits(policy, full), logits(base, params))
  assert jax.tree.map(jnp.shape, full) == jax.tree.map(jnp.shape, jax.eval_shape(policy.init, jax.random.key(0)))
  a = [x for path, x in paths(full).items() if path.endswith('lora_a')]
  assert len(a) >= 6 and all(float(jnp.std(x)) > 0.05 for x in a)


@pytest.mark.parametrize('name', PLAIN)
def test_merged_adapters_say_what_they_said_apart(name):
  base, params, policy, full = models(name)
  full = stirred(full)
  merged = lora.merge(full, with_lora(PLAIN[name]).lora_scale)
  assert jax.tree.structure(merged) == jax.tree.structure(params)
  expected = logits(policy, full)
  assert np.abs(expected - logits(base, params)).max() > 0.1
  np.testing.assert_allclose(logits(base, merged), expected, atol=1e-5)


@pytest.mark.parametrize('name', ['decoder', 't5'])
def test_sampling_reads_the_adapters(name):
  base, _, policy, full = models(name)
  full = stirred(full)
  prompts = Prompts(tokens=rollout().tokens[:, :P], valid=np.ones((B, P), bool))
  sample = lambda policy, params: policy.generate(params, jax.random.key(3), prompts, max_new_tokens=6)
  found = sample(policy, full)
  expected = sample(base, lora.merge(full, with_lora(PLAIN[name]).lora_scale))
  np.testing.assert_array_equal(found.tokens, expected.tokens)
  np.testing.assert_allclose(found.log_probs, expected.log_probs, atol=1e-5)
  scores = policy.score(full, found.tokens, found.valid, start=P)
  np.testing.assert_allclose(found.log_probs, scores.log_prob * found.actions, atol=1e-5)


def test_one_layer_merges_as_all_of_them_do():
  full, scale = stirred(models()[3]), 2.0
  merged = lora.merge(full, scale)['layers']
  for number, layer in enumerate(kv_cache.split_layers(full)[1]):
    jax.tree.map(
      lambda one, all_, number=number: np.testing.assert_allclose(one, all_[number], atol=1e-6),
      lora.merge(layer, scale), merged,
    )  # fmt: skip
  q, found = full['layers']['attn']['q'], merged['attn']['q']['kernel']
  by_hand = q['kernel'][1, 4, 2, 3] + scale * sum(q['lora_a'][1, 4, r] * q['lora_b'][1, r, 2, 3] for r in range(3))
  np.testing.assert_allclose(found[1, 4, 2, 3], by_hand, rtol=1e-5)


def test_the_parts_of_a_tree_make_it_up():
  _, params, _, full = models()
  trained, fixed = lora.split(full)
  assert {path.rsplit('/', 1)[1] for path in paths(trained)} == {'lora_a', 'lora_b'}
  assert paths(fixed).keys() == paths(params).keys()
  joined = lora.join(trained, fixed)
  assert jax.tree.structure(joined) == jax.tree.structure(full)
  assert all(a is b for a, b in zip(jax.tree.leaves(joined), jax.tree.leaves(full)))
  assert lora.split(params) == (params, {}) and lora.join(params, {}) == params


def test_adapters_where_the_model_has_no_such_map_are_refused():
  wanted = make_policy(with_lora(PLAIN['parallel'], lora_targets=('gate',)))
  with pytest.raises(ValueError, match='none of the linear maps in config.lora.targets'):
    lora.add_adapters(models('parallel')[1], wanted.init, jax.random.key(0))
