"""Models in and out by the front door: over meshes, with critics, out of runs, without tokenizers."""

import dataclasses
import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from ml_collections import ConfigDict

import acrl_jax
from acrl_jax.checkpoints import export, load, orbax
from acrl_jax.checkpoints.orbax import Learner
from acrl_jax.config import default
from acrl_jax.convert import trees
from acrl_jax.distributed import sharding
from acrl_jax.jobs import export as loaded
from acrl_jax.jobs import session
from acrl_jax.models import policy
from acrl_jax.records import Prompts, TrainState

SIZES = ConfigDict(dict(width=16, layers=2, heads=4, kv_heads=2, mlp=24, vocab=267))
ROWS = [
  {
    'task_id': 601 + number, 'text': f'Write a function that adds {number}.',
    'code': f'def f(x):\n  return x + {number}\n',
    'test_list': ['assert f(1) == 2'], 'test_setup_code': '', 'challenge_test_list': [],
  }
  for number in range(4)
]  # fmt: skip


def scratch(here, **more):
  file = here / 'mbpp.jsonl'
  file.write_text(''.join(json.dumps(row) + '\n' for row in ROWS))
  return load.load('scratch', scratch=SIZES, train=f'mbpp:{file}', seed=3, **more)


@pytest.fixture(scope='module')
def here(tmp_path_factory):
  return tmp_path_factory.mktemp('models')


@pytest.fixture(scope='module')
def made(here):
  return scratch(here)


@pytest.fixture(scope='module')
def mesh():
  return sharding.make_mesh(data=1, fsdp=1, tensor=2, devices=jax.devices()[:2])


def equal(one, other):
  jax.tree.map(np.testing.assert_array_equal, one, other)


def batch(made):
  tokens = np.random.default_rng(0).integers(0, 250, (4, 12)).astype(np.int32)
  valid = np.arange(12) >= np.array([0, 3, 5, 1])[:, None]
  return tokens, valid


def unpadded(made):
  """The parameters without the rows of padding."""
  V = made.hf_config['vocab_size']
  assert made.params['embed'].shape[0] == made.config.V and not np.any(made.params['embed'][V:])
  return made.params | {'embed': made.params['embed'][:V]}


def test_a_fresh_model_is_the_same_on_every_mesh(here, made, mesh):
  spread = scratch(here, mesh=mesh)
  V = made.config.V
  assert V % 2 and spread.config == dataclasses.replace(made.config, V=V + 1)
  assert spread.hf_config == made.hf_config and spread.params['embed'].sharding.spec[0] == 'tensor'
  equal(unpadded(spread), made.params)


def test_padding_changes_no_score_and_is_never_sampled(here, made, mesh):
  tokens, valid = batch(made)
  spread = scratch(here, mesh=mesh)
  want = made.policy.score(made.params, tokens, valid)
  with jax.set_mesh(mesh):
    got = jax.jit(spread.policy.score)(spread.params, tokens, valid)
    # Were its ids not masked, this row would be the likeliest.
    hot = spread.params | {'embed': spread.params['embed'].at[made.config.V :].set(1e3)}
    some = spread.policy.generate(hot, jax.random.key(0), Prompts(tokens, valid), max_new_tokens=4, temperature=3.0)
  for a, b in zip(got, want):
    np.testing.assert_allclose(a[valid], b[valid], atol=1e-5)
  assert np.max(some.tokens) < made.config.V


def test_a_model_and_its_critic_come_back_bit_for_bit(made, mesh, tmp_path):
  critic = policy.make_critic(made.config, 4)
  noise = lambda x: jax.random.normal(jax.random.key(x.size), x.shape)
  head = jax.tree.map(noise, critic.init(jax.random.key(0)))
  out = acrl_jax.export(tmp_path / 'out', made._replace(critic=critic, critic_params=head))
  for again in (acrl_jax.load(str(out)), acrl_jax.load(str(out), mesh=mesh)):
    equal(unpadded(again), made.params)
    equal(again.critic_params, head)
    assert again.end_ids == made.end_ids and again.hf_config['vocab_size'] == made.config.V
    hidden = jnp.ones((2, 3, 16))
    np.testing.assert_allclose(
      again.critic.values(jax.device_get(again.critic_params), hidden), critic.values(head, hidden), rtol=1e-6
    )
  assert again.critic_params['up']['kernel'].sharding.spec[1] == 'tensor'
  (out / 'critic.npz').write_bytes(b'PK cut short')
  with pytest.raises(ValueError, match='critic.npz cannot be read'):
    acrl_jax.load(str(out))


def as_run(folder, made, critic_params=None):
  """A workdir whose newest checkpoint holds these parameters."""
  folder.mkdir()
  (folder / 'config.json').write_text(json.dumps({'model': 'some/start-model'}))
  (folder / 'env.json').write_text('{}')
  export.write_skeleton(folder / 'model', made)
  state = lambda params: TrainState(step=jnp.int32(3), params=params, opt_state={'m': jnp.zeros(2)})
  learner = Learner(
    actor=state(made.params), critic=state(critic_params) if critic_params else None, reference=None, host=b'x'
  )
  with orbax.manager(folder) as checkpoints:
    orbax.save(checkpoints, 3, learner)
  return folder


