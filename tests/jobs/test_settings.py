"""From a config to settings: which phases there are, and what does not go together."""

import inspect
import pathlib
import runpy

import pytest
from fake_model import model_of
from lora_models import PLAIN, with_lora
from wrong_commands import params

from acrl_jax import cli
from acrl_jax.config import SIZES, default
from acrl_jax.distributed import sharding
from acrl_jax.jobs import settings
from acrl_jax.learner.phases import Networks, make_phase
from acrl_jax.models import policy
from acrl_jax.rewards import REWARDS
from acrl_jax.rollout.worker import GenerationSettings


@pytest.mark.parametrize(
  'changes, message',
  [
    (dict(rank=-1), 'config.lora.rank=-1: must be at least 0'),
    (dict(alpha=0.0), 'config.lora.alpha=0.0: must be above 0'),
    (dict(rank=4, targets=()), 'config.lora.rank=4 without config.lora.targets'),
    (dict(targets=('q', 'gates')), "'gates' in config.lora.targets=.* did you mean gate"),
  ],
)
def test_a_wrong_choice_is_named(changes, message):
  config = default('tiny')
  config.lora.update(changes)
  with pytest.raises(ValueError, match=message):
    cli.check_config(config)


class Tokens:
  """A tokenizer of no tokens."""

  eos_token_id = pad_token_id = 0


@pytest.mark.parametrize('asked, held, fine', [(0, 0, True), (3, 3, True), (0, 3, False), (3, 0, False), (4, 3, False)])
def test_a_model_with_other_adapters_than_asked_for_is_not_trained(asked, held, fine):
  config = default('tiny')
  config.lora.update(rank=asked, alpha=6.0)
  held_config = with_lora(PLAIN['decoder']) if held else PLAIN['decoder']
  loaded = model_of(Tokens)._replace(source='runs/old', config=held_config)
  if fine:
    settings.check_lora(config, loaded)
    return
  with pytest.raises(ValueError, match=f'config.lora asks for rank={asked}.* runs/old has rank={held}.* export'):
    settings.check_lora(config, loaded)


@pytest.mark.parametrize('name', REWARDS)
def test_lines_are_traced_only_for_the_reward_that_looks_at_them(name):
  config = default('tiny')
  config.reward = name
  assert settings.limits(config).lines == (name == 'stepcoder')


@pytest.mark.parametrize('name', REWARDS)
@pytest.mark.parametrize('algorithm', [dict(name='ac'), dict(name='rest')])
def test_a_bonus_for_single_tokens_is_refused_by_name_where_it_would_be_spread(name, algorithm):
  config = default('tiny')
  config.reward, config.algorithm = name, algorithm
  if name != 'rltf':
    assert settings.algorithm(config).actor_loss
    return
  with pytest.raises(ValueError, match=f"config.reward='rltf' gives single tokens .*name='{algorithm['name']}' would"):
    settings.algorithm(config)


def test_an_argument_that_the_algorithm_does_not_take_is_named():
  config = default('tiny')
  config.algorithm = dict(name='ac', entropy=1.0)
  with pytest.raises(ValueError, match='algorithm.entropy: ac takes no such argument; did you mean entropy_cost'):
    settings.algorithm(config)
  config.algorithm = dict(name='acc')
  with pytest.raises(ValueError, match="config.algorithm.name='acc': did you mean ac"):
    settings.algorithm(config)


@pytest.mark.parametrize('algorithm', [dict(name='rest'), dict(name='ac', baseline='none')])
def test_a_trunk_of_a_critic_s_own_is_refused_by_name_where_there_is_no_critic(algorithm):
  config = default('tiny')
  config.algorithm, config.critic.trunk = algorithm, 'own'
  told = ', '.join(f"{key}='{value}'" for key, value in algorithm.items())
  with pytest.raises(ValueError, match=rf"critic.trunk='own': config.algorithm \({told}\) has no critic; must be 'pol"):
    settings.phases(config)
  config.algorithm = dict(name='ac')
  assert settings.algorithm(config).critic_width == 1


@pytest.mark.parametrize(
  ('mode', 'trunk', 'algorithm', 'kept'),
  [
    ('online', 'policy', dict(name='ac'), False), ('online', 'policy', dict(name='ac', kl_cost=0.1), True),
    ('frozen', 'policy', dict(name='ac'), True), ('frozen', 'own', dict(name='ac'), False),
    ('frozen', 'own', dict(name='ac', kl_cost=0.1), True), ('frozen', 'policy', dict(name='rest'), False),
  ],
)  # fmt: skip
def test_the_policy_of_the_start_is_kept_where_somebody_reads_it(mode, trunk, algorithm, kept):
  config = default('tiny')
  config.algorithm = algorithm
  config.critic.update(mode=mode, trunk=trunk)
  assert settings.keeps_reference(config) == kept


def named(config):
  return [(phase.name, phase.steps, phase.source) for _, phase, _ in settings.phases(config)]


def test_phases_without_steps_are_not_made():
  config = default('tiny')
  assert named(config) == [('sft', 240, 'solutions'), ('critic', 5, 'sampled'), ('ac', 160, 'sampled')]
  config.critic.mode = 'none'  # then there is none to be pretrained
  config.warm_start.steps = 0
  assert named(config) == [('ac', 160, 'sampled')]
  config.steps = 0
  with pytest.raises(ValueError, match='config.steps and config.warm_start.steps are both 0'):
    settings.phases(config)


