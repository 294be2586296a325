"""The host's part of a checkpoint: the replay buffer, programs that are not learned from yet, counters."""

from __future__ import annotations

import numpy as np

from acrl_jax.data import replay
from acrl_jax.data.replay import Replay
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.sampler import Sampler


class HostState:
  """Changed in place by the loop, step after step."""

  def __init__(self, sampler: Sampler, buffer: Replay | None):
    self.sampler, self.buffer = sampler, buffer
    self.counters: dict[str, float] = {'episodes': 0, 'tokens': 0, 'wall_s': 0.0, 'bad': 0}

  def count(self, programs: list[Sample], seconds: float) -> dict[str, float]:
    """progress/* after a step of these programs and seconds."""
    counters = self.counters
    counters['episodes'] += len(programs)
    counters['tokens'] += sum(len(s.entry.completion) for s in programs)
    counters['wall_s'] += seconds
    return {f'progress/{key}': counters[key] for key in ('episodes', 'tokens', 'wall_s')}

  def check_finite(self, row: dict, step: int, limit: int) -> None:
    """Counts updates in a row that were skipped as non-finite; ValueError at the limit."""
    skipped = max(row.get('policy/skipped', 0.0), row.get('critic/skipped', 0.0))
    self.counters['bad'] = self.counters['bad'] + 1 if skipped else 0
    if self.counters['bad'] >= limit:
      raise ValueError(
        f'step {step}: {limit} updates in a row were not finite and were skipped; lower '
        'config.optimizer.learning_rate or config.warm_start.learning_rate and start again in another --workdir'
      )

  def pack(self) -> bytes:
    """All of it as one npz."""
    state = {f'replay/{k}': v for k, v in self.buffer.state_dict().items()} if self.buffer is not None else {}
    state |= {f'programs/{k}': v for k, v in self.sampler.state_dict().items()}
    return replay.packed(state | {f'counters/{k}': np.asarray(v) for k, v in self.counters.items()})

  def unpack(self, data: bytes) -> None:
    """The inverse of `pack`."""
    state = replay.unpacked(data)
    part = lambda name: {k.removeprefix(name): v for k, v in state.items() if k.startswith(name)}
    self.counters = {k: v.item() for k, v in part('counters/').items()}
    if self.buffer is not None:
      self.buffer.load_state_dict(part('replay/'))
    self.sampler.load_state_dict(part('programs/'))
