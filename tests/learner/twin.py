"""A slow twin of a learner step: the same numbers from the papers' formulas, in loops, with nothing of ours but the
model's forward pass and the replay buffer.

It reads the programs of a run (their ids, log-probs, credit, bonus and reward) and computes every parameter itself:
rows, log-probs, values, returns, advantages, loss, gradient, AdamW. What it has in common with the loop is only said
by both: no code of the steps, the signals, the schedules or the assembling of rows is imported here.
"""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax.data import replay
from acrl_jax.records import Outcome

B1, B2, EPS = 0.9, 0.95, 1e-8


class Rows:
  """Entries as arrays [B, T], one token after the other; prompts end before column P, completions begin there."""

  def __init__(self, entries, B: int, P: int, C: int, pad_id: int):
    T = P + C
    self.shape = B, T
    self.tokens, self.valid = np.full((B, T), pad_id, np.int32), np.zeros((B, T), bool)
    self.acts, self.old, self.credit, self.rewards = np.zeros((B, T), bool), *np.zeros((3, B, T))
    self.solved, self.expected, self.judged = np.zeros((3, B, 1))
    for b, entry in enumerate(entries):
      for i, token in enumerate(reversed(entry.prompt.tolist())):
        self.tokens[b, P - 1 - i], self.valid[b, P - 1 - i] = token, True
      last = None
      for i, token in enumerate(entry.completion.tolist()):
        t = P + i
        self.tokens[b, t], self.valid[b, t] = token, True
        self.old[b, t], self.acts[b, t] = entry.log_probs[i], entry.actions[i]
        if entry.actions[i]:
          self.credit[b, t], self.rewards[b, t], last = entry.credit[i], entry.bonus[i], t
      if last is not None:
        self.rewards[b, last] += entry.reward
      self.solved[b], self.judged[b] = entry.outcome == Outcome.PASSED, entry.outcome != Outcome.HARNESS_ERROR
      self.expected[b] = entry.baseline
    self.valid[len(entries) :, P - 1] = True  # rows without an entry read one token and count for nothing


def distribution(logits, temperature: float, vocab: int):
  """Log-probs [B, T, vocab] of what may stand in each column, of logits [B, T, V] after each; column 0 is of no use."""
  logits = logits[:, :-1, :vocab] / temperature
  top = logits.max(-1, keepdims=True)
  found = logits - top - jnp.log(jnp.exp(logits - top).sum(-1, keepdims=True))
  return jnp.concatenate([jnp.zeros_like(found[:, :1]), found], 1)


def chosen(every, tokens):
  """[B, T] of the tokens that stand there, of [B, T, vocab]."""
  B, T = tokens.shape
  return every[np.arange(B)[:, None], np.arange(T)[None], tokens]


