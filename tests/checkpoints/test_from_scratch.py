"""A small model with fresh parameters: the same on every mesh, and padding that nobody sees."""

import dataclasses

import jax
import numpy as np
import pytest
from saved_models import SIZES, assert_equal, batch, scratch, small, two_ways, unpadded
from wrong_commands import params

from acrl_jax.checkpoints import load
from acrl_jax.records import Prompts


def test_a_fresh_model_is_the_same_on_every_mesh():
  model, spread = small(), scratch(mesh=two_ways())
  V = model.config.V
  assert V % 2 and spread.config == dataclasses.replace(model.config, V=V + 1)
  assert spread.hf_config == model.hf_config and spread.params['embed'].sharding.spec[0] == 'tensor'
  assert_equal(unpadded(spread), model.params)


def test_padding_changes_no_score_and_is_never_sampled():
  model, spread, (tokens, valid) = small(), scratch(mesh=two_ways()), batch()
  want = model.policy.score(model.params, tokens, valid)
  with jax.set_mesh(two_ways()):
    got = jax.jit(spread.policy.score)(spread.params, tokens, valid)
    # Were its ids not masked, this row would be the likeliest.
    hot = spread.params | {'embed': spread.params['embed'].at[model.config.V :].set(1e3)}
    some = spread.policy.generate(hot, jax.random.key(0), Prompts(tokens, valid), max_new_tokens=4, temperature=3.0)
  for a, b in zip(got, want):
    np.testing.assert_allclose(a[valid], b[valid], atol=1e-5)
  assert np.max(some.tokens) < model.config.V


def test_another_seed_gives_other_numbers_and_the_sizes_are_those_asked_for():
  model = small()
  assert model.config.size('DNKF') == (16, 4, 2, 24) and model.config.layers == 2 and model.config.V == 267
  assert len(model.tokenizer) == 267 and model.end_ids == (model.tokenizer.eos_token_id,)
  again = load.load('scratch', scratch=SIZES, train='synthetic:0', seed=4)
  one, other = (x.params['layers']['mlp']['up']['kernel'] for x in (model, again))
  assert one.shape == other.shape and not np.array_equal(one, other)


@pytest.mark.parametrize(
  'sizes, text',
  [
    (None, r"model='scratch' needs sizes: scratch=ScratchSettings\(width, layers"),
    (SIZES._replace(heads=3), 'heads=3 must divide width=16'),
    (SIZES._replace(kv_heads=3), 'kv_heads=3 must divide heads'),
  ],
)
def test_sizes_that_make_no_model_are_named(sizes, text):
  with pytest.raises(ValueError, match=text):
    load.load('scratch', scratch=sizes, train='synthetic:0')


# --- wrong commands ----------------------------------------------------------------------------------

WRONG_SIZES = {
  'scratch heads': (
    None, {'model': 'scratch', 'scratch.width': 16, 'scratch.heads': 3, 'scratch.kv_heads': 1},
    'config.scratch: heads=3 must divide width=16, and kv_heads=1 must divide heads',
  ),
  'scratch no heads': (None, {'model': 'scratch', 'scratch.heads': 0}, 'config.scratch.heads=0: must be above 0'),
  'scratch vocab': (
    None, {'model': 'scratch', 'scratch.vocab': 258},
    'config.scratch.vocab=258: must be more than 258 (256 bytes and two special tokens)',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_SIZES))
def test_sizes_that_make_no_model_are_told_in_one_line(refusals, fault, settings, expected):
  refusals.check_start(fault, settings, expected)
