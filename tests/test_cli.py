"""Wrong command lines end in one line that names the key, what it must be and the way out."""

import pathlib

import pytest

from acrl_jax import cli, config
from acrl_jax.jobs import JOBS
from acrl_jax.rewards import REWARDS

ROOT = pathlib.Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch):
  monkeypatch.chdir(ROOT)


WRONG = [
  ('', '--config is missing; for example'),
  ('--config=configs/acc.py', '--config=configs/acc.py: no file configs/acc.py; did you mean configs/ac.py?'),
  ('--config=nowhere/ac.py', '--config=nowhere/ac.py: no file nowhere/ac.py; files there: none'),
  ('--config=configs/ac.py:big', "no size 'big'; a config file takes '', 'cpu', 'tiny'"),
  ('--config=configs/ac.py --config.stesp=3', '--config.stesp: no such key; did you mean steps?'),
  (
    '--config=configs/ac.py --config.rollout.sample=3',
    '--config.rollout.sample: no such key; did you mean rollout.samples?',
  ),
  ('--config=configs/ac.py --config.sample=3', '--config.sample: no such key; did you mean'),
  ('--config=configs/ac.py --config.algorithm.entropy=3', 'no such key; did you mean algorithm.entropy_cost?'),
  ('--config=configs/ac.py --config.steps=1e3', '--config.steps=1e3: must be a whole number such as 200'),
  ('--config=configs/ac.py --config.mesh.data=x', '--config.mesh.data=x: must be a whole number such as -1'),
  ('--config=configs/ac.py --config.replay.enabled=maybe', '--config.replay.enabled=maybe: must be true or false'),
  ('--config=configs/ac.py --wrkdir=3', '--wrkdir: no such option; did you mean workdir?'),
  ('--config=configs/ac.py', '--workdir is missing; name the folder of the run'),
  ('--config=configs/ac.py --workdir=w extra', "unexpected argument 'extra'"),
  (
    '--config=configs/ac.py --workdir=w --config.reward=partial',
    "config.reward='partial': must be one of partial_credit",
  ),
  ('--config=configs/ac.py --workdir=w --config.reward=stepcode', 'did you mean stepcoder?'),
  ('--config=configs/ac.py --workdir=w --config.reward=none.py:f', 'there is no file '),
  (
    '--config=configs/ac.py --workdir=w --config.critic.trunk=own --config.critic.mode=none',
    "config.critic.trunk='own' with config.critic.mode='none': must be 'policy'",
  ),
  (
    '--config=configs/ac.py --workdir=w --config.critic.trunk=own --config.lora.rank=4',
    "config.critic.trunk='own' with config.lora.rank=4: must be 'policy'",
  ),
  (
    '--config=configs/ac.py --workdir=w --config.rollout.keep=20',
    'config.rollout.keep=20: must be a multiple of config.rollout.samples=8',
  ),
  (
    '--config=configs/ac.py --workdir=w --config.dtype=float16',
    "config.dtype='float16': must be one of float32, bfloat16",
  ),
  ('--config=configs/ac.py --workdir=w --config.critic.mode=onlin', "did you mean online?"),
  ('--config=configs/ac.py --workdir=w --config.eval.k=(1,100)', 'pass@k needs k <= config.eval.samples=8'),
  (
    '--config=configs/ac.py --workdir=w --config.updates=7',
    'config.updates=7 does not divide the 1024 rows of a rollout',
  ),
  (
    '--config=configs/ac.py --workdir=w --config.microbatch=7',
    'config.microbatch=7 does not divide the 1024 rows of an update',
  ),
  (
    '--config=configs/ac.py --workdir=w --config.rollout.keep=513',
    'config.rollout.keep=513: a step draws 512 programs (config.rollout.problems x samples); must be at most as many',
  ),
  ('--config=configs/ac.py --workdir=w --config.rollout.samples=0', 'config.rollout.samples=0: must be above 0'),
  ('--config=configs/ac.py --workdir=w --config.steps=-1', 'config.steps=-1: must be at least 0'),
  (
    '--config=configs/ac.py --workdir=w --config.replay.share=1.0',
    'config.replay.share=1.0: must be at least 0 and below 1',
  ),
  (
    '--config=configs/ac.py --workdir=w --config.rollout.top_p=0.0',
    'config.rollout.top_p=0.0: must be above 0 and at most 1',
  ),
  ('--config=configs/ac.py --workdir=w --config.rollout.temperature=0.0', 'greedy programs give no policy gradient'),
]


