"""acrl_jax, as speed.py times it."""

from __future__ import annotations

import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from speed_child import serve

import acrl_jax
from acrl_jax.algorithms import ac
from acrl_jax.learner import optimizer, steps
from acrl_jax.models.policy import make_policy
from acrl_jax.records import Outcome, Prompts, Rollout, Targets, TrainState


class Ours:
  """Each method does one piece of work and waits for it; options as speed.py writes them."""

  def __init__(self, folder: str, dtype: str, P: int, temperature: float, learning_rate: float, threads: int):
    del threads  # XLA takes the cores that the process may use
    if dtype == 'float32':
      jax.config.update('jax_default_matmul_precision', 'float32')  # accelerators would take less
    self.folder, self.P, self.temperature = pathlib.Path(folder), P, temperature
    made = acrl_jax.load(str(self.folder / 'model'), dtype=dtype)
    self.policy = make_policy(made.config)  # no token ends a row, so that all are sampled
    self.params = jax.device_put(made.params)
    self.score_rows = jax.jit(self.policy.score, static_argnames='start')
    self.tx, _ = optimizer.make_optimizer(learning_rate)
    self.step = steps.make_actor_step(self.policy, ac(baseline='none'), self.tx)
    self.state, self.runs = None, 0
    self.rows = jnp.asarray(np.load(self.folder / 'rows.npy'))
    self.facts = dict(jax=jax.__version__, device=jax.devices()[0].device_kind, settings={})

  def settings(self) -> dict:
    """What was tried and taken: nothing here."""
    return dict(settings=self.facts['settings'])

  def generate(self, B: int, C: int, samples: int = 1) -> dict:
    self.runs += 1
    count = B // samples
    prompts = Prompts(self.rows[:count, : self.P], jnp.ones((count, self.P), bool))
    made = self.policy.generate(
      self.params, jax.random.key(self.runs), prompts, max_new_tokens=C, temperature=self.temperature, top_p=1.0,
      samples=samples,
    )  # fmt: skip
    return dict(tokens=int(made.actions.sum()))

  def score(self, B: int) -> None:
    rows = self.rows[:B]
    jax.block_until_ready(self.score_rows(self.params, rows, jnp.ones(rows.shape, bool), start=self.P))

  def update(self, B: int) -> dict:
    if self.state is None:
      self._prepare_update(B)
    rollout, targets = self.rollout
    self.state, metrics = self.step(self.state, rollout, targets, start=self.P)
    jax.block_until_ready(self.state)
    return dict(loss=float(metrics['loss']))

  def _prepare_update(self, B: int) -> None:
    """The train state and the rollout; the first B rows with advantages and log-probs as they stand in the folder."""
    params = jax.tree.map(jnp.copy, self.params)  # the step is given its state for good
    state = TrainState(step=jnp.int32(0), params=params, opt_state=self.tx.init(params))
    self.state = jax.device_put(state, jax.devices()[0])  # as the step returns it; else its second run compiles again
    rows = self.rows[:B]
    actions = jnp.broadcast_to(jnp.arange(rows.shape[1]) >= self.P, rows.shape)
    left = lambda name: jnp.pad(jnp.asarray(np.load(self.folder / f'{name}.npy')[:B]), ((0, 0), (self.P, 0)))
    zero, one = jnp.zeros(rows.shape), jnp.ones(rows.shape)
    rollout = Rollout(
      tokens=rows, valid=one > 0, actions=actions, log_probs=left('log_probs'), credit=one, bonus=zero,
      reward=zero[:, 0], baseline=zero[:, 0], outcome=jnp.full(B, Outcome.FAILED, jnp.int32), group=jnp.arange(B),
      judged=one[:, 0] > 0, ended=one[:, 0] > 0, weight=one[:, 0],
    )  # fmt: skip
    self.rollout = rollout, Targets(advantages=left('advantages'), returns=zero)

  def write_log_probs(self, file: str) -> None:
    """Log-probs of all completion columns [B, C], of the weights as they were loaded."""
    scores = self.score_rows(self.params, self.rows, jnp.ones(self.rows.shape, bool), start=self.P)
    np.save(file, scores.log_prob[:, self.P :])

  def write_logits(self, file: str, B: int, columns: int) -> None:
    """Logits of the first B rows after the last columns of their prompts, [B, columns, V] float32."""
    prompts = self.rows[:B, : self.P]
    np.save(file, self.policy.logits(self.params, prompts, jnp.ones(prompts.shape, bool))[:, -columns:])


if __name__ == '__main__':
  serve(Ours)
