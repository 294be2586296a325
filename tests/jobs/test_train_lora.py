"""A run that trains adapters: killed it goes on, read back it is what was trained, exported it needs them no more."""

import json

import jax
import numpy as np
import pytest
from killed_runs import kill_after, parameters, rows, run

from acrl_jax.checkpoints import load
from acrl_jax.models import lora

SETTINGS = {
  'lora.rank': 2, 'lora.targets': "('q','v','down')", 'algorithm.kl_cost': 0.1, 'warm_start.steps': 2,
  'optimizer.learning_rate': 0.01, 'export_at_end': 'True',
}  # fmt: skip


@pytest.fixture(scope='module')
def finished(tmp_path_factory):
  folder = tmp_path_factory.mktemp('lora') / 'whole'
  run(folder, **SETTINGS)
  return folder


def test_a_killed_run_ends_like_the_uninterrupted_one(finished):
  folder = finished.parent / 'killed'
  kill_after(folder, 4, **SETTINGS)  # in the main phase, which has a reference
  run(folder, **SETTINGS)
  np.testing.assert_equal(parameters(folder), parameters(finished))
  assert rows(folder) == rows(finished)


def test_the_adapters_moved_and_nothing_else(finished):
  made = load.load(str(finished))
  settings = json.loads((finished / 'model' / 'acrl_config.json').read_text())
  assert made.config.lora_rank == 2 and made.config.lora_targets == ('q', 'v', 'down'), settings
  begun = jax.jit(made.policy.init)(jax.random.key(0))  # config.seed
  trained, fixed = lora.split(made.params)
  at_first, as_made = lora.split(begun)
  jax.tree.map(np.testing.assert_array_equal, fixed, as_made)
  assert all(np.any(a != b) for a, b in zip(jax.tree.leaves(trained), jax.tree.leaves(at_first)))


def test_the_export_has_the_adapters_merged_in(finished):
  made, exported = load.load(str(finished)), load.load(str(finished / 'export'))
  assert exported.config.lora_rank == 0 and lora.split(exported.params)[1] == {}
  tokens = np.arange(5, 29).reshape(2, 12)
  logits = [m.policy.logits(m.params, tokens, tokens > 0) for m in (made, exported)]
  np.testing.assert_allclose(*logits, atol=1e-4)
  plain = lora.split(made.params)[1]
  assert np.abs(exported.policy.logits(plain, tokens, tokens > 0) - logits[0]).max() > 1e-2
