"""How much of a return a critic can know at all: values fitted to many programs, measured on problems not fitted to.

  python benchmarks/critic_ceiling.py WORKDIR [--config configs/ac.py:tiny] [--problems 600] [--samples 8]

Programs are sampled from the policy of a run of the size `tiny`, which stays as it is, and judged. Four fifths of the
problems are fitted to, until values get worse on a tenth; what is told is of the last tenth, by the share of the
program that the critic has seen. The critic is the head of config.critic on the policy's states, or has the policy's
whole transformer to tune. Beside them what needs no critic: the mean of a problem's other programs, and of all its own.
"""

from __future__ import annotations

import argparse
import json
import pathlib
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from acrl_jax import cli
from acrl_jax.data import batch
from acrl_jax.jobs import session, train
from acrl_jax.models.critic import ValueHead
from acrl_jax.rollout import baseline

ROWS = 128  # of an update
PATIENCE = 4  # epochs without a better value on the second part


class Data(NamedTuple):
  """Programs as rows."""

  rollout: object  # a Rollout of NumPy arrays
  P: int
  part: np.ndarray  # [B] 0 fitted to, 1 that says when to stop, 2 measured


def sample(config, problems: int, samples: int, seed: int):
  """(Data, the policy, its parameters) of judged programs of `problems` problems."""
  with session.joined(config), session.opened(config) as opened:
    model = session.load(config, opened.mesh)
    config.rollout.samples = samples
    tasks = train.load_tasks(config, model, opened).train
    worker = train.make_worker(config, model, opened, tasks)
    picked = np.random.default_rng(seed).permutation(len(tasks))[:problems]
    programs = []
    for number in range(0, len(picked), 32):
      key = jax.random.fold_in(jax.random.key(seed + 7), number)
      programs += worker.sample(model.params, key, picked[number : number + 32])[0]
    entries = [s.entry for s in baseline.with_peers(programs)]
    widths = batch.completion_lengths(config.rollout.max_new_tokens)
    rollout, P = batch.assemble(entries, len(entries), config.prompt.lengths, widths, model.pad_id)
  of = {index: np.random.default_rng([seed, int(index)]).choice(3, p=[0.8, 0.1, 0.1]) for index in picked}
  return Data(rollout, P, np.asarray([of[s.index] for s in programs])), model.policy, model.params


def fit(data: Data, policy, params, own: bool, rate: float, epochs: int, residual: bool, seed: int = 0) -> np.ndarray:
  """Values [B, T] of the best epoch; with `residual` of what is left of the return after the row's baseline."""
  r = data.rollout
  head = ValueHead(1)
  due = r.reward - (r.baseline if residual else 0)
  mask = (r.actions & r.judged[:, None]).astype(np.float32)
  weights = {'head': head.init(jax.random.key(seed), jnp.zeros((1, 1, 96)))['params'], 'trunk': params if own else None}
  tx = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rate))
  hidden_of = jax.jit(lambda trunk, tokens, valid: policy.hidden(trunk, tokens, valid, start=data.P))
  rows = lambda picked: (r.tokens[picked], r.valid[picked], due[picked], mask[picked])
  kept = None if own else np.concatenate([hidden_of(params, *rows(s)[:2]) for s in slices(len(due))])

  def values(weights, tokens, valid, hidden):
    if own:
      hidden = policy.hidden(weights['trunk'], tokens, valid, start=data.P)
    return head.apply({'params': weights['head']}, hidden)[..., 0]

  def loss(weights, tokens, valid, due, mask, hidden):
    return (mask * (values(weights, tokens, valid, hidden) - due[:, None]) ** 2).sum() / mask.sum()

  @jax.jit
  def update(weights, state, *batch):
    gradient = jax.grad(loss)(weights, *batch)
    moved, state = tx.update(gradient, state, weights)
    return optax.apply_updates(weights, moved), state

  read = jax.jit(values)
  every = lambda w: np.concatenate(
    [read(w, *rows(s)[:2], None if own else kept[s]) for s in slices(len(due))]
  )
  state, best, since, rng = tx.init(weights), (np.inf, None), 0, np.random.default_rng(seed)
  fitted = np.flatnonzero(data.part == 0)
  for _ in range(epochs):
    order = rng.permutation(fitted)
    for first in range(0, len(order) - ROWS + 1, ROWS):
      picked = order[first : first + ROWS]
      weights, state = update(weights, state, *rows(picked), None if own else kept[picked])
    found = every(weights)
    chosen = mask * (data.part == 1)[:, None]
    error = (chosen * (found - due[:, None]) ** 2).sum() / chosen.sum()
    best, since = ((error, found), 0) if error < best[0] else (best, since + 1)
    if since > PATIENCE:
      break
  return best[1] + (r.baseline[:, None] if residual else 0)


