"""Wrong command lines end in one line that names the key, what was due and the way out."""

import contextlib
import pathlib

import pytest

from acrl_jax import cli
from acrl_jax.jobs import session
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
  ('--config=configs/ac.py --config.steps=1e3', '--config.steps=1e3: due is a whole number such as 200'),
  ('--config=configs/ac.py --config.mesh.data=x', '--config.mesh.data=x: due is a whole number such as -1'),
  ('--config=configs/ac.py --config.replay.enabled=maybe', '--config.replay.enabled=maybe: due is true or false'),
  ('--config=configs/ac.py --wrkdir=3', '--wrkdir: no such option; did you mean workdir?'),
  ('--config=configs/ac.py', '--workdir is missing; name the folder of the run'),
  ('--config=configs/ac.py --workdir=w extra', "unexpected argument 'extra'"),
  (
    '--config=configs/ac.py --workdir=w --config.feedback=partial',
    "config.feedback='partial': due is one of partial_credit",
  ),
  ('--config=configs/ac.py --workdir=w --config.feedback=stepcode', 'did you mean stepcoder?'),
  (
    '--config=configs/ac.py --workdir=w --config.dtype=float16',
    "config.dtype='float16': due is one of float32, bfloat16",
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
    'config.rollout.keep=513: a step draws 512 programs (config.rollout.problems x samples); due is at most as many',
  ),
  ('--config=configs/ac.py --workdir=w --config.rollout.samples=0', 'config.rollout.samples=0: due is more than 0'),
  ('--config=configs/ac.py --workdir=w --config.steps=-1', 'config.steps=-1: due is 0 or more'),
  (
    '--config=configs/ac.py --workdir=w --config.replay.share=1.0',
    'config.replay.share=1.0: due is at least 0 and below 1',
  ),
  (
    '--config=configs/ac.py --workdir=w --config.rollout.top_p=0.0',
    'config.rollout.top_p=0.0: due is above 0 and at most 1',
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
  config, workdir, _ = cli.parse(['main', *line.split()])
  assert (config.steps, config.rollout.samples, workdir) == (3, 2, 'w')


def test_every_config_file_is_valid_at_every_size():
  for file in sorted((ROOT / 'configs').glob('*.py')):
    sizes = ['', ':cpu', ':tiny'] if 'default(size)' in file.read_text() else ['']
    for size in sizes:
      assert cli.parse(['acrl_jax', f'--config={file}{size}', '--workdir=w']).config.job in cli.CHOICES['job']


@pytest.mark.parametrize('size', ['', ':cpu', ':tiny'])
def test_the_supervised_baseline_takes_supervised_steps_alone(size):
  both = [cli.parse(['x', f'--config=configs/{name}.py{size}', '--workdir=w']).config for name in ('ac', 'sft')]
  ac, sft = both
  assert sft.warm_start.steps == ac.warm_start.steps + ac.steps > 0
  assert sft.steps == sft.critic.pretrain_steps == 0


def test_replayed_rows_make_up_their_share_of_an_update():
  config = cli.parse('acrl_jax --config=configs/ac.py --workdir=w'.split()).config
  assert cli.update_rows(config) == (512, 512)
  config.replay.share = 0.25
  assert cli.update_rows(config) == (512, 171)
  config.replay.enabled = False
  assert cli.update_rows(config) == (512, 0)


def test_of_the_programs_of_a_step_as_many_are_learned_from_as_are_kept():
  config = cli.parse('acrl_jax --config=configs/ac.py --workdir=w --config.rollout.keep=128'.split()).config
  assert cli.update_rows(config) == (128, 128)


def test_every_feedback_can_be_chosen():
  assert set(cli.CHOICES['feedback']) == set(REWARDS)


@pytest.mark.parametrize('name', REWARDS)
def test_lines_are_traced_only_for_the_feedback_that_looks_at_them(name, monkeypatch):
  seen = []
  monkeypatch.setattr(session, 'Pool', lambda *a, **k: contextlib.nullcontext(seen.append(a[1].lines)))
  monkeypatch.setattr(session.sharding, 'make_mesh', lambda **axes: None)
  monkeypatch.setattr(session.jax, 'set_mesh', contextlib.nullcontext)
  config = cli.parse(f'acrl_jax --config=configs/ac.py --workdir=w --config.feedback={name}'.split()).config
  with session.host(config):
    assert seen == [name == 'stepcoder']