@pytest.mark.parametrize('schedule', ['linear', 'cosine'])
def test_supervised_steps_alone_need_no_schedule_of_the_main_phase(schedule):
  config = default('cpu')
  config.optimizer.schedule = schedule
  config.warm_start.steps, config.steps = 10, 0
  ((_, phase, optimizer),) = settings.phases(config)
  assert (phase.name, phase.steps, optimizer.schedule, optimizer.learning_rate) == ('sft', 10, 'constant', 1e-4)


def test_phases_by_hand():
  """Rows of an update, the temperature that tokens are scored at, and what moves."""
  config = default('tiny')
  config.updates, config.rollout.temperature, config.replay.share = 2, 0.7, 0.5
  sft, critic, main = (phase for _, phase, _ in settings.phases(config))
  assert (sft.rows, sft.updates, sft.temperature) == (64, 1, 1.0)
  for phase in (critic, main):
    assert (phase.rows, phase.updates, phase.temperature) == (128, 2, 0.7)
  moves = lambda phase: (phase.moves_actor, phase.moves_critic)
  assert (moves(sft), moves(critic), moves(main)) == ((True, False), (False, True), (True, True))
  config.critic.mode = 'frozen'
  assert [moves(phase) for _, phase, _ in settings.phases(config)][1:] == [(False, True), (True, False)]


def test_training_and_evaluation_sample_each_in_its_own_way_and_programs_of_one_length():
  config = default('cpu')
  config.rollout.update(samples=8, temperature=0.7, top_p=0.9, max_new_tokens=48)
  config.eval.update(samples=3, temperature=1.4, top_p=0.5)
  lengths = config.prompt.lengths
  assert settings.sampling(config) == GenerationSettings(8, 48, 0.7, 0.9, lengths)
  assert settings.solving(config) == GenerationSettings(3, 48, 1.4, 0.5, lengths)


def test_greedy_evaluation_draws_once():
  config = default('cpu')
  assert settings.solving(config).samples == 4
  config.eval.temperature = 0.0
  assert settings.solving(config).samples == 1
  assert settings.sampling(config).samples == 4 and settings.sampling(config).temperature == 0.8


# --- config files ------------------------------------------------------------------------------------

CONFIGS = pathlib.Path(__file__).parents[2] / 'configs'


def config_of(name, size):
  return runpy.run_path(str(CONFIGS / name))['get_config'](size)


def training_configs():
  """(file, size) of every config that trains."""
  for file in sorted(CONFIGS.glob('*.py')):
    get_config = runpy.run_path(str(file))['get_config']
    for size in SIZES if inspect.signature(get_config).parameters else ():
      yield file.name, size


@pytest.mark.parametrize(('name', 'size'), list(training_configs()))
def test_every_phase_of_a_config_file_has_steps_and_can_be_made(name, size):
  """In `configs/sft.py:cpu` a main phase without steps has a rate that falls to 0 over them: it must not be made."""
  config, model = config_of(name, size), PLAIN['decoder']
  networks = Networks(policy.make_policy(model), policy.make_critic(model, 1), sharding.make_mesh())
  phases = [
    make_phase(networks, algorithm, phase, optimizer, settings.critic(config))
    for algorithm, phase, optimizer in settings.phases(config)
  ]
  wanted = config.warm_start.steps, config.critic.pretrain_steps, config.steps
  assert [phase.steps for phase in phases] == [steps for steps in wanted if steps]


def test_supervised_training_alone_has_no_other_phase():
  config = config_of('sft.py', 'cpu')
  assert config.optimizer.schedule == 'linear' and not config.steps
  ((_, phase, optimizer),) = settings.phases(config)
  assert (phase.name, phase.steps, phase.source) == ('sft', config.warm_start.steps, settings.SOLUTIONS)
  assert optimizer.schedule == 'constant' and optimizer.learning_rate == config.warm_start.learning_rate


# --- wrong commands ----------------------------------------------------------------------------------

WRONG_SETTINGS = {
  'batch': (
    None, {'rollout.problems': 6},
    'config.rollout.problems = 6 does not divide over 8 devices (config.mesh data x fsdp); take a multiple of 8',
  ),
  'microbatch': (
    None, {'microbatch': 4},
    'the rows of an update (programs learned from + replayed, over config.updates) = 4 does not divide over 8 devices '
    '(config.mesh data x fsdp); take a multiple of 8',
  ),
  'algorithm': (
    None, {'algorithm.name': 'rest', 'model': '/no/such'},
    'config.algorithm.aggregation: rest takes no such argument; known are threshold',
  ),
  'discount': (
    None, {'algorithm.discount': 2.0, 'model': '/no/such'},
    'config.algorithm.discount=2.0: must be at least 0 and at most 1',
  ),
  'workers': (None, {'harness.workers': -1}, 'config.harness.workers=-1: must be at least 0'),
}  # fmt: skip
WRONG_SETTINGS |= {
  'nothing to do': (
    None, {'steps': 0},
    'config.steps and config.warm_start.steps are both 0: there is nothing to train',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_SETTINGS))
def test_settings_that_do_not_go_together_are_told_in_one_line(refusals, fault, settings, expected):
  refusals.check_start(fault, settings, expected)
