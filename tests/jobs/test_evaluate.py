"""The job `evaluate`: a model is asked as it was trained."""

import json
import shutil

import pytest
from wrong_commands import params

from acrl_jax.config import default, flat
from acrl_jax.jobs import evaluate
from acrl_jax.run import workdir


def run_of(folder, config):
  """The folder of a run of this config."""
  plain = json.loads(json.dumps(flat(config)))
  folder = workdir.begin(str(folder), plain)
  workdir.describe(folder, plain, 'now')
  return str(folder)


@pytest.mark.parametrize(
  ('trained', 'asked', 'due'),
  [
    (('base', ''), ('auto', ''), ('base', '')),
    (('chat', 'Be brief.'), ('auto', ''), ('chat', 'Be brief.')),
    (('chat', 'Be brief.'), ('base', ''), ('base', 'Be brief.')),
    (('base', 'Be brief.'), ('auto', 'Be exact.'), ('base', 'Be exact.')),
    (('auto', ''), ('chat', 'Be exact.'), ('chat', 'Be exact.')),
  ],
)
def test_a_run_is_evaluated_with_the_prompts_it_was_trained_on(tmp_path, trained, asked, due):
  run, config = default('tiny'), default()
  run.prompt.template, run.prompt.system = trained
  config.prompt.template, config.prompt.system = asked
  config.model = run_of(tmp_path / 'run', run)
  before = config.to_json()
  found = evaluate.prompted_as_trained(config)
  assert (found.prompt.template, found.prompt.system) == due
  assert config.to_json() == before
  found.prompt.update(template=asked[0], system=asked[1])
  assert found.to_json() == before  # nothing else is taken over


def test_a_model_that_is_no_run_is_evaluated_as_asked(tmp_path):
  config = default('tiny')
  for config.model in ('smollm2', str(tmp_path), str(tmp_path / 'none')):
    assert evaluate.prompted_as_trained(config) is config


# --- wrong commands ----------------------------------------------------------------------------------

WRONG_EVALUATIONS = {
  'k': (None, {'eval.k': (1, 100)}, 'config.eval.k=(1, 100): pass@k needs k <= config.eval.samples=10'),
  'no k': (None, {'eval.k': ()}, 'config.eval.k=(): must be one or more numbers'),
  'problems': (None, {'problems': 'human'}, "no source of problems 'human'; did you mean humaneval?"),
  'workdir of a training': (
    lambda here: shutil.copytree(here / 'run', here / 'new'), {},
    "--workdir={here}/new holds a run with config.job='train', not 'evaluate'; give that value to resume it, or "
    "name another --workdir",
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_EVALUATIONS))
def test_an_evaluation_that_cannot_begin_says_so_in_one_line(refusals, fault, settings, expected):
  refusals.check_evaluation(fault, settings, expected)
