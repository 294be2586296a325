"""Problems of a job: what is dropped is listed, and nothing left is an error that names the first."""

import dataclasses
import json

import pyarrow as pa
import pytest
from fake_model import model_of
from wrong_commands import FROM_SHARDS, MBPP, MODEL, ROWS, SHARDS, cut, params, remove, rows, stored_problems, write

from acrl_jax.config import default
from acrl_jax.convert.tokenizers import bpe_training
from acrl_jax.data import shards, sources
from acrl_jax.jobs import problems
from acrl_jax.records import Outcome, TestReport
from acrl_jax.rollout.tasks import Task


class Pool:
  """A pool that passes what does not hold a word."""

  def __init__(self, refused=''):
    self.refused = refused

  def longest(self, jobs):
    return 60.0

  def run(self, jobs, wall_s):
    passes = lambda job: not self.refused or self.refused not in job.program
    outcome = {True: Outcome.PASSED, False: Outcome.FAILED}
    return [TestReport(outcome[passes(job)], (passes(job),) * len(job.tests)) for job in jobs]


def test_at_most_so_many_are_taken_the_same_for_all_and_in_their_order():
  everything = [p.id for p in sources.load('primer', 'validation')]
  few = [p.id for p in problems.load('primer', 'validation', 5, Pool(), lambda text: None)]
  assert len(few) == 5 and few == [p.id for p in problems.load('primer', 'validation', 5, Pool(), lambda text: None)]
  assert [everything.index(ident) for ident in few] == sorted(everything.index(ident) for ident in few)


def test_what_is_dropped_is_said_with_its_reason():
  said = []
  kept = problems.load('primer', 'validation', 0, Pool('for '), said.append)
  total = len(sources.load('primer', 'validation'))
  assert 0 < len(kept) < total and all('for ' not in p.solution for p in kept)
  assert said[0].startswith('primer (validation): dropped ') and 'its own reference fails' in said[0]
  assert len(said) == 11 and said[-1] == f'  ... and {total - len(kept) - 10} more'


def test_no_problem_left_is_an_error_that_names_the_first():
  with pytest.raises(ValueError, match=r'primer \(validation\): none of its 3 problems can be used; the first, '):
    problems.load('primer', 'validation', 3, Pool('def'), lambda text: None)


def test_prompts_that_do_not_fit_are_listed_and_lengths_beyond_the_model_are_refused():
  config, found = default('tiny'), sources.load('primer', 'validation')[:20]
  model = model_of(bpe_training.train(found, 400))
  config.prompt.lengths, config.rollout.max_new_tokens = (40,), 8
  said = []
  tasks = problems.encode(found, model, config, said.append)
  assert 0 < len(tasks) < 20 and all(len(task.prompt) <= 40 for task in tasks)
  assert 'config.prompt.lengths end at 40' in said[0]
  config.rollout.max_new_tokens = 48
  with pytest.raises(ValueError, match='add up to 88 tokens; .* holds 64; lower one of them'):
    problems.encode(found, model, config, said.append)
  config.prompt.lengths = (4,)
  with pytest.raises(ValueError, match='none of the 20 prompts can be used; the first, '):
    problems.encode(found, model, config, said.append)


# --- what a policy is measured on --------------------------------------------------------------------


def primer_model(**changes):
  """(a model for the primer, a config that takes all of its prompts)."""
  config = default('tiny')
  config.prompt.lengths, config.rollout.max_new_tokens = (56,), 8
  config.data.update(heldout='primer', heldout_split='test')
  config.update_from_flattened_dict({key.replace('__', '.'): value for key, value in changes.items()})
  return model_of(bpe_training.train(sources.load('primer', 'validation'), 400)), config


def test_what_cannot_be_used_is_counted_where_a_policy_is_measured():
  (model, config), said = primer_model(eval__problems=30), []
  asked = problems.at_most(sources.load('primer', 'validation'), 30)
  tasks, dropped = problems.measured('primer', 'validation', model, config, Pool('for '), said.append)
  unfit = [p for p in asked if 'for ' in p.solution]
  long = [p for p in asked if p not in unfit and p.id not in {task.problem.id for task in tasks}]
  assert unfit and long and any('config.prompt.lengths end at 56' in line for line in said)
  assert dropped == len(unfit) + len(long) and len(tasks) + dropped == 30


def shards_of(folder, **splits):
  """A folder of shards of the primer's problems, split or ('' as the split) not."""
  for split, found in splits.items():
    shards.write_shards(found, folder / split if split != 'plain' else folder)
  return f'shards:{folder}'


def validated(spec, learned=(), split='test'):
  """(the problems between start and end, what is said)."""
  (model, config), said = primer_model(), []
  config.prompt.lengths = (500,)
  config.rollout.max_new_tokens = 8
  config.data.update(heldout=spec, heldout_split=split)
  tasks = [Task(problem, '', None, False) for problem in learned]
  model = model._replace(config=dataclasses.replace(model.config, max_length=600))
  found = problems.validation(tasks, model, config, Pool(), said.append)
  return [task.problem for task in found.tasks], found.dropped, said


def test_in_the_course_of_a_run_it_is_the_validation_split():
  found, dropped, said = validated('primer')
  assert [p.id for p in found] == [p.id for p in sources.load('primer', 'validation')] and dropped == 0 and said == []


def test_what_is_learned_from_or_kept_for_the_end_is_no_validation_problem(tmp_path):
  some = sources.load('primer', 'validation')[:6]
  spec = shards_of(tmp_path, train=some[:1], validation=some[1:], test=some[4:])
  found, dropped, _ = validated(spec, learned=[some[0], some[2]._replace(id='another name')])
  assert [p.id for p in found] == [some[1].id, some[3].id] and dropped == 0


