"""Models by the front door: with adapters, without tokenizers, without an end."""

import json

import jax
import numpy as np
import pytest
from saved_models import assert_equal, batch, small

import acrl_jax
from acrl_jax.convert import trees
from acrl_jax.records import Prompts


def test_adapters_begin_at_nothing_and_by_their_seed(tmp_path):
  lora_fields, model = dict(lora_rank=2, lora_targets=('q', 'down'), lora_alpha=4.0), small()
  out = acrl_jax.export(tmp_path / 'out', model)
  adapted = acrl_jax.load(str(out), lora_fields=lora_fields, seed=1)
  tokens, valid = batch()
  assert_equal(adapted.policy.score(adapted.params, tokens, valid), model.policy.score(model.params, tokens, valid))
  extra = trees.flatten(adapted.params).keys() - trees.flatten(model.params).keys()
  assert sorted(extra) == [f'layers/{name}/lora_{ab}' for name in ('attn/q', 'mlp/down') for ab in 'ab']
  other = acrl_jax.load(str(out), lora_fields=lora_fields, seed=2).params['layers']['attn']['q']['lora_a']
  assert not np.array_equal(adapted.params['layers']['attn']['q']['lora_a'], other)


def without_tokenizer(tmp_path, **eos):
  """A folder of the model without its tokenizer."""
  folder = acrl_jax.export(tmp_path / 'bare', small()._replace(tokenizer=None, end_ids=()))
  config = json.loads((folder / 'config.json').read_text())
  (folder / 'config.json').write_text(json.dumps(config | {'eos_token_id': None} | eos))
  (folder / 'generation_config.json').unlink()
  return folder


def test_a_folder_without_a_tokenizer_is_a_model_all_the_same(tmp_path):
  tokens, valid = batch()
  model, alone = small(), acrl_jax.load(str(without_tokenizer(tmp_path, eos_token_id=7)))
  assert alone.tokenizer is None and alone.end_ids == (7,) and alone.pad_id == 7
  np.testing.assert_array_equal(
    alone.policy.logits(alone.params, tokens, valid), model.policy.logits(model.params, tokens, valid)
  )
  ends = alone.params | {'embed': alone.params['embed'].at[7].set(0).at[:, 0].set(0).at[7, 0].set(1e4)}
  got = alone.policy.generate(ends, jax.random.key(0), Prompts(tokens, valid), max_new_tokens=4)
  assert np.asarray(got.actions[:, 12:]).sum(1).min() >= 1


def test_a_folder_that_names_no_end_still_gives_logits(tmp_path):
  alone = acrl_jax.load(str(without_tokenizer(tmp_path)))
  assert alone.end_ids == () and alone.pad_id == 0
  assert alone.policy.logits(alone.params, *batch()).shape == (4, 12, small().config.V)


def test_a_name_of_nothing_is_told_in_one_line(tmp_path):
  with pytest.raises(ValueError, match='no such folder') as caught:
    acrl_jax.load(str(tmp_path / 'nowhere'))
  assert '\n' not in str(caught.value)
