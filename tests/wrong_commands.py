"""What only shows when things are opened ends in one line on stderr and code 2: how the tests of each room say so.

A test takes the fixture `fresh_copy`, a folder with a model, problems and a finished run (tests/conftest.py), breaks
something in it and gives a command. Nothing long has begun by then, and nothing stays behind that keeps the right
command out. tests/test_cli.py has the command lines that are wrong in themselves.
"""

import gc
import json
import pathlib
import re
import shutil

import pytest
from ml_collections import ConfigDict
from safetensors import numpy as safetensors_numpy

from acrl_jax import main
from acrl_jax.checkpoints import export, load
from acrl_jax.checkpoints.from_scratch import ScratchSettings
from acrl_jax.convert.export import export_folder
from acrl_jax.data import shards, sources
from acrl_jax.data.batch import Rows
from acrl_jax.learner.learner import Learner
from acrl_jax.rollout.evaluation import Evaluator
from acrl_jax.rollout.rows import SampledRows, StoredRows, Taken
from acrl_jax.run import workdir

ROOT = pathlib.Path(__file__).parents[1]
SIZES = ScratchSettings(width=16, layers=1, heads=2, kv_heads=1, mlp=16, vocab=300)
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
  'log.tensorboard': False, 'export_at_end': False, 'optimizer.learning_rate': 0.1, 'optimizer.schedule': 'constant',
}  # fmt: skip
EVALUATE = SHARED | {'problems': 'mbpp:{here}/mbpp.jsonl', 'split': 'train'}
EXPORT = {'model': '{here}/model', 'output': '{here}/out'}
MODEL, SHARDED, RUN = '{here}/model', '{here}/sharded', '{here}/run'
MBPP, SHARDS = 'mbpp:{here}/mbpp.jsonl', 'shards:{here}/shards'
FROM_SHARDS = {'data.train': SHARDS}
STEP = f'checkpoint {RUN}/checkpoints/2 cannot be restored: '
DELETE = '; delete that folder to go on from step 1, or use another --workdir'


def command(here, settings, config='configs/ac.py:tiny', folder='{here}/new'):
  words = [f'--config={ROOT / config}', *(f'--config.{key}={value}' for key, value in settings.items())]
  words += [f'--workdir={folder}'] if folder else []
  return ['acrl_jax', *(word.replace('{here}', str(here)) for word in words)]


def stand_still(patch):
  """Learner steps learn nothing and compile nothing."""
  patch.setattr(SampledRows, 'take', lambda self, params, step: Taken(Rows([], fresh=0, size=0), [], {}))
  patch.setattr(Learner, 'update', lambda self, state, rows, step: (state, {}))


def never_begin(patch):
  """Whoever takes a step or evaluates fails."""

  def never(*args, **kwargs):
    raise AssertionError('the long work began')

  for owner, name in ((SampledRows, 'take'), (StoredRows, 'take'), (Learner, 'update'), (Evaluator, 'score')):
    patch.setattr(owner, name, never)


def make_run(here):
  """A model in one file and in three, problems as mbpp and as shards, and a finished run of two steps."""
  (here / 'mbpp.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in ROWS))
  shards.write_shards(sources.load(f'mbpp:{here}/mbpp.jsonl'), here / 'shards')
  model = load.load('scratch', scratch=SIZES, train=f'mbpp:{here}/mbpp.jsonl')
  export.export(here / 'model', model)
  parts = model.config, model.params, model.tokenizer, model.hf_config
  export_folder(here / 'sharded', *parts, end_ids=model.end_ids, shard_bytes=5000)
  with pytest.MonkeyPatch.context() as patch:
    stand_still(patch)
    assert main.main(command(here, TRAIN, folder=RUN)) == 0


def copy_run(run, folder):
  """A copy of the folder of `make_run`, which names itself."""
  shutil.copytree(run, folder)
  file = folder / 'run' / 'config.json'
  file.write_text(file.read_text().replace(str(run), str(folder)))


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


def stored_problems(**changes):
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


# --- what is said ---------------------------------------------------------------------------------


def params(cases):
  """Cases by their names: (fault, settings that differ, the whole message; `...` stands for other libraries' words)."""
  return [pytest.param(*case, id=name) for name, case in cases.items()]


def message_of(capsys, caplog, argv):
  """What a wrong command says on stderr, after its name: one line, code 2, and no other log than that."""
  assert main.main(argv) == 2
  gc.collect()  # what was left unasked in another library's thread would be told now
  said = capsys.readouterr().err
  assert said.startswith('acrl_jax: ') and said.count('\n') == 1 and said.endswith('\n'), said
  assert not caplog.records
  return said.removeprefix('acrl_jax: ').rstrip('\n')


def check_message(here, got, expected):
  pattern = '.*'.join(re.escape(part) for part in expected.replace('{here}', str(here)).split('...'))
  assert re.fullmatch(pattern, got), f'\ngot      {got}\nexpected {expected}'


class Refusals:
  """Commands on the folder of the fixture `fresh_copy`, and the one line that each ends in."""

  def __init__(self, here, capsys, caplog):
    self.here, self.capsys, self.caplog = here, capsys, caplog

  def message(self, settings, **place):
    return message_of(self.capsys, self.caplog, command(self.here, settings, **place))

  def check_start(self, fault, settings, expected):
    """A training that cannot begin says why, and blocks no other start in its workdir."""
    if fault:
      fault(self.here)
    check_message(self.here, self.message(TRAIN | settings), expected)
    workdir.begin(str(self.here / 'new'), ConfigDict({'optimizer': {'schedule': 'constant'}}))

  def check_resume(self, fault, settings, expected):
    """A damaged run says so, and is left as it is."""
    if fault:
      fault(self.here)
    before = {file: file.stat().st_mtime_ns for file in (self.here / 'run' / 'checkpoints').rglob('*')}
    check_message(self.here, self.message(TRAIN | settings, folder=RUN), expected)
    assert {file: file.stat().st_mtime_ns for file in (self.here / 'run' / 'checkpoints').rglob('*')} == before

  def check_evaluation(self, fault, settings, expected):
    """An evaluation that cannot begin says why."""
    if fault:
      fault(self.here)
    check_message(self.here, self.message(EVALUATE | settings, config='configs/evaluate.py'), expected)

  def check_export(self, fault, settings, expected):
    """An export that cannot begin says why."""
    if fault:
      fault(self.here)
    check_message(self.here, self.message(EXPORT | settings, config='configs/export.py', folder=''), expected)