@pytest.mark.parametrize('learned', [True, False])
def test_a_source_without_a_validation_split_is_read_at_the_start_and_the_end_alone(tmp_path, learned):
  some = sources.load('primer', 'validation')[:4]
  spec = shards_of(tmp_path, plain=some)
  found, dropped, (said,) = validated(spec, learned=some if learned else [])
  assert found == [] and dropped == 0
  assert said.startswith(f'evaluations at the start and the end alone: {spec}: the split validation has no problem')


def test_a_validation_folder_that_is_missing_is_told_and_no_error(tmp_path):
  some = sources.load('primer', 'validation')[:4]
  spec = shards_of(tmp_path, train=some[:2], test=some[2:])
  found, _, (said,) = validated(spec)
  assert found == [] and 'validation: no *.arrow file there' in said


# --- wrong commands ----------------------------------------------------------------------------------

FILE = '{here}/shards/00000.arrow'


def table(rows_, schema):
  """One Arrow shard of other content."""

  def fault(here):
    with pa.OSFile(str(here / 'shards' / '00000.arrow'), 'wb') as sink, pa.ipc.new_stream(sink, schema) as writer:
      writer.write_table(pa.Table.from_pylist(rows_, schema))

  return fault


WRONG_PROBLEMS = {
  'unknown': (
    None, {'data.train': 'apps:/x'},
    "no source of problems 'apps:/x'; known are primer, synthetic:SEED, humaneval, mbpp:PATH, shards:DIR",
  ),
  'misspelt': (None, {'data.train': 'premier'}, "no source of problems 'premier'; did you mean primer?"),
  'held out': (
    None, {'eval.every': 1, 'data.heldout': 'shard:x'}, "no source of problems 'shard:x'; did you mean shards?",
  ),
  'mbpp path': (
    None, {'data.train': 'mbpp:/no.jsonl'}, 'mbpp:/no.jsonl: no such file; it must be the path of mbpp.jsonl',
  ),
  'mbpp row': (
    rows(lambda row: {k: v for k, v in row.items() if k != 'code'}), {},
    f"{MBPP}: a row lacks 'code'; it must have task_id, text, code, test_list",
  ),
  'mbpp line': (
    write('mbpp.jsonl', json.dumps(ROWS[0]) + '\n{"task_id": 60\n'), {}, '{here}/mbpp.jsonl:2: not a JSON object (...)',
  ),
  'mbpp list': (write('mbpp.jsonl', '[1]\n'), {}, '{here}/mbpp.jsonl:1: not a JSON object...'),
  'mbpp binary': (write('mbpp.jsonl', b'\xff\xfe\x00'), {}, '{here}/mbpp.jsonl cannot be read...'),
  'mbpp code': (rows(lambda row: row | {'code': 'def f(:'}), {}, f'{MBPP}: ...601...'),
  'mbpp split': (rows(lambda row: row | {'task_id': 12}), {}, f"{MBPP} has no problems in its split 'train'"),
  'no folder': (None, {'data.train': 'shards:/no'}, 'shards:/no: no such folder'),
  'no shard': (
    remove('shards/00000.arrow'), FROM_SHARDS,
    f'{SHARDS}: no *.arrow file there; write some with acrl_jax.data.shards.write_shards',
  ),
  'foreign shard': (
    table([{'text': 'a'}], pa.schema([('text', pa.string())])), FROM_SHARDS,
    f'{FILE}: lacks the columns id, prompt, entry_point, tests, solution, source; '
    'it must have id, prompt, entry_point, tests, solution, source',
  ),
  'foreign types': (
    table([{name: 1 for name in shards.SCHEMA.names}], pa.schema([(name, pa.int64()) for name in shards.SCHEMA.names])),
    FROM_SHARDS, f'{FILE}: column id holds int64; it must hold string',
  ),
  'cut shard': (
    cut('shards/00000.arrow', 900), FROM_SHARDS,
    f'{FILE}: not a whole Arrow stream (...); write the shards again',
  ),
  'empty shard': (
    cut('shards/00000.arrow', 0), FROM_SHARDS,
    f'{FILE}: not a whole Arrow stream (...); write the shards again',
  ),
  'shard of nothing': (table([], shards.SCHEMA), FROM_SHARDS, f'{FILE}: holds no problem; delete it or write it again'),
  'no tests': (
    stored_problems(tests=()), FROM_SHARDS,
    f'{SHARDS} (train): none of its 8 problems can be used; the first, mbpp/601: no tests',
  ),
  'references fail': (
    rows(lambda row: row | {'test_list': ['assert 1 == 2']}), {},
    f'{MBPP} (train): none of its 8 problems can be used; the first, mbpp/601: its own reference fails 1 of 1 '
    'tests...assert 1 == 2',
  ),
  'long prompts': (
    None, {'prompt.lengths': (2, 4)},
    'none of the 8 prompts can be used; the first, mbpp/601: prompt of ... tokens; config.prompt.lengths end at 4',
  ),
  'no lengths': (
    None, {'prompt.lengths': ()},
    'config.prompt.lengths=(): must be one or more numbers',
  ),
  'no template': (
    None, {'prompt.template': 'chat'},
    "...config.prompt.template='chat', but the tokenizer has no chat template; use 'base'",
  ),
}  # fmt: skip
WRONG_PROBLEMS |= {
  'longer than the model': (
    None, {'prompt.lengths': (1024,)},
    f'config.prompt.lengths and config.rollout.max_new_tokens add up to 1032 tokens; {MODEL} holds 1024; lower '
    'one of them',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_PROBLEMS))
def test_problems_that_cannot_be_used_are_told_in_one_line(refusals, fault, settings, expected):
  refusals.check_start(fault, settings, expected)