def test_a_run_is_read_back_on_another_mesh(here, made, mesh, tmp_path):
  critic = policy.make_critic(made.config, 1).init(jax.random.key(1))
  spread = scratch(here, mesh=mesh)
  for name, model in dict(narrow=made, wide=spread).items():
    folder = as_run(tmp_path / name, model, critic)
    for other in (None, mesh):
      again = acrl_jax.load(str(folder), mesh=other)
      equal(unpadded(again), made.params)
      equal(again.critic_params, critic)
      assert again.config.V == (spread if other is mesh else made).config.V
      assert {x.sharding.num_devices for x in jax.tree.leaves(again.params)} == {2 if other else 1}


def test_the_card_of_an_exported_run_says_what_it_measured(made, tmp_path):
  run = as_run(tmp_path / 'run', made)
  rows = [
    {'step': 2, 'eval/primer/pass@1': 0.1, 'eval/primer/pass@1_lo': 0.0, 'eval/primer/pass@1_hi': 0.2},
    {'step': 3, 'eval/primer/pass@1': 0.25, 'eval/primer/pass@1_lo': 0.125, 'eval/primer/pass@1_hi': 0.5},
    {'step': 4, 'reward/mean': 0.5},
  ]
  (run / 'metrics.jsonl').write_text(''.join(json.dumps(row) + '\n' for row in rows))
  config = default()
  config.update(model=str(run), output=str(tmp_path / 'out'), dtype='float32')
  loaded.run(config, '', dry_run=False)
  card = (tmp_path / 'out' / 'README.md').read_text()
  assert 'Started from `start-model`' in card and '| primer/pass@1 | 0.250 | 0.125 to 0.500 |' in card
  equal(acrl_jax.load(str(tmp_path / 'out')).params, made.params)


def test_adapters_begin_at_nothing_and_come_back_with_a_run(made, tmp_path):
  lora = dict(lora_rank=2, lora_targets=('q', 'down'), lora_alpha=4.0)
  out = acrl_jax.export(tmp_path / 'out', made)
  adapted = acrl_jax.load(str(out), lora=lora, seed=1)
  tokens, valid = batch(made)
  equal(adapted.policy.score(adapted.params, tokens, valid), made.policy.score(made.params, tokens, valid))
  extra = trees.flatten(adapted.params).keys() - trees.flatten(made.params).keys()
  assert sorted(extra) == [f'layers/{name}/lora_{ab}' for name in ('attn/q', 'mlp/down') for ab in 'ab']
  other = acrl_jax.load(str(out), lora=lora, seed=2).params['layers']['attn']['q']['lora_a']
  assert not np.array_equal(adapted.params['layers']['attn']['q']['lora_a'], other)
  run = as_run(tmp_path / 'run', adapted)
  again = acrl_jax.load(str(run))
  assert again.config == adapted.config
  equal(again.params, adapted.params)


def bare(made, tmp_path, **eos):
  """A folder of the model without its tokenizer."""
  folder = acrl_jax.export(tmp_path / 'bare', made._replace(tokenizer=None, end_ids=()))
  config = json.loads((folder / 'config.json').read_text())
  (folder / 'config.json').write_text(json.dumps(config | {'eos_token_id': None} | eos))
  (folder / 'generation_config.json').unlink()
  return folder


def test_a_folder_without_a_tokenizer_is_a_model_all_the_same(made, tmp_path):
  tokens, valid = batch(made)
  alone = acrl_jax.load(str(bare(made, tmp_path, eos_token_id=7)))
  assert alone.tokenizer is None and alone.end_ids == (7,) and alone.pad_id == 7
  np.testing.assert_array_equal(
    alone.policy.logits(alone.params, tokens, valid), made.policy.logits(made.params, tokens, valid)
  )
  ends = alone.params | {'embed': alone.params['embed'].at[7].set(0).at[:, 0].set(0).at[7, 0].set(1e4)}
  got = alone.policy.generate(ends, jax.random.key(0), Prompts(tokens, valid), max_new_tokens=4)
  assert np.asarray(got.actions[:, 12:]).sum(1).min() >= 1


def test_a_folder_that_names_no_end_still_gives_logits_but_does_not_train(made, tmp_path, monkeypatch):
  folder = bare(made, tmp_path)
  alone = acrl_jax.load(str(folder))
  assert alone.end_ids == () and alone.pad_id == 0
  assert alone.policy.logits(alone.params, *batch(made)).shape == (4, 12, made.config.V)
  config = default('tiny')
  config.model = str(folder)
  with pytest.raises(ValueError, match='has no tokenizer.json; programs cannot be read'):
    session.load(config, sharding.make_mesh())
  monkeypatch.setattr(load, 'load', lambda *_, **__: made._replace(end_ids=()))
  with pytest.raises(ValueError, match='names no end-of-text token; give its generation_config.json an eos_token_id'):
    session.load(config, sharding.make_mesh())