def values(head, hidden):
  """[B, T] of a critic: a layer, a GELU (by tanh), a number."""
  x = hidden @ head['up']['kernel'] + head['up']['bias'][None, None]
  x = x * 0.5 * (1 + jnp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
  return (x @ head['out']['kernel'] + head['out']['bias'][None, None])[..., 0]


def returns(rewards, acts, discount: float):
  """[B, T]: what each action and those after it earn; time goes by with actions, not with columns."""
  out = np.zeros(rewards.shape)
  for b in range(len(rewards)):
    places = np.flatnonzero(acts[b])
    for i, t in enumerate(places):
      out[b, t] = sum(discount**k * rewards[b, later] for k, later in enumerate(places[i:]))
  return out


def expected(samples):
  """The entries of samples, each with what the others of its problem got, and with the step's others as one more."""
  known = [(s.index, s.entry.reward) for s in samples if s.entry.outcome != Outcome.HARNESS_ERROR]
  out = []
  for sample in samples:
    others = list(known)
    if sample.entry.outcome != Outcome.HARNESS_ERROR:
      others.remove((sample.index, sample.entry.reward))
    same = [reward for index, reward in others if index == sample.index]
    every = [reward for _, reward in others]
    out.append(sample.entry._replace(baseline=(sum(same) + sum(every) / max(1, len(every))) / (len(same) + 1)))
  return out


def rate(number: int, learning_rate: float, warmup: int = 0, schedule: str = 'constant', total: int = 0) -> float:
  """The learning rate of update `number` (from 0) of `total`."""
  if number < warmup:
    return learning_rate * (number + 1) / (warmup + 1)
  done = min(1.0, (number - warmup) / max(1, total - warmup)) if schedule != 'constant' else 0.0
  return learning_rate * ((1 + math.cos(math.pi * done)) / 2 if schedule == 'cosine' else 1 - done)


def decays(name: str) -> bool:
  """Whether weight decay acts on a leaf of this name: on what multiplies, never on what shifts or scales."""
  return name not in ('bias', 'scale')


class AdamW:
  """Clipping by the global norm, moments without their bias, decoupled decay; float64."""

  def __init__(self, rate, clip: float = 1.0, decay: float = 0.0):
    self.rate, self.clip, self.decay = rate, clip, decay
    self.count, self.m, self.v = 0, None, None

  def update(self, params, gradient):
    paths, tree = jax.tree_util.tree_flatten_with_path(params)
    g = [np.asarray(x, np.float64) for x in jax.tree.leaves(gradient)]
    norm = math.sqrt(sum((x**2).sum() for x in g))
    g = [x * min(1.0, self.clip / max(norm, 1e-30)) for x in g]
    if self.m is None:
      self.m, self.v = [np.zeros(x.shape) for x in g], [np.zeros(x.shape) for x in g]
    lr, out = self.rate(self.count), []
    self.count += 1
    for i, (path, p) in enumerate(paths):
      self.m[i] = B1 * self.m[i] + (1 - B1) * g[i]
      self.v[i] = B2 * self.v[i] + (1 - B2) * g[i] ** 2
      move = self.m[i] / (1 - B1**self.count) / (np.sqrt(self.v[i] / (1 - B2**self.count)) + EPS)
      p = np.asarray(p, np.float64)
      out.append(p - lr * (move + (self.decay * p if decays(path[-1].key) else 0)))
    return jax.tree.unflatten(tree, out)


class Twin:
  """A learner of its own, which is told the programs of a run and nothing else of it."""

  def __init__(self, run, config):
    self.run, self.config = run, config
    self.algorithm = dict(discount=1.0, entropy_cost=0.0, ce_cost=0.0, ratio_clip=1.0, kl_cost=0.0, normalize=False)
    self.algorithm |= {k: v for k, v in dict(config.algorithm).items() if k != 'name'}
    settings = config.replay
    self.buffer = replay.Replay(
      capacity=settings.capacity, per_problem=settings.per_problem, unparsable_share=settings.unparsable_share,
      max_staleness=settings.max_staleness, seed=config.seed,
    )  # fmt: skip
    self.critic = run.steps[0].before.critic
    self.critic_adam = AdamW(lambda n: config.critic.learning_rate, config.optimizer.clip_norm)
    self.actor = self.adam = self.reference = None
    self.compile(run.policy, max(config.prompt.lengths), config.rollout.temperature)
    self.replayed: list[int] = []  # rows, for each step
    self.silent = 0  # rows that no loss may see, so far

  def compile(self, policy, start: int, temperature: float) -> None:
    """What passes through the model, each once: every log-prob is at the temperature of sampling."""

    def every(params, tokens, valid):
      return distribution(policy.logits(params, tokens, valid, start=start), temperature, self.run.vocab)

    def actor_loss(params, tokens, valid, push, credit):
      found = every(params, tokens, valid)
      entropy = -(jnp.exp(found) * found).sum(-1)
      each = -push * chosen(found, tokens) - self.algorithm['entropy_cost'] * entropy
      return (each * credit).sum() / credit.sum()

    def critic_loss(head, hidden, left, known):
      return (0.5 * (values(head, hidden) - left) ** 2 * known).sum() / known.sum()

    self.log_probs = jax.jit(lambda params, tokens, valid: chosen(every(params, tokens, valid), tokens))
    self.hidden = jax.jit(lambda params, tokens, valid: policy.hidden(params, tokens, valid, start=start))
    self.actor_grad, self.critic_grad = jax.jit(jax.grad(actor_loss)), jax.jit(jax.grad(critic_loss))

  def enter(self, actor) -> None:
    """A phase begins: with a fresh optimiser, and as its own reference."""
    settings, config = self.config.optimizer, self.config
    total = config.steps * config.updates
    schedule = lambda n: rate(n, settings.learning_rate, settings.warmup_steps, settings.schedule, total)
    self.actor, self.reference = actor, actor
    self.adam = AdamW(schedule, settings.clip_norm, settings.weight_decay)

  def step(self, samples, number: int, moves_actor: bool) -> None:
    """The update of step `number`: replayed rows come from before its own, targets from before its updates."""
    config = self.config
    fresh = [sample.entry for sample in samples]
    if config.rollout.baseline == 'peers':
      fresh = expected(samples)
    share = config.replay.share
    entries = fresh + self.buffer.sample(round(len(fresh) * share / (1 - share)), version=number)
    for entry in fresh:
      self.buffer.insert(entry)
    self.replayed.append(len(entries) - len(fresh))
    self.silent += sum(not e.credit.any() for e in entries)
    rows = len(fresh) + round(len(fresh) * share / (1 - share))
    order = np.arange(rows)
    if config.updates > 1:
      order = np.random.default_rng([config.seed, number, 1]).permutation(rows)
    shares = [[entries[i] for i in part if i < len(entries)] for part in np.split(order, config.updates)]
    widths = max(config.prompt.lengths), config.rollout.max_new_tokens
    made = [Rows(part, rows // config.updates, *widths, self.run.pad_id) for part in shares]
    aims = [self.aim(rows) for rows in made]
    if self.algorithm['normalize']:
      aims = self.whitened(made, aims)
    if moves_actor:
      for rows, (_, advantages, _) in zip(made, aims):
        self.actor = self.adam.update(self.actor, self.actor_gradient(rows, advantages))
    for rows, (hidden, _, due) in zip(made, aims):
      for _ in range(config.critic.updates):
        self.critic = self.critic_adam.update(self.critic, self.critic_gradient(rows, hidden, due))

  def aim(self, rows: Rows):
    """(hidden, advantages, returns) before any update."""
    rewards, kl = rows.rewards, self.algorithm['kl_cost']
    if kl:
      gap = rows.old - np.asarray(self.log_probs(floats(self.reference), rows.tokens, rows.valid))
      rewards = np.where(rows.acts, rewards - kl * gap, 0)
    due = returns(rewards, rows.acts, self.algorithm['discount'])
    hidden = self.hidden(floats(self.actor), rows.tokens, rows.valid)
    value = rows.expected + np.asarray(values(floats(self.critic), hidden))
    return hidden, np.where(rows.acts, due - value, 0), due

  @staticmethod
  def whitened(made, aims):
    """The aims with advantages that are whitened over the whole step, not over an update's share of it."""
    every = [(a, c) for rows, (_, found, _) in zip(made, aims) for a, c in zip(found.ravel(), rows.credit.ravel())]
    total = sum(c for _, c in every)
    mean = sum(a * c for a, c in every) / total
    spread = math.sqrt(sum((a - mean) ** 2 * c for a, c in every) / total + 1e-8)
    return [
      (hidden, np.where(rows.credit > 0, (found - mean) / spread, 0), due)
      for rows, (hidden, found, due) in zip(made, aims)
    ]  # fmt: skip

  def actor_gradient(self, rows: Rows, advantages):
    """Of the loss, its importance weights constants."""
    settings = self.algorithm
    now = np.asarray(self.log_probs(floats(self.actor), rows.tokens, rows.valid), np.float64)
    weight = np.where(rows.acts, np.minimum(np.exp(np.where(rows.acts, now - rows.old, 0)), settings['ratio_clip']), 0)
    push = weight * (advantages + settings['ce_cost'] * rows.solved)
    return self.actor_grad(floats(self.actor), rows.tokens, rows.valid, push, rows.credit)

  def critic_gradient(self, rows: Rows, hidden, due):
    return self.critic_grad(floats(self.critic), hidden, due - rows.expected, rows.acts * rows.judged)


def floats(tree):
  """A tree as the model computes with it."""
  return jax.tree.map(lambda x: jnp.asarray(x, jnp.float32), tree)
