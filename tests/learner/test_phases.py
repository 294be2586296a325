"""Which phase a step belongs to, and which kind of update it makes."""

import jax
import pytest

from acrl_jax.algorithms import ac, rest
from acrl_jax.distributed import sharding
from acrl_jax.learner import phases
from acrl_jax.learner.optimizer import OptimizerSettings
from acrl_jax.learner.phases import CriticSettings, Networks, PhaseSettings
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.policy import make_critic, make_policy

CONFIG = DecoderConfig(V=24, D=16, N=2, K=1, H=8, F=32, layers=1, max_length=32)
OPTIMIZER = OptimizerSettings(
  learning_rate=1e-3, schedule='linear', warmup_steps=0, weight_decay=0.0, clip_norm=1.0, b1=0.9, b2=0.95
)


def phase(algorithm=None, *, frozen=False, **changes):
  networks = Networks(make_policy(CONFIG), make_critic(CONFIG, 1), sharding.make_mesh(devices=jax.devices()[:1]))
  settings = PhaseSettings(
    name='ac', steps=10, source='sampled', rows=8, updates=1, microbatch=0, temperature=1.0, moves_actor=True,
    moves_critic=True,
  )  # fmt: skip
  critic = CriticSettings(frozen=frozen, learning_rate=1e-3, updates=1, clip_norm=1.0)
  return phases.make_phase(networks, algorithm or ac(), settings._replace(**changes), OPTIMIZER, critic)


def is_joint(made):
  return 'make_joint_update' in made.update_actor.__qualname__


def test_one_forward_pass_serves_both_only_where_nothing_moves_in_between():
  assert is_joint(phase())
  assert not is_joint(phase(updates=2))  # targets come before the first update of all pieces
  assert not is_joint(phase(ac(normalize=True)))  # targets follow from other rows, too
  assert not is_joint(phase(ac(kl_cost=0.1)))  # a reference is asked
  assert not is_joint(phase(frozen=True))  # the critic reads states of the reference
  assert not is_joint(phase(rest(), moves_critic=False))  # no critic
  assert not is_joint(phase(moves_actor=False))


def test_the_rate_falls_over_all_updates_of_the_phase():
  assert phase().learning_rate(10) == 0 < phase().learning_rate(9)
  assert phase(updates=2).learning_rate(20) == 0 < phase(updates=2).learning_rate(19)


@pytest.mark.parametrize('frozen', [False, True])
def test_every_step_scores_at_the_temperature_of_its_phase_in_its_microbatches(monkeypatch, frozen):
  made = {}
  for name in ('make_estimate', 'make_actor_step', 'make_joint_step'):
    monkeypatch.setattr(phases.steps, name, lambda *_, name=name, **told: made.update({name: told}))
  phase(temperature=0.7, microbatch=2, updates=2, frozen=frozen)
  phase(temperature=0.7, microbatch=2)
  shared = dict(temperature=0.7, microbatches=4)
  assert made.pop('make_estimate') == dict(shared, frozen=frozen)
  assert len(made) == 2 and all(told.items() >= shared.items() for told in made.values())


def test_steps_belong_to_their_phase_by_hand():
  made = [phase(name=name, steps=steps) for name, steps in (('sft', 2), ('critic', 1), ('ac', 3))]
  found = [(phases.phase_at(made, step)[0].name, phases.phase_at(made, step)[1]) for step in range(1, 7)]
  assert found == [('sft', True), ('sft', False), ('critic', True), ('ac', True), ('ac', False), ('ac', False)]
  with pytest.raises(ValueError, match='beyond the last phase'):
    phases.phase_at(made, 7)
