"""What only a Llama shows against torch: half precision, configs as they were published, texts beyond the limit."""

import copy
import dataclasses
import json

import families
import jax
import numpy as np
import pytest

from acrl_jax.convert import hub
from acrl_jax.models import rope

torch, transformers = families.torch, families.transformers
SIZES = dict(
  hidden_size=32,
  intermediate_size=48,
  num_hidden_layers=2,
  num_attention_heads=4,
  num_key_value_heads=2,
  max_position_embeddings=64,
)


def make(folder, **values):
  return families.make('llama', '', SIZES | values, folder)


@pytest.fixture(scope='module')
def plain(tmp_path_factory):
  return make(tmp_path_factory.mktemp('hf') / 'model')


def compare(model, made, width):
  """The largest difference of logits on a padded batch."""
  tokens, valid = families.batch(width)
  ours, theirs = families.logits(made.config, made.params, tokens, valid), families.torch_logits(model, tokens, valid)
  return np.abs(ours - theirs)[valid].max()


def test_half_precision_files_load_as_the_same_numbers(plain, tmp_path):
  for dtype in (torch.bfloat16, torch.float16):
    small = copy.deepcopy(plain.model).to(dtype)
    small.save_pretrained(tmp_path / str(dtype))
    made = hub.load(str(tmp_path / str(dtype)))
    assert {x.dtype for x in jax.tree.leaves(made.params)} == {np.dtype('float32')}
    want = small.state_dict()['model.embed_tokens.weight'].float().numpy()
    np.testing.assert_array_equal(made.params['embed'], want)


def test_dynamic_rope_beyond_the_trained_length(tmp_path):
  dynamic = dict(rope_type='dynamic', rope_theta=10000.0, factor=3.0)
  case = make(tmp_path / 'model', max_position_embeddings=8, rope_parameters=dynamic)
  # In this order: torch keeps the frequencies of the longest text so far, until one is shorter than the limit.
  assert compare(case.model, case.made, 8) < families.LOGITS
  assert compare(case.model, case.made, 23) < families.LOGITS
  plain = case.made._replace(config=dataclasses.replace(case.made.config, rope_scaling=rope.Scaling()))
  assert compare(case.model, plain, 23) > 1e-2
  assert compare(case.model, plain, 7) < families.LOGITS


PUBLISHED = {
  'linear, in the first spelling': dict(rope_theta=100000, rope_scaling={'type': 'linear', 'factor': 4.0}),
  'llama3 of transformers 4': dict(
    rope_theta=500000.0,
    rope_scaling=dict(
      factor=8.0, high_freq_factor=4.0, low_freq_factor=1.0, original_max_position_embeddings=32, rope_type='llama3'
    ),
  ),
  'yarn with both names of its kind': dict(
    rope_theta=1e4, rope_scaling=dict(type='yarn', rope_type='yarn', factor=4.0, original_max_position_embeddings=16)
  ),
  'the first length outside of the table': dict(
    original_max_position_embeddings=16, rope_scaling=dict(type='yarn', factor=4.0)
  ),
}  # fmt: skip


@pytest.mark.parametrize('name', PUBLISHED)
def test_configs_of_older_releases_mean_the_same_to_both(plain, name, tmp_path):
  hf = json.loads((plain.folder / 'config.json').read_text())
  hf = {key: value for key, value in hf.items() if key != 'rope_parameters'} | PUBLISHED[name]
  plain.model.save_pretrained(tmp_path)
  (tmp_path / 'config.json').write_text(json.dumps(hf))
  model = transformers.AutoModelForCausalLM.from_pretrained(tmp_path, attn_implementation='eager').eval()
  made = hub.load(str(tmp_path))
  assert compare(model, made, families.T) < families.LOGITS
  assert compare(model, plain.made, families.T) > 1e-2
