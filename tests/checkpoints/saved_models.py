"""A small model of our own with a tokenizer, and what tests of checkpoints do with it."""

import functools
import json
import pathlib
import tempfile

import jax
import jax.numpy as jnp
import numpy as np

from acrl_jax.checkpoints import export, load, orbax
from acrl_jax.checkpoints.from_scratch import ScratchSettings
from acrl_jax.distributed import sharding
from acrl_jax.learner import checkpoint_state
from acrl_jax.learner.checkpoint_state import LearnerState
from acrl_jax.records import TrainState

SIZES = ScratchSettings(width=16, layers=2, heads=4, kv_heads=2, mlp=24, vocab=267)
PROBLEMS = [
  {
    'task_id': 601 + number, 'text': f'Write a function that adds {number}.',
    'code': f'def f(x):\n  return x + {number}\n',
    'test_list': ['assert f(1) == 2'], 'test_setup_code': '', 'challenge_test_list': [],
  }
  for number in range(4)
]  # fmt: skip


def scratch(**more):
  """The model, its tokenizer trained on four problems."""
  with tempfile.TemporaryDirectory() as folder:
    file = pathlib.Path(folder) / 'mbpp.jsonl'
    file.write_text(''.join(json.dumps(problem) + '\n' for problem in PROBLEMS))
    return load.load('scratch', scratch=SIZES, train=f'mbpp:{file}', seed=3, **more)


@functools.cache
def small():
  """The model on one device."""
  return scratch()


@functools.cache
def two_ways():
  """A mesh that cuts the vocabulary, whose size is odd, into two."""
  return sharding.make_mesh(data=1, fsdp=1, tensor=2, devices=jax.devices()[:2])


def assert_equal(one, other):
  """Two trees have the same numbers."""
  jax.tree.map(np.testing.assert_array_equal, one, other)


def batch():
  """(tokens, valid), each [4, 12]."""
  tokens = np.random.default_rng(0).integers(0, 250, (4, 12)).astype(np.int32)
  return tokens, np.arange(12) >= np.array([0, 3, 5, 1])[:, None]


def unpadded(model):
  """The parameters without the rows of padding, which must be zeros."""
  V = model.hf_config['vocab_size']
  assert model.params['embed'].shape[0] == model.config.V and not np.any(model.params['embed'][V:])
  return model.params | {'embed': model.params['embed'][:V]}


def as_run(folder, model, critic_params=None):
  """A workdir whose newest checkpoint, of step 3, holds these parameters."""
  folder.mkdir()
  (folder / 'config.json').write_text(json.dumps({'model': 'some/start-model'}))
  (folder / 'env.json').write_text('{}')
  export.write_skeleton(folder / 'model', model)
  state = lambda params: TrainState(step=jnp.int32(3), params=params, opt_state={'m': jnp.zeros(2)})
  critic = state(critic_params) if critic_params else None
  learner = LearnerState(actor=state(model.params), critic=critic, reference=None)
  with orbax.manager(folder) as checkpoints:
    orbax.save(checkpoints, 3, checkpoint_state.to_items(learner), b'x')
  return folder
