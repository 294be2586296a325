"""The job `evaluate`: a model is asked as it was trained."""

import contextlib
import json
import shutil

import loop
import pytest
from fake_model import model_of
from wrong_commands import params

from acrl_jax.config import default, flat
from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import sources
from acrl_jax.jobs import evaluate, session
from acrl_jax.jobs.session import Session
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rollout.judging import Sample
from acrl_jax.rollout.worker import RolloutWorker
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


def test_problems_that_cannot_be_used_are_failures_in_the_scores(tmp_path, monkeypatch, capsys):
  """Every program passes, so what is missing to 1 is the share of prompts that are too long."""
  config = default('tiny')
  config.update(job='evaluate', problems='primer', split='validation')
  config.prompt.lengths, config.rollout.max_new_tokens, config.eval.problems = (40,), 8, 40
  model = model_of(bpe_training.train(sources.load('primer', 'validation'), 400))
  opened = Session(mesh=None, pool=loop.Passes())
  for name, value in dict(joined=None, opened=opened).items():
    monkeypatch.setattr(session, name, lambda config, value=value: contextlib.nullcontext(value))
  monkeypatch.setattr(session, 'load', lambda config, mesh: model)
  monkeypatch.setattr(session, 'begin_folder', lambda path, config: tmp_path)
  passed = TestReport(Outcome.PASSED, (True,))
  made = lambda self, params, key, indices: ([Sample(int(i), '', passed, True, None) for i in indices], None)
  monkeypatch.setattr(RolloutWorker, 'sample', made)
  evaluate.run(config, str(tmp_path), dry=False)
  scores = json.loads((tmp_path / 'scores.json').read_text())
  solved = len((tmp_path / 'samples' / 'step_000000.jsonl').read_text().splitlines())
  assert 0 < solved < 40 and scores['eval/primer/pass@1'] == pytest.approx(solved / 40)
  assert scores['eval/primer/problems'] == 40 and scores['eval/primer/dropped'] == 40 - solved
  assert f'{40 - solved} of 40 problems cannot be used and count as failures' in capsys.readouterr().out


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
