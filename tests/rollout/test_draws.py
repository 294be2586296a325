"""What is drawn has the probabilities that it is told with, and no two draws hang on one random number."""

import itertools

import jax
import loop
import numpy as np
import pytest

from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.policy import make_policy
from acrl_jax.records import Prompts

CONFIG = DecoderConfig(V=12, D=16, N=2, K=1, H=8, F=16, layers=1, max_length=64)
P, ROWS = 3, 4096


@pytest.fixture(scope='module')
def drawn():
  """Draws many completions of one prompt: (Generated, the logits of the first column); a larger `scale` sharpens."""
  policy = make_policy(CONFIG)
  params = jax.jit(policy.init)(jax.random.key(0))
  prompt = Prompts(tokens=np.asarray([[1, 2, 3]], np.int32), valid=np.ones((1, P), bool))

  def draw(temperature, scale):
    scaled = jax.tree.map(lambda x: x * scale, params)
    settings = dict(max_new_tokens=3, temperature=temperature, samples=ROWS)
    made = jax.device_get(policy.generate(scaled, jax.random.key(1), prompt, **settings))
    return made, np.asarray(policy.logits(scaled, prompt.tokens, prompt.valid))[0, -1].astype(float)

  return draw


@pytest.mark.parametrize('temperature', [0.5, 1.0, 2.0])
def test_tokens_come_as_often_as_their_log_probs_say(drawn, temperature):
  made, logits = drawn(temperature, 8.0)
  probs = np.exp(logits / temperature) / np.exp(logits / temperature).sum()
  tokens = made.tokens[:, P]
  np.testing.assert_allclose(made.log_probs[:, P], np.log(probs)[tokens], atol=1e-4)
  often = np.bincount(tokens, minlength=CONFIG.V) / ROWS
  spread = np.sqrt(probs * (1 - probs) / ROWS)
  assert np.all(np.abs(often - probs) < 5 * spread + 1e-3)
  other = np.exp(logits / 1.3 / temperature) / np.exp(logits / 1.3 / temperature).sum()
  assert np.any(np.abs(often - other) > 5 * spread + 1e-3)  # else no other temperature could be told


def test_the_columns_of_a_completion_are_drawn_apart(drawn):
  """All tokens are as likely here, whatever came before: each pair of columns must show all pairs of tokens alike."""
  made, _ = drawn(1.0, 0.0)
  for a, b in itertools.combinations(range(P, P + 3), 2):
    pairs = np.zeros((CONFIG.V, CONFIG.V))
    np.add.at(pairs, (made.tokens[:, a], made.tokens[:, b]), 1)
    expected = ROWS / CONFIG.V**2
    statistic = ((pairs - expected) ** 2 / expected).sum()  # chi-square with 143 degrees: 143 +- 17
    assert statistic < 143 + 6 * 17, (a, b)


def test_the_rows_of_a_column_are_drawn_apart(drawn):
  made, _ = drawn(1.0, 0.0)
  pairs = np.zeros((CONFIG.V, CONFIG.V))
  np.add.at(pairs, (made.tokens[::2, P], made.tokens[1::2, P]), 1)
  expected = ROWS / 2 / CONFIG.V**2
  assert ((pairs - expected) ** 2 / expected).sum() < 143 + 6 * 17


@pytest.mark.parametrize('overlap', [False, True])
def test_each_step_draws_anew_from_the_same_policy_and_problem(overlap):
  settings = loop.config(data__max_problems=1, rollout__overlap=overlap, steps=3)
  found = [[s.entry.completion.tolist() for s in samples] for samples in loop.programs(settings, 3)]
  prompts = {tuple(s.entry.prompt) for samples in loop.programs(settings, 1) for s in samples}
  assert len(prompts) == 1
  assert all(len(rows) == 8 for rows in found)
  for one, other in itertools.combinations(found, 2):
    assert sum(a == b for a, b in zip(one, other)) <= 1