def slices(rows: int):
  return [slice(first, min(first + ROWS, rows)) for first in range(0, rows, ROWS)]


def explained(data: Data, values: np.ndarray) -> dict[str, float]:
  """1 - Var(R - V)/Var(R) over the tokens of the measured part: of all, and by quarters of the program."""
  r = data.rollout
  mask = r.actions & r.judged[:, None] & (data.part == 2)[:, None]
  place = np.cumsum(r.actions, 1) / np.maximum(r.actions.sum(1, keepdims=True), 1)
  returns = np.broadcast_to(r.reward[:, None], mask.shape)
  share = lambda m: float(1 - np.var((returns - values)[m]) / np.var(returns[m]))
  quarters = {f'quarter {k + 1}': share(mask & (place > k / 4) & (place <= (k + 1) / 4)) for k in range(4)}
  return {'all': share(mask), **quarters}


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('workdir')
  parser.add_argument('--config', default='configs/ac.py:tiny')
  parser.add_argument('--problems', type=int, default=600)
  parser.add_argument('--samples', type=int, default=8)
  parser.add_argument('--seed', type=int, default=0)
  parser.add_argument('--head_only', action='store_true')
  parser.add_argument('--output', type=pathlib.Path)
  flags = parser.parse_args()
  options = [f'--config={flags.config}', '--workdir=none', f'--config.model={flags.workdir}', '--config.eval.every=0']
  config = cli.parse(['critic_ceiling', *options, '--config.warm_start.steps=0']).config
  data, policy, params = sample(config, flags.problems, flags.samples, flags.seed)
  r = data.rollout
  tile = lambda x: np.broadcast_to(np.asarray(x)[:, None], r.tokens.shape)
  means = np.asarray([r.reward[r.group == g].mean() for g in r.group])
  found = {
    'mean of the other programs, shrunk': explained(data, tile(r.baseline)),
    'mean of all programs of the problem': explained(data, tile(means)),
  }
  print(f'{len(r.reward)} programs, reward {r.reward.mean():.3f} +- {r.reward.std():.3f}', flush=True)
  for own, rate, epochs in ((False, 3e-3, 60), (True, 3e-4, 12))[: 1 if flags.head_only else 2]:
    for residual in (False, True):
      name = ('own trunk' if own else 'head on the policy') + (', after the baseline' if residual else '')
      found[name] = explained(data, fit(data, policy, params, own, rate, epochs, residual))
      print(name, {k: round(v, 3) for k, v in found[name].items()}, flush=True)
  text = table(found)
  print(text)
  if flags.output:
    flags.output.mkdir(parents=True, exist_ok=True)
    (flags.output / f'ceiling_{flags.seed}.json').write_text(json.dumps(found, indent=1) + '\n')
    (flags.output / f'ceiling_{flags.seed}.md').write_text(text + '\n')


def table(found: dict[str, dict[str, float]]) -> str:
  """Markdown."""
  columns = list(next(iter(found.values())))
  lines = ['| explained variance of the return | ' + ' | '.join(columns) + ' |', '|---' * (1 + len(columns)) + '|']
  lines += [f'| {name} | ' + ' | '.join(f'{row[c]:.3f}' for c in columns) + ' |' for name, row in found.items()]
  return '\n'.join(lines)


if __name__ == '__main__':
  main()
