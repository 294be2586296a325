"""What only shows when things are opened: a wrong model, source, mesh or workdir ends in one line on stderr and code 2.

Nothing long has begun by then, and nothing stays behind that keeps the right command out. `tests/test_options.py` has
the command lines that are wrong in themselves.
"""

import errno
import gc
import json
import re
import shutil
import types

import numpy as np
import pyarrow as pa
import pytest
from ml_collections import ConfigDict
from safetensors import numpy as safetensors_numpy

from acrl_jax import main
from acrl_jax.checkpoints import export, load, orbax
from acrl_jax.data import shards, sources
from acrl_jax.jobs import train
from acrl_jax.learner import learner as learning
from acrl_jax.rollout import evaluation
from acrl_jax.run import metrics, workdir

SIZES = types.SimpleNamespace(width=16, layers=1, heads=2, kv_heads=1, mlp=16, vocab=300)
ROWS = [
  {
    'task_id': 601 + i, 'text': f'Add {i}.', 'code': f'def f{i}(x):\n  return x + {i}\n',
    'test_list': [f'assert f{i}(1) == {1 + i}'],
  }
  for i in range(8)
]  # fmt: skip
SHARED = {'model': '{here}/model', 'harness.workers': 1, 'rollout.max_new_tokens': 8, 'prompt.lengths': (64,)}
TRAIN = SHARED | {
  'data.train': 'mbpp:{here}/mbpp.jsonl', 'eval.every': 0, 'replay.enabled': False, 'rollout.problems': 8,
  'rollout.samples': 1, 'warm_start.steps': 0, 'critic.pretrain_steps': 0, 'steps': 2, 'checkpoint.every': 1,
  'log.tensorboard': False, 'export_at_end': False, 'optimizer.learning_rate': 0.1,
}  # fmt: skip
EVALUATE = SHARED | {'problems': 'mbpp:{here}/mbpp.jsonl', 'split': 'train'}
EXPORT = {'model': '{here}/model', 'output': '{here}/out'}


def command(here, settings, config='configs/ac.py:tiny', folder='{here}/new'):
  words = [f'--config={config}', *(f'--config.{key}={value}' for key, value in settings.items())]
  words += [f'--workdir={folder}'] if folder else []
  return ['acrl_jax', *(word.replace('{here}', str(here)) for word in words)]


def stand_still(parts, phase, learner, buffer, step):
  """A learner step that learns nothing and compiles nothing."""
  return learner, {}, []