@pytest.mark.parametrize('line, message', WRONG, ids=[line.split('config')[-1] or 'nothing' for line, _ in WRONG])
def test_a_wrong_command_line_is_told_in_one_line(line, message):
  with pytest.raises(ValueError) as caught:
    cli.parse(['acrl_jax', *line.split()])
  assert message in str(caught.value)
  assert 'Traceback' not in str(caught.value)


def test_overrides_reach_the_config_with_their_types():
  line = 'acrl_jax --config=configs/ac.py:tiny --workdir=w --config.optimizer.learning_rate=1 --dry_run'
  chosen = cli.parse(line.split())
  assert chosen.config.optimizer.learning_rate == 1.0 and isinstance(chosen.config.optimizer.learning_rate, float)
  assert chosen.workdir == 'w' and chosen.dry_run
  assert chosen.config.model == 'scratch'


def test_options_may_stand_in_any_order():
  line = '--config.steps=3 --workdir w --config=configs/ac.py:tiny --config.rollout.samples=2'
  chosen, workdir, _ = cli.parse(['main', *line.split()])
  assert (chosen.steps, chosen.rollout.samples, workdir) == (3, 2, 'w')


def test_every_config_file_is_valid_at_every_size():
  for file in sorted((ROOT / 'configs').glob('*.py')):
    sizes = ['', ':cpu', ':tiny'] if 'default(size)' in file.read_text() else ['']
    for size in sizes:
      assert cli.parse(['acrl_jax', f'--config={file}{size}', '--workdir=w']).config.job in config.choices('job')


@pytest.mark.parametrize('size', ['', ':cpu', ':tiny'])
def test_the_supervised_baseline_takes_supervised_steps_alone(size):
  both = [cli.parse(['x', f'--config=configs/{name}.py{size}', '--workdir=w']).config for name in ('ac', 'sft')]
  ac, sft = both
  assert sft.warm_start.steps == ac.warm_start.steps + ac.steps > 0
  assert sft.steps == sft.critic.pretrain_steps == 0


def test_replayed_rows_make_up_their_share_of_an_update():
  chosen = cli.parse('acrl_jax --config=configs/ac.py --workdir=w'.split()).config
  assert config.update_rows(chosen) == (512, 512)
  chosen.replay.share = 0.25
  assert config.update_rows(chosen) == (512, 171)
  chosen.replay.enabled = False
  assert config.update_rows(chosen) == (512, 0)


def test_of_the_programs_of_a_step_as_many_are_learned_from_as_are_kept():
  chosen = cli.parse('acrl_jax --config=configs/ac.py --workdir=w --config.rollout.keep=128'.split()).config
  assert config.update_rows(chosen) == (128, 128)


def test_every_job_and_every_reward_can_be_chosen():
  assert config.choices('job') == tuple(JOBS)
  for name in REWARDS:
    assert cli.parse(f'acrl_jax --config=configs/ac.py --workdir=w --config.reward={name}'.split())


def test_a_renamed_key_is_answered_with_its_new_name(tmp_path):
  with pytest.raises(ValueError, match='--config.feedback=rltf: is now --config.reward=rltf'):
    cli.parse('acrl_jax --config=configs/ac.py --workdir=w --config.feedback=rltf'.split())
  file = tmp_path / 'mine.py'
  file.write_text(
    "from acrl_jax.config import default\n\ndef get_config():\n  c = default()\n  c.feedback = 'rltf'\n  return c\n"
  )
  with pytest.raises(ValueError, match='config.feedback: is now config.reward'):
    cli.parse(['acrl_jax', f'--config={file}', '--workdir=w'])


def test_a_key_that_a_config_file_makes_up_is_named(tmp_path):
  file = tmp_path / 'mine.py'
  file.write_text('from acrl_jax import config\ndef get_config():\n  c = config.default()\n  c.step = 3\n  return c\n')
  with pytest.raises(ValueError, match='config.step: no such key; did you mean steps'):
    cli.parse(['acrl_jax', f'--config={file}', '--workdir=w'])
