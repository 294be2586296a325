"""Rotation in a config.json, in the spellings of transformers 4 and 5, read and written through a Llama's config."""

import dataclasses
import math

import pytest

from acrl_jax.convert import rope_config
from acrl_jax.convert.families import llama
from acrl_jax.models.rope import Scaling

SMALL = dict(
  model_type='llama',
  vocab_size=50,
  hidden_size=16,
  intermediate_size=24,
  num_hidden_layers=2,
  num_attention_heads=4,
  num_key_value_heads=2,
)


@pytest.mark.parametrize(
  'spelling',
  [
    dict(rope_theta=5e5),
    dict(rope_theta=500000, rope_scaling=None),
    dict(rope_theta=5e5, rope_scaling={'type': 'default'}),
    dict(rope_parameters={'rope_type': 'default', 'rope_theta': 5e5}),
    dict(rope_theta=5e5, rope_parameters={'rope_type': 'default', 'rope_theta': 5e5}),
  ],
)
def test_rope_theta_is_found_in_every_spelling(spelling):
  got = llama.config(SMALL | spelling)
  assert got.rope_theta == 5e5 and got.rope_scaling == Scaling()


LLAMA3 = dict(rope_type='llama3', factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0)
SHORT = dict(original_max_position_embeddings=512)
SCALINGS = [
  (dict(type='linear', factor=4), Scaling('linear', 4.0)),
  (dict(rope_type='dynamic', type='linear', factor=2.0), Scaling('dynamic', 2.0, 2048)),
  (LLAMA3 | SHORT, Scaling('llama3', 8.0, 512, 1.0, 4.0)),
  (LLAMA3, Scaling('llama3', 8.0, 2048, 1.0, 4.0)),
  (dict(type='yarn', factor=math.e, finetuned=True) | SHORT, Scaling('yarn', math.e, 512, 1.0, 32.0, 1.1)),
  (dict(type='yarn') | SHORT, Scaling('yarn', 4.0, 512, 1.0, 32.0, 0.1 * math.log(4) + 1)),
  (dict(type='yarn', factor=1.0), Scaling('yarn', 1.0, 2048, 1.0, 32.0, 1.0)),
  (
    dict(type='yarn', factor=math.e, mscale=2.0, mscale_all_dim=1.0, beta_fast=16, beta_slow=2, truncate=False),
    Scaling('yarn', math.e, 2048, 2.0, 16.0, 1.2 / 1.1, False),
  ),
  (dict(type='yarn', factor=math.e, mscale=2.0), Scaling('yarn', math.e, 2048, 1.0, 32.0, 1.1)),
  (
    dict(type='yarn', factor=2.0, attention_factor=1, mscale=2.0, mscale_all_dim=1.0, beta_fast=None),
    Scaling('yarn', 2.0, 2048, 1.0, 32.0, 1.0),
  ),
]


@pytest.mark.parametrize('table, scaling', SCALINGS)
def test_scaled_rope_is_read_in_both_spellings_and_written_in_both(table, scaling):
  got = llama.config(SMALL | dict(rope_theta=1e5, rope_scaling=table))
  assert got.rope_theta == 1e5
  assert got.rope_scaling._replace(attention_factor=0) == scaling._replace(attention_factor=0)
  assert got.rope_scaling.attention_factor == pytest.approx(scaling.attention_factor, abs=1e-12)
  assert llama.config(SMALL | dict(rope_parameters=table | {'rope_theta': 1e5})) == got
  written = llama.to_hf_config(got)
  old = {key: value for key, value in written.items() if key != 'rope_parameters'}
  new = {key: value for key, value in written.items() if key not in ('rope_theta', 'rope_scaling')}
  assert llama.config(old) == llama.config(new) == llama.config(written) == got


def test_the_first_length_may_stand_outside_of_the_table_and_counts_there():
  hf = SMALL | dict(original_max_position_embeddings=256, rope_scaling=dict(type='yarn', factor=4.0) | SHORT)
  assert llama.config(hf).rope_scaling.original_length == 256


def test_both_spellings_are_written():
  written = llama.to_hf_config(dataclasses.replace(llama.config(SMALL), rope_theta=1e6))
  assert written['rope_theta'] == 1e6 and written['rope_scaling'] is None and written['torch_dtype'] == 'float32'
  assert written['rope_parameters'] == {'rope_type': 'default', 'rope_theta': 1e6} and written['dtype'] == 'float32'


def test_a_share_of_a_head_is_read_but_refused_where_whole_heads_are_turned():
  got = rope_config.read_rope({'partial_rotary_factor': 0.5}, 64, theta=1e5, share=0.25)
  assert got == rope_config.Rope(theta=1e5, share=0.5, scaling=Scaling())
  assert rope_config.read_rope({}, 64, share=0.25).share == 0.25
  assert rope_config.whole_heads({'rope_theta': 5e5}, 64) == dict(rope_theta=5e5, rope_scaling=Scaling())
  with pytest.raises(ValueError, match='partial_rotary_factor=0.5 is not supported here; whole heads are turned'):
    rope_config.whole_heads({'partial_rotary_factor': 0.5}, 64)