@pytest.fixture(scope='module')
def good(tmp_path_factory):
  """A model in one file and in three, problems as mbpp and as shards, and a finished run of two steps."""
  here = tmp_path_factory.mktemp('good')
  (here / 'mbpp.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in ROWS))
  problems = sources.load(f'mbpp:{here}/mbpp.jsonl')
  shards.write_shards(problems, here / 'shards')
  made = load.load('scratch', scratch=SIZES, train=f'mbpp:{here}/mbpp.jsonl')
  export.export(here / 'model', made)
  parts = made.config, made.params, made.tokenizer, made.hf_config
  export.export_folder(here / 'sharded', *parts, end_ids=made.end_ids, shard_bytes=5000)
  with pytest.MonkeyPatch.context() as patch:
    patch.setattr(learning, 'one_step', stand_still)
    assert main.main(command(here, TRAIN, folder='{here}/run')) == 0
  return here


@pytest.fixture
def here(good, tmp_path, monkeypatch):
  """A copy to break. Whoever takes a step or evaluates fails."""

  def never(*args, **kwargs):
    raise AssertionError('the long work began')

  monkeypatch.setattr(learning, 'one_step', never)
  monkeypatch.setattr(evaluation, 'evaluate', never)
  folder = tmp_path / 'here'
  shutil.copytree(good, folder)
  file = folder / 'run' / 'config.json'
  file.write_text(file.read_text().replace(str(good), str(folder)))
  return folder


# --- faults ---------------------------------------------------------------------------------------


def write(name, content):
  return lambda here: (here / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def remove(*names):
  def fault(here):
    for name in names:
      shutil.rmtree(here / name) if (here / name).is_dir() else (here / name).unlink()

  return fault


def cut(name, size):
  return lambda here: (here / name).write_bytes((here / name).read_bytes()[:size])


def set_json(name, **values):
  def fault(here):
    (here / name).write_text(json.dumps(json.loads((here / name).read_text()) | values))

  return fault


def tensors(change):
  """Changes the model's tensors by a function of their dict."""

  def fault(here):
    file = here / 'model' / 'model.safetensors'
    safetensors_numpy.save_file(change(safetensors_numpy.load_file(file)), file, metadata={'format': 'pt'})

  return fault


def rows(change):
  """Each row of mbpp.jsonl goes through `change`."""
  return write('mbpp.jsonl', ''.join(json.dumps(change(dict(row))) + '\n' for row in ROWS))


def table(rows_, schema):
  """One Arrow shard of other content."""

  def fault(here):
    with pa.OSFile(str(here / 'shards' / '00000.arrow'), 'wb') as sink, pa.ipc.new_stream(sink, schema) as writer:
      writer.write_table(pa.Table.from_pylist(rows_, schema))

  return fault


def problems(**changes):
  """Each problem of the shards with these fields."""

  def fault(here):
    shards.write_shards([p._replace(**changes) for p in shards.read_shards(here / 'shards')], here / 'shards')

  return fault


def damaged(item, keep):
  """The data of one item of the newest checkpoint, each file cut to its first `keep` bytes; None: gone."""

  def fault(here):
    for file in sorted((here / 'run' / 'checkpoints' / '2' / item).rglob('*')):
      if file.is_file() and file.parent.name == 'd':
        file.unlink() if keep is None else file.write_bytes(file.read_bytes()[:keep])

  return fault


# --- the table ------------------------------------------------------------------------------------
# (what is wrong, settings that differ, the whole message): `...` stands for words of another library.

MODEL, SHARDED, RUN = '{here}/model', '{here}/sharded', '{here}/run'
MBPP, SHARDS = 'mbpp:{here}/mbpp.jsonl', 'shards:{here}/shards'
FROM_SHARDS = {'data.train': SHARDS}
FILE = '{here}/shards/00000.arrow'
INDEX = '{here}/sharded/model.safetensors.index.json'
STEP = f'checkpoint {RUN}/checkpoints/2 cannot be restored: '
DELETE = '; delete that folder to go on from step 1, or use another --workdir'
PLACES = 'take smollm2, a folder, or a hub id like org/name'

MODELS = {
  'path': (None, {'model': '/no/such'}, f'/no/such: no such folder; {PLACES}'),
  'misspelt': (None, {'model': 'smolm2'}, 'smolm2: no such folder; did you mean smollm2?'),
  'capitals': (None, {'model': 'SmolLM-2'}, 'SmolLM-2: no such folder; did you mean smollm2?'),
  'near': (None, {'model': '{here}/modle'}, '{here}/modle: no such folder; did you mean {here}/model?'),
  'empty': (None, {'model': ''}, f'config.model is empty; {PLACES}'),
  'file': (
    None, {'model': '{here}/mbpp.jsonl'},
    '{here}/mbpp.jsonl is a file; name the folder that holds config.json and the weights',
  ),
  'no config': (remove('model/config.json'), {}, f'{MODEL} has no config.json; a Hugging Face model folder has one'),
  'broken config': (
    write('model/config.json', '{"a": '), {},
    f'{MODEL}/config.json cannot be read (...); it is damaged, fetch it again',
  ),
  'binary config': (
    write('model/config.json', b'\xff\xfe'), {},
    f'{MODEL}/config.json cannot be read (...); it is damaged, fetch it again',
  ),
  'unknown family': (
    set_json('model/config.json', model_type='mamba'), {},
    f"{MODEL}: model_type='mamba' is not supported; supported: ...",
  ),
  'no heads': (
    set_json('model/config.json', num_attention_heads=0), {},
    f'{MODEL}: its config.json describes no model of ours (DecoderConfig.N=0; every size is at least 1)',
  ),
  'size as text': (
    set_json('model/config.json', hidden_size='16'), {},
    f'{MODEL}: its config.json describes no model of ours (...)',
  ),
  'end as text': (
    set_json('model/generation_config.json', eos_token_id='</s>'), {},
    f"{MODEL}: eos_token_id='</s>' in one of its configs; due is a number",
  ),
  'no weights': (
    remove('model/model.safetensors'), {},
    f'{MODEL} has no model.safetensors nor model.safetensors.index.json; fetch its weights, or name a folder that '
    'has some',
  ),
  'cut weights': (
    cut('model/model.safetensors', 3000), {},
    f'{MODEL}/model.safetensors cannot be read (...); it is damaged or cut short, fetch it again',
  ),
  'int8': (
    tensors(lambda state: {name: x.astype(np.int8) for name, x in state.items()}), {},
    f'{MODEL}: model.embed_tokens.weight is of type I8, due F32, F16, BF16; quantised weights cannot be trained',
  ),
  'missing tensor': (
    tensors(lambda state: {name: x for name, x in state.items() if name != 'model.norm.weight'}), {},
    f'{MODEL}: tensors are missing: model.norm.weight',
  ),
  'extra tensor': (
    tensors(lambda state: state | {'model.bonus': np.ones(2, np.float32)}), {},
    f'{MODEL}: no row claims these tensors: model.bonus',
  ),
  'shape': (
    tensors(lambda state: state | {'model.norm.weight': np.ones(2, np.float32)}), {},
    f"{MODEL}: model.norm.weight has shape (2,), due (16,) by the pattern 'D -> D'",
  ),
  'missing shard': (
    remove('sharded/model-00002-of-00003.safetensors'), {'model': SHARDED},
    f'{SHARDED}/model-00002-of-00003.safetensors is missing, though model.safetensors.index.json lists it; fetch '
    'the folder again',
  ),
  'index a list': (
    write('sharded/model.safetensors.index.json', '[]'), {'model': SHARDED},
    f'{INDEX} cannot be read (...); fetch it again',
  ),
  'index binary': (
    write('sharded/model.safetensors.index.json', b'\xff'), {'model': SHARDED},
    f'{INDEX} cannot be read (...); fetch it again',
  ),
  'no tokenizer': (
    remove('model/tokenizer.json', 'model/tokenizer_config.json'), {},
    f'config.model={MODEL} has no tokenizer.json; programs cannot be read out of its tokens',
  ),
  'broken tokenizer': (
    write('model/tokenizer.json', '{'), {},
    f'{MODEL}/tokenizer.json cannot be read (...); it is damaged, fetch it again',
  ),
  'tokenizer settings': (
    write('model/tokenizer_config.json', '[]'), {},
    f'{MODEL}/tokenizer_config.json holds no JSON object; it is damaged, fetch it again',
  ),
  'longer than the model': (
    None, {'prompt.lengths': (1024,)},
    f'config.prompt.lengths and config.rollout.max_new_tokens add up to 1032 tokens; {MODEL} holds 1024; lower '
    'one of them',
  ),
  'scratch heads': (
    None, {'model': 'scratch', 'scratch.width': 16, 'scratch.heads': 3, 'scratch.kv_heads': 1},
    'config.scratch: heads=3 must divide width=16, and kv_heads=1 must divide heads',
  ),
  'scratch no heads': (None, {'model': 'scratch', 'scratch.heads': 0}, 'config.scratch.heads=0: due is more than 0'),
  'scratch vocab': (
    None, {'model': 'scratch', 'scratch.vocab': 258},
    'config.scratch.vocab=258: due is more than 258 (256 bytes and two special tokens)',
  ),
}  # fmt: skip

DATA = {
  'unknown': (
    None, {'data.train': 'apps:/x'},
    "no source of problems 'apps:/x'; known are primer, synthetic:SEED, humaneval, mbpp:PATH, shards:DIR",
  ),
  'misspelt': (None, {'data.train': 'premier'}, "no source of problems 'premier'; did you mean primer?"),
  'held out': (
    None, {'eval.every': 1, 'data.heldout': 'shard:x'}, "no source of problems 'shard:x'; did you mean shards?",
  ),
  'mbpp path': (None, {'data.train': 'mbpp:/no.jsonl'}, 'mbpp:/no.jsonl: no such file; it must be the path of mbpp.jsonl'),
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
    problems(tests=()), FROM_SHARDS,
    f'{SHARDS} (train): none of its 8 problems can be used; the first, mbpp/601: no tests',
  ),
  'references fail': (
    rows(lambda row: row | {'test_list': ['assert 1 == 2']}), {},
    f'{MBPP} (train): none of its 8 problems can be used; the first, mbpp/601: its own reference fails 1 of 1 '
    'tests...assert 1 == 2',
  ),
  'no references': (
    problems(solution=''), FROM_SHARDS | {'warm_start.steps': 1},
    'no reference solution fits: warm start and sft need problems with solutions; check config.data.train',
  ),
  'long prompts': (
    None, {'prompt.lengths': (2, 4)},
    'none of the 8 prompts can be used; the first, mbpp/601: prompt of ... tokens; config.prompt.lengths end at 4',
  ),
  'no lengths': (
    None, {'prompt.lengths': ()},
    'config.prompt.lengths=(): due are one or more numbers, each more than 0',
  ),
  'no template': (
    None, {'prompt.template': 'chat'},
    "...config.prompt.template='chat', but the tokenizer has no chat template; use 'base'",
  ),
  'nothing to do': (
    None, {'steps': 0},
    'config.steps and config.warm_start.steps are both 0: there is nothing to train',
  ),
}  # fmt: skip

MESHES = {
  'batch': (
    None, {'rollout.problems': 6},
    'config.rollout.problems = 6 does not divide over 8 devices (config.mesh data x fsdp); take a multiple of 8',
  ),
  'microbatch': (
    None, {'microbatch': 4},
    'the rows of an update (programs learned from + replayed, over config.updates) = 4 does not divide over 8 devices '
    '(config.mesh data x fsdp); take a multiple of 8',
  ),
  'three ways': (
    None, {'mesh.data': 3},
    'config.mesh data=3, fsdp=1, tensor=1 does not fit 8 devices; their product must be 8, or one of them -1',
  ),
  'two rests': (
    None, {'mesh.fsdp': -1},
    'config.mesh data=-1, fsdp=-1, tensor=1: sizes are 1 or more, and at most one of them is -1 (the rest)',
  ),
  'algorithm': (
    None, {'algorithm.name': 'rest', 'model': '/no/such'},
    'config.algorithm.ce_cost: rest takes no such argument; known are threshold',
  ),
  'discount': (
    None, {'algorithm.discount': 2.0, 'model': '/no/such'},
    'config.algorithm.discount=2.0: due is 0 to 1',
  ),
  'workers': (None, {'harness.workers': -1}, 'config.harness.workers=-1: due is 0 or more'),
  'accelerator': (
    None, {'dtype': 'bfloat16'},
    'this config is sized for an accelerator and JAX finds none; use --config=configs/ac.py:cpu (or :tiny), '
    'or --config.dtype=float32 to run these sizes on the CPU',
  ),
}  # fmt: skip

RUNS = {
  'fewer steps': (
    None, {'steps': 1},
    f'config.steps=1: the run in {RUN} has done 2 already; give 2 or more, or name another --workdir',
  ),
  'another config': (
    None, {'optimizer.learning_rate': 0.5},
    f'--workdir={RUN} holds a run with config.optimizer.learning_rate=0.1, not 0.5; give that value to resume it, '
    'or name another --workdir',
  ),
  'broken config': (
    write('run/config.json', '{'), {},
    f'{RUN}/config.json cannot be read (...); use another --workdir',
  ),
  'config a list': (
    write('run/config.json', '[]'), {},
    f'{RUN}/config.json cannot be read (no JSON object); use another --workdir',
  ),
  'no config': (
    remove('run/config.json'), {},
    f'--workdir={RUN} holds a run but no config.json; use another --workdir',
  ),
  'data gone': (damaged('params', None), {'steps': 3}, f'{STEP}NOT_FOUND: ...{DELETE}'),
  'data cut': (damaged('actor', 40), {'steps': 3}, f'{STEP}...{DELETE}'),
  'description cut': (cut('run/checkpoints/2/params/_METADATA', 50), {'steps': 3}, f'{STEP}...{DELETE}'),
  'item gone': (
    remove('run/checkpoints/2/critic'), {'steps': 3},
    f'{STEP}Item "critic" was not found in the checkpoint. ...{DELETE}',
  ),
  'the only one': (
    lambda here: [remove('run/checkpoints/1')(here), damaged('params', None)(here)], {'steps': 3},
    f'{STEP}NOT_FOUND: ...; delete that folder to begin again, or use another --workdir',
  ),
}  # fmt: skip


def message_of(capsys, caplog, argv):
  """What a wrong command says on stderr, after its name: one line, code 2, and no other log than that."""
  assert main.main(argv) == 2
  gc.collect()  # what was left unasked in another library's thread would be told now
  told = capsys.readouterr().err
  assert told.startswith('acrl_jax: ') and told.count('\n') == 1 and told.endswith('\n'), told
  assert not caplog.records
  return told.removeprefix('acrl_jax: ').rstrip('\n')


def check_message(here, got, due):
  pattern = '.*'.join(re.escape(part) for part in due.replace('{here}', str(here)).split('...'))
  assert re.fullmatch(pattern, got), f'\ngot {got}\ndue {due}'


def params(cases):
  return [pytest.param(*case, id=name) for name, case in cases.items()]


@pytest.mark.parametrize('fault, settings, due', params(MODELS) + params(DATA) + params(MESHES))
def test_a_wrong_start_is_told_in_one_line(here, capsys, caplog, fault, settings, due):
  if fault:
    fault(here)
  check_message(here, message_of(capsys, caplog, command(here, TRAIN | settings)), due)
  workdir.begin(str(here / 'new'), ConfigDict({'optimizer': {'schedule': 'constant'}}))  # nothing blocks another start


@pytest.mark.parametrize('fault, settings, due', params(RUNS))
def test_a_damaged_run_is_told_in_one_line_and_left_as_it_is(here, capsys, caplog, fault, settings, due):
  if fault:
    fault(here)
  before = {file: file.stat().st_mtime_ns for file in (here / 'run' / 'checkpoints').rglob('*')}
  check_message(here, message_of(capsys, caplog, command(here, TRAIN | settings, folder=RUN)), due)
  assert {file: file.stat().st_mtime_ns for file in (here / 'run' / 'checkpoints').rglob('*')} == before


def test_steps_before_the_main_phase_are_not_counted_as_config_steps():
  """Of 7 steps in all 4 are of the main phase."""
  config = types.SimpleNamespace(steps=4)
  train.check_steps(config, 'runs/a', 0, 7)
  train.check_steps(config, 'runs/a', 7, 7)
  due = 'config.steps=4: the run in runs/a has done 6 already; give 6 or more, or name another --workdir'
  with pytest.raises(ValueError, match=f'^{re.escape(due)}$'):
    train.check_steps(config, 'runs/a', 9, 7)


OTHER_JOBS = {
  'k': ('evaluate', None, {'eval.k': (1, 100)}, 'config.eval.k=(1, 100): pass@k needs k <= config.eval.samples=10'),
  'no k': ('evaluate', None, {'eval.k': ()}, 'config.eval.k=(): due are one or more numbers, each more than 0'),
  'problems': ('evaluate', None, {'problems': 'human'}, "no source of problems 'human'; did you mean humaneval?"),
  'no checkpoint': (
    'evaluate', remove('run/checkpoints/1', 'run/checkpoints/2'), {'model': RUN},
    f'{RUN}/checkpoints holds no finished checkpoint; let the run reach one first',
  ),
  'no checkpoints folder': (
    'evaluate', remove('run/checkpoints'), {'model': RUN},
    f'{RUN}/checkpoints holds no finished checkpoint; let the run reach one first',
  ),
  'policy gone': ('evaluate', damaged('params', None), {'model': RUN}, f'{STEP}NOT_FOUND: ...{DELETE}'),
  'critic gone': ('evaluate', damaged('critic_params', None), {'model': RUN}, f'{STEP}NOT_FOUND: ...{DELETE}'),
  'critic cut': ('evaluate', cut('run/checkpoints/2/critic_params/_METADATA', 9), {'model': RUN}, f'{STEP}...{DELETE}'),
  'skeleton gone': (
    'evaluate', remove('run/model'), {'model': RUN},
    f'{RUN}/model is missing; the command that trained {RUN} writes it when it is given again',
  ),
  'workdir of a training': (
    'evaluate', lambda here: shutil.copytree(here / 'run', here / 'new'), {},
    "--workdir={here}/new holds a run with config.job='train', not 'evaluate'; give that value to resume it, or "
    "name another --workdir",
  ),
  'foreign folder': (
    'export', lambda here: (here / 'out').write_text('mine'), {},
    '{here}/out exists and is no export of acrl_jax; name another folder',
  ),
  'under a file': (
    'export', None, {'output': '{here}/mbpp.jsonl/out'},
    '{here}/mbpp.jsonl/out cannot be written (...); name another folder',
  ),
  'no output': (
    'export', None, {'output': ''},
    'config.output is empty; name the folder to write, as in --config.output=out/',
  ),
  'nothing to export': (
    'export', remove('run/checkpoints'), {'model': RUN},
    f'{RUN}/checkpoints holds no finished checkpoint; let the run reach one first',
  ),
}  # fmt: skip


@pytest.mark.parametrize('job, fault, settings, due', params(OTHER_JOBS))
def test_a_wrong_evaluation_or_export_is_told_in_one_line(here, capsys, caplog, job, fault, settings, due):
  if fault:
    fault(here)
  settings = (EVALUATE if job == 'evaluate' else EXPORT) | settings
  folder = '{here}/new' if job == 'evaluate' else ''
  check_message(here, message_of(capsys, caplog, command(here, settings, f'configs/{job}.py', folder)), due)


@pytest.mark.parametrize('place, reason', [('new', 'File exists'), ('new/run', 'Not a directory')])
@pytest.mark.parametrize('job', ['ac', 'evaluate'])
def test_a_file_in_the_way_of_the_workdir_is_named_before_the_model_is_opened(here, capsys, caplog, job, place, reason):
  (here / 'new').write_text('')
  settings = (TRAIN if job == 'ac' else EVALUATE) | {'model': '/no/such'}
  argv = command(here, settings, 'configs/ac.py:tiny' if job == 'ac' else 'configs/evaluate.py', f'{{here}}/{place}')
  due = f'--workdir={{here}}/{place}: cannot be written ({reason}); name a folder that can'
  check_message(here, message_of(capsys, caplog, argv), due)


def test_after_a_wrong_command_the_right_one_runs_in_the_same_workdir(here, capsys, caplog, monkeypatch):
  message_of(capsys, caplog, command(here, TRAIN | {'model': '/no/such', 'seed': 3}))
  monkeypatch.setattr(learning, 'one_step', stand_still)
  assert main.main(command(here, TRAIN)) == 0
  assert sorted(path.name for path in (here / 'new' / 'checkpoints').iterdir()) == ['1', '2']


def test_the_only_damaged_checkpoint_deleted_as_told_lets_the_run_go_on(here, capsys, caplog, monkeypatch):
  damaged('params', None)(here)
  message_of(capsys, caplog, command(here, TRAIN | {'steps': 3}, folder=RUN))
  shutil.rmtree(here / 'run' / 'checkpoints' / '2')
  monkeypatch.setattr(learning, 'one_step', stand_still)
  assert main.main(command(here, TRAIN | {'steps': 3}, folder=RUN)) == 0
  assert 'resumed from step 1 of 3' in capsys.readouterr().out


def test_learning_that_is_not_finite_stops_and_says_what_to_lower(here, capsys, caplog, monkeypatch):
  monkeypatch.setattr(learning, 'one_step', lambda *args: (args[2], {'policy/skipped': 1.0}, []))
  got = message_of(capsys, caplog, command(here, TRAIN | {'steps': 9, 'nonfinite_limit': 2, 'checkpoint.every': 5}))
  check_message(
    here, got,
    'step 2: 2 updates in a row were not finite and were skipped; lower config.optimizer.learning_rate '
    'or config.warm_start.learning_rate and start again in another --workdir',
  )  # fmt: skip


# --- a full disk ----------------------------------------------------------------------------------


def test_a_checkpoint_that_finds_the_disk_full_leaves_the_one_before(here, capsys, caplog, monkeypatch):
  """What TensorStore raises there is a ValueError of many words."""
  real = orbax.ocp.CheckpointManager.save
  words = 'RESOURCE_EXHAUSTED: Failed to write 3204 bytes: No space left on device [tensorstore_spec=...]'

  def save(self, step, **kwargs):
    if step == 2:
      raise ValueError(words)
    return real(self, step, **kwargs)

  monkeypatch.setattr(learning, 'one_step', stand_still)
  with monkeypatch.context() as patch:
    patch.setattr(orbax.ocp.CheckpointManager, 'save', save)
    got = message_of(capsys, caplog, command(here, TRAIN))
  check_message(
    here, got,
    'the checkpoint of step 2 cannot be written to {here}/new/checkpoints: the disk is full; that of step 1 '
    'stands; make room and give the same command again',
  )  # fmt: skip
  assert main.main(command(here, TRAIN)) == 0
  assert 'resumed from step 1 of 2' in capsys.readouterr().out


def test_any_other_file_that_finds_the_disk_full_says_so(here, capsys, caplog, monkeypatch):
  real = metrics.Writer.write

  def write_row(self, step, row):
    if step == 2:
      raise OSError(errno.ENOSPC, 'No space left on device')
    real(self, step, row)

  monkeypatch.setattr(learning, 'one_step', stand_still)
  with monkeypatch.context() as patch:
    patch.setattr(metrics.Writer, 'write', write_row)
    got = message_of(capsys, caplog, command(here, TRAIN))
  check_message(
    here, got,
    '[Errno 28] No space left on device: the disk is full; make room and give the same command again; '
    'a run goes on from its last checkpoint',
  )  # fmt: skip
  assert main.main(command(here, TRAIN)) == 0
  assert 'resumed from step 1 of 2' in capsys.readouterr().out


def test_a_bug_of_ours_keeps_its_traceback(here, monkeypatch):
  with pytest.raises(AssertionError, match='the long work began'):
    main.main(command(here, TRAIN))
