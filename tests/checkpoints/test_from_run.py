"""The newest checkpoint of a run: on another mesh, with its critic and its adapters."""

import jax
import pytest
from saved_models import as_run, assert_equal, scratch, small, two_ways, unpadded
from wrong_commands import DELETE, RUN, STEP, cut, damaged, params, remove

import acrl_jax
from acrl_jax.models import policy


def test_a_run_is_read_back_on_another_mesh(tmp_path):
  model, mesh = small(), two_ways()
  critic = policy.make_critic(model.config, 1).init(jax.random.key(1))
  spread = scratch(mesh=mesh)
  for name, saved in dict(narrow=model, wide=spread).items():
    folder = as_run(tmp_path / name, saved, critic)
    for other in (None, mesh):
      again = acrl_jax.load(str(folder), mesh=other)
      assert_equal(unpadded(again), model.params)
      assert_equal(again.critic_params, critic)
      assert again.config.V == (spread if other is mesh else model).config.V
      assert {x.sharding.num_devices for x in jax.tree.leaves(again.params)} == {2 if other else 1}


def test_a_critic_with_a_trunk_of_its_own_stays_in_the_checkpoint(tmp_path):
  model = small()
  own = {'head': policy.make_critic(model.config, 1).init(jax.random.key(1)), 'trunk': model.params}
  made = acrl_jax.load(str(as_run(tmp_path / 'run', model, own)))
  again = acrl_jax.load(str(acrl_jax.export(tmp_path / 'out', made)))
  for found in (made, again):
    assert_equal(found.params, model.params)
    assert found.critic is found.critic_params is None
  assert not (tmp_path / 'out' / 'critic.npz').exists()


def test_adapters_come_back_with_a_run(tmp_path):
  lora_fields = dict(lora_rank=2, lora_targets=('q', 'down'), lora_alpha=4.0)
  out = acrl_jax.export(tmp_path / 'out', small())
  adapted = acrl_jax.load(str(out), lora_fields=lora_fields, seed=1)
  again = acrl_jax.load(str(as_run(tmp_path / 'run', adapted)))
  assert again.config == adapted.config and again.config.lora_alpha == 4.0
  assert_equal(again.params, adapted.params)


def test_a_run_without_a_checkpoint_or_without_its_model_says_what_is_missing(tmp_path):
  run = as_run(tmp_path / 'run', small())
  (run / 'model').rename(run / 'moved')
  with pytest.raises(ValueError, match='run/model is missing; the command that trained .* writes it when'):
    acrl_jax.load(str(run))
  (run / 'checkpoints').rename(run / 'gone')
  with pytest.raises(ValueError, match='run/checkpoints holds no finished checkpoint; let the run reach one'):
    acrl_jax.load(str(run))


# --- wrong commands ----------------------------------------------------------------------------------

WRONG_RUNS = {
  'no checkpoint': (
    remove('run/checkpoints/1', 'run/checkpoints/2'), {'model': RUN},
    f'{RUN}/checkpoints holds no finished checkpoint; let the run reach one first',
  ),
  'no checkpoints folder': (
    remove('run/checkpoints'), {'model': RUN},
    f'{RUN}/checkpoints holds no finished checkpoint; let the run reach one first',
  ),
  'policy gone': (damaged('params', None), {'model': RUN}, f'{STEP}NOT_FOUND: ...{DELETE}'),
  'critic gone': (damaged('critic_params', None), {'model': RUN}, f'{STEP}NOT_FOUND: ...{DELETE}'),
  'critic cut': (cut('run/checkpoints/2/critic_params/_METADATA', 9), {'model': RUN}, f'{STEP}...{DELETE}'),
  'skeleton gone': (
    remove('run/model'), {'model': RUN},
    f'{RUN}/model is missing; the command that trained {RUN} writes it when it is given again',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_RUNS))
def test_a_run_that_cannot_be_read_is_told_in_one_line(refusals, fault, settings, expected):
  refusals.check_evaluation(fault, settings, expected)
