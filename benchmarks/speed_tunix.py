"""The sampler of google-tunix on its Llama, as speed.py times it; under a Python that has tunix and no more."""

from __future__ import annotations

import functools
import importlib.metadata
import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from speed_child import serve
from tunix.generate.sampler import CacheConfig, Sampler
from tunix.models.llama3 import model, params

NO_TOKEN = -1  # ends no row and pads none


class Ids:
  """A tokenizer whose texts are the numbers of rows; it costs nothing."""

  def __init__(self, prompts):
    self.prompts = prompts.tolist()

  def encode(self, text: str) -> list[int]:
    return self.prompts[int(text)]

  def decode(self, ids: list[int]) -> str:
    return ''

  def bos_id(self) -> None:
    return None

  def eos_id(self) -> int:
    return NO_TOKEN

  pad_id = eos_id


class Tunix:
  """Each method does one piece of work and waits for it; options as speed.py writes them."""

  def __init__(self, folder: str, dtype: str, P: int, temperature: float, learning_rate: float, threads: int):
    del learning_rate, threads  # XLA takes the cores that the process may use
    self.P, self.temperature, self.runs, self.samplers = P, temperature, 0, {}
    self.rows = np.load(pathlib.Path(folder, 'rows.npy'))
    hf = json.loads(pathlib.Path(folder, 'model', 'config.json').read_text())
    heads = hf['num_attention_heads']
    self.config = model.ModelConfig(
      num_layers=hf['num_hidden_layers'], vocab_size=hf['vocab_size'], embed_dim=hf['hidden_size'],
      hidden_dim=hf['intermediate_size'], num_heads=heads, head_dim=hf['hidden_size'] // heads,
      num_kv_heads=hf['num_key_value_heads'], rope_theta=hf['rope_theta'], norm_eps=hf['rms_norm_eps'],
      weight_tying=hf['tie_word_embeddings'],
    )  # fmt: skip
    # Its attention leaves rope_theta at the function's default, whatever the config says.
    model.apply_rope = functools.partial(model.apply_rope, rope_theta=hf['rope_theta'])
    self.model = params.create_model_from_safe_tensors(
      str(pathlib.Path(folder, 'model')), self.config, dtype=getattr(jnp, dtype)
    )
    version = importlib.metadata.version('google-tunix')
    self.facts = dict(tunix=version, jax=jax.__version__, device=jax.devices()[0].device_kind, settings={})

  def _sampler(self, C: int) -> Sampler:
    """A cache of exactly the size that is needed, as each column more costs time."""
    if C not in self.samplers:
      config = self.config
      cache = CacheConfig(self.P + C, config.num_layers, config.num_kv_heads, config.head_dim)
      self.samplers[C] = Sampler(self.model, Ids(self.rows[:, : self.P]), cache)
    return self.samplers[C]

  def settings(self) -> dict:
    """As in speed_ours.py."""
    return dict(settings=self.facts['settings'])

  def generate(self, B: int, C: int, samples: int = 1) -> dict:
    self.runs += 1
    made = self._sampler(C)(
      [str(row // samples) for row in range(B)], C, max_prompt_length=self.P, temperature=self.temperature, top_p=1.0,
      eos_tokens=[NO_TOKEN], seed=self.runs,
    )  # fmt: skip
    return dict(tokens=sum(map(len, made.tokens)))

  def write_logits(self, file: str, B: int, columns: int) -> None:
    """As in speed_ours.py."""
    prompts = jnp.asarray(self.rows[:B, : self.P])
    positions = jnp.broadcast_to(jnp.arange(self.P), prompts.shape)
    mask = jnp.broadcast_to(jnp.tril(jnp.ones((self.P, self.P), bool)), (B, self.P, self.P))
    np.save(file, np.asarray(self.model(prompts, positions, None, mask)[0][:, -columns:], np.float32))


if __name__ == '__main__':
  serve(Tunix)
