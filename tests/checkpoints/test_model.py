"""A model is put together out of its config and its tokenizer."""

import dataclasses

import jax
import numpy as np
import pytest
from fake_tokenizer import FakeTokenizer
from saved_models import batch, small

from acrl_jax.checkpoints import model

END = 0


def assembled(tokenizer, **hf):
  made = small()
  return model.assemble(made.config, tokenizer, (END,), made.hf_config | hf, 'here', False)


def test_padding_is_the_tokenizers_or_else_the_first_end():
  tokenizer = small().tokenizer
  assert assembled(tokenizer).pad_id == tokenizer.pad_token_id != END
  assert assembled(None).pad_id == END
  made = small()
  assert model.assemble(made.config, None, (), made.hf_config, 'here', False).pad_id == 0


def test_it_says_where_it_came_from_and_has_no_parameters_yet():
  made = assembled(None)
  assert made.source == 'here' and made.end_ids == (END,) and made.params is None and made.critic is None


def test_ids_beyond_the_vocabulary_have_no_probability():
  """Of a vocabulary of 267 padded to 300, no score counts the padding: log_z is that of the first 267 logits."""
  made, (tokens, valid) = small(), batch()
  wide = dataclasses.replace(made.config, V=300)
  policy = model.assemble(wide, None, (END,), made.hf_config, 'here', False).policy
  params = policy.init(jax.random.key(0))
  logits = np.asarray(policy.logits(params, tokens, valid))[:, :-1, :267]
  log_z = np.asarray(policy.score(params, tokens, valid).log_z)[:, 1:]
  np.testing.assert_allclose(log_z[valid[:, 1:]], np.log(np.exp(logits).sum(-1))[valid[:, 1:]], atol=1e-5)


class Wrong(FakeTokenizer):
  """Its ids do not add up to the text that they are of."""

  pad_token_id = 0

  def encode(self, text, add_special_tokens=True):
    return [1]


def test_a_tokenizer_whose_tokens_do_not_add_up_to_the_text_is_refused():
  with pytest.raises(ValueError, match='no byte-level BPE'):
    assembled(Wrong(b'x'))
