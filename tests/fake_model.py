"""A LoadedModel whose programs come from a function in the place of a network."""

from lora_models import PLAIN

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.records import Policy


def model_of(tokenizer, kind='decoder', *, generate=None, end_ids=None, pad_id=None):
  """The model of a tokenizer: what it samples, `generate` says; it scores nothing."""
  policy = Policy(init=None, score=None, hidden=None, score_and_hidden=None, logits=None, generate=generate, dims={})
  return LoadedModel(
    config=PLAIN[kind], params=None, tokenizer=tokenizer, policy=policy, hf_config={}, source='',
    end_ids=(tokenizer.eos_token_id,) if end_ids is None else end_ids,
    pad_id=tokenizer.pad_token_id if pad_id is None else pad_id,
  )  # fmt: skip
