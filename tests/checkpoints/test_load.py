"""Models by the front door: with adapters, without tokenizers, without an end."""

import json

import jax
import numpy as np
import pytest
from saved_models import assert_equal, batch, small
from wrong_commands import MODEL, SHARDED, cut, params, remove, set_json, tensors, write

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


# --- wrong commands ----------------------------------------------------------------------------------

PLACES = 'take smollm2, a folder, or a hub id like org/name'
INDEX = '{here}/sharded/model.safetensors.index.json'
WRONG_MODELS = {
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
    f'{MODEL}: its config.json describes no model of ours (DecoderConfig.N=0: every size must be at least 1)',
  ),
  'size as text': (
    set_json('model/config.json', hidden_size='16'), {},
    f'{MODEL}: its config.json describes no model of ours (...)',
  ),
  'end as text': (
    set_json('model/generation_config.json', eos_token_id='</s>'), {},
    f"{MODEL}: eos_token_id='</s>' in one of its configs; it must be a number",
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
    f'{MODEL}: model.embed_tokens.weight is of type I8: must be one of F32, F16, BF16, '
    'as quantised weights cannot be trained',
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
    f"{MODEL}: model.norm.weight has shape (2,): must be (16,) by the pattern 'D -> D'",
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
  'broken tokenizer': (
    write('model/tokenizer.json', '{'), {},
    f'{MODEL}/tokenizer.json cannot be read (...); it is damaged, fetch it again',
  ),
  'tokenizer settings': (
    write('model/tokenizer_config.json', '[]'), {},
    f'{MODEL}/tokenizer_config.json holds no JSON object; it is damaged, fetch it again',
  ),
}  # fmt: skip


@pytest.mark.parametrize('fault, settings, expected', params(WRONG_MODELS))
def test_a_model_that_cannot_be_opened_is_told_in_one_line(refusals, fault, settings, expected):
  refusals.check_start(fault, settings, expected)
