"""Small rollouts for tests of algorithms: given by hand, or drawn."""

import numpy as np

from acrl_jax.records import Estimates, Outcome, Rollout, TokenScores


def make(tokens=None, *, actions, reward, log_probs=None, credit=None, bonus=None, outcome=None):
  actions = np.asarray(actions, bool)
  B, T = actions.shape
  full = lambda x, value: np.full((B, T), value, np.float32) if x is None else np.asarray(x, np.float32)
  return Rollout(
    tokens=np.zeros((B, T), np.int32), valid=np.ones((B, T), bool), actions=actions, log_probs=full(log_probs, 0),
    credit=full(credit, 1), bonus=full(bonus, 0),
    reward=np.asarray(reward, np.float32), baseline=np.zeros(B, np.float32),
    outcome=np.asarray(outcome if outcome is not None else [Outcome.FAILED] * B, np.int32), group=np.zeros(B, np.int32),
    judged=np.ones(B, bool), ended=np.ones(B, bool), weight=np.ones(B, np.float32),
  )  # fmt: skip


def scores(log_prob, entropy=None):
  log_prob = np.asarray(log_prob, np.float32)
  entropy = np.zeros_like(log_prob) if entropy is None else np.asarray(entropy, np.float32)
  return TokenScores(log_prob=log_prob, entropy=entropy, log_z=0 * log_prob)


def random_case(seed, B=5, T=7):
  rng = np.random.default_rng(seed)
  actions = rng.random((B, T)) < 0.6
  actions[:, 0] = False
  actions[:, 1] = True
  rollout = make(
    actions=actions, reward=rng.normal(size=B), log_probs=-rng.random((B, T)) * actions,
    credit=rng.choice([0.0, 0.5, 1.0], (B, T)), bonus=rng.normal(size=(B, T)),
  )  # fmt: skip
  estimates = Estimates(values=rng.normal(size=(B, T, 1)).astype(np.float32))
  return rollout, estimates, scores(-rng.random((B, T)), rng.random((B, T)))
