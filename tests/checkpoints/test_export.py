"""A model as a Hugging Face folder: with its critic, its card, and without weights for a workdir."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from saved_models import as_run, assert_equal, small, two_ways, unpadded

import acrl_jax
from acrl_jax.checkpoints import export
from acrl_jax.models import policy


def test_a_model_and_its_critic_come_back_bit_for_bit(tmp_path):
  model = small()
  critic = policy.make_critic(model.config, 4)
  noise = lambda x: jax.random.normal(jax.random.key(x.size), x.shape)
  head = jax.tree.map(noise, critic.init(jax.random.key(0)))
  out = acrl_jax.export(tmp_path / 'out', model._replace(critic=critic, critic_params=head))
  for again in (acrl_jax.load(str(out)), acrl_jax.load(str(out), mesh=two_ways())):
    assert_equal(unpadded(again), model.params)
    assert_equal(again.critic_params, head)
    assert again.end_ids == model.end_ids and again.hf_config['vocab_size'] == model.config.V
    hidden = jnp.ones((2, 3, 16))
    np.testing.assert_allclose(
      again.critic.values(jax.device_get(again.critic_params), hidden), critic.values(head, hidden), rtol=1e-6
    )
  assert again.critic_params['up']['kernel'].sharding.spec[1] == 'tensor'
  (out / 'critic.npz').write_bytes(b'PK cut short')
  with pytest.raises(ValueError, match='critic.npz cannot be read'):
    acrl_jax.load(str(out))


def test_the_card_names_the_start_of_a_run_and_its_scores_with_their_intervals(tmp_path):
  run = as_run(tmp_path / 'run', small())
  loaded = acrl_jax.load(str(run))
  scores = {'step': 3, 'reward/mean': 0.5}
  scores |= {'eval/primer/pass@1': 0.25, 'eval/primer/pass@1_lo': 0.125, 'eval/primer/pass@1_hi': 0.5}
  card = export.card(loaded, scores)
  assert 'Started from `start-model`' in card and '| primer/pass@1 | 0.250 | 0.125 to 0.500 |' in card
  assert card.count('|') == 12  # the head of the table, its line, one row of scores
  assert '|' not in export.card(small(), {}) and 'Started from `scratch`' in export.card(small(), {})


def test_a_skeleton_has_all_but_the_weights(tmp_path):
  model = small()
  export.write_skeleton(tmp_path / 'model', model)
  files = sorted(path.name for path in (tmp_path / 'model').iterdir())
  assert files == [
    'README.md', 'acrl_config.json', 'config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'
  ]  # fmt: skip
  assert json.loads((tmp_path / 'model' / 'generation_config.json').read_text())['eos_token_id'] == model.end_ids[0]
