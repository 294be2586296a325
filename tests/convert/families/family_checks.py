"""What holds for every family of decoders, checked on one of its configs."""

import dataclasses
import json

import jax
import numpy as np
import pytest

from acrl_jax.convert import families, weight_map
from acrl_jax.convert.trees import flatten
from acrl_jax.models import decoder, kv_cache


def table(module, cfg):
  """(rows, sizes)."""
  return module.rows(cfg), families.sizes(module, cfg)


def shapes(cfg):
  """Path -> shape of the parameters that the model itself has."""
  return {
    path: x.shape for path, x in flatten(jax.eval_shape(kv_cache.make_functions(cfg).init, jax.random.key(0))).items()
  }


def numbers(their_shapes, seed=0):
  """Name -> an array in which no two numbers are alike."""
  rng = np.random.default_rng(seed)
  return {name: rng.standard_normal(shape).astype(np.float32) for name, shape in their_shapes.items()}


def converted(module, cfg):
  """(config, a random state of theirs, our parameters out of it)."""
  rows, sizes = table(module, cfg)
  state = numbers(
    {name: weight_map.their_shape(r, sizes) for r in rows for name in weight_map._names(r.theirs, cfg.layers)}
  )
  return cfg, state, weight_map.from_hf(state, rows, sizes)


def check_published(module, hf, want):
  """A config.json as it is published is read, and what we write of it says the same."""
  assert module.config(hf) == want
  assert module.config(json.loads(json.dumps(module.to_hf_config(want)))) == want


def check_written_config(module, cfg, kind):
  """What is written reads back the same, whatever the compute type."""
  cfg = dataclasses.replace(cfg, dtype="bfloat16")
  written = json.loads(json.dumps(module.to_hf_config(cfg)))
  assert dataclasses.replace(module.config(written), dtype="bfloat16") == cfg
  assert written["model_type"] == kind and written["dtype"] == written["torch_dtype"] == "float32"


def check_rows(module, cfg):
  """The rows fill exactly the parameters that the model has, and both ways lose no bit."""
  rows, sizes = table(module, cfg)
  due = shapes(cfg)
  state = numbers(weight_map.their_shapes(due, rows, sizes))
  params = weight_map.from_hf(state, rows, sizes, module.ignored(cfg))
  assert {path: x.shape for path, x in params.items()} == due
  back = weight_map.to_hf(params, rows, sizes)
  assert back.keys() == state.keys()
  for name, x in state.items():
    np.testing.assert_array_equal(back[name], x)


def check_dims(cfg):
  """Every parameter has letters, and its shape is theirs."""
  for path, shape in shapes(cfg).items():
    [dims] = [dims for end, dims in decoder.DIMS.items() if f"/{path}".endswith(f"/{end}")]
    stacked = (cfg.layers,) if path.startswith("layers/") else ()
    assert shape == (*stacked, *cfg.size(dims.replace("L", ""))), path


def check_columns(params, cfg, layer, column):
  """column(which, head, h) -> the vector [D] of their weights that makes number h of a head of q, k or v."""
  for which, name in enumerate("qkv"):
    kernel = params[f"layers/attn/{name}/kernel"][layer]
    assert kernel.shape == (cfg.D, cfg.N if name == "q" else cfg.K, cfg.H)
    for head in range(kernel.shape[1]):
      for h in range(cfg.H):
        np.testing.assert_array_equal(kernel[:, head, h], column(which, head, h), err_msg=f"{name} {head} {h}")


def check_three_maps(module, cfg, prefix):
  """Queries, keys and values are three linear maps in layer 1, outputs by inputs."""
  cfg, state, params = converted(module, cfg)
  three = [state[f"{prefix}.{letter}_proj.weight"] for letter in "qkv"]
  check_columns(params, cfg, 1, lambda which, head, h: three[which][head * cfg.H + h])
  projection = state[f"{prefix}.out_proj.weight"]
  np.testing.assert_array_equal(params["layers/attn/o/kernel"][1, 2, 3], projection[:, 2 * cfg.H + 3])


def check_heads_apart(module, cfg, name):
  """In one fused map of layer 1 heads lie one after the other, each with its query, key and value."""
  cfg, state, params = converted(module, cfg)
  fused, bias = state[f"{name}.weight"], state[f"{name}.bias"]
  check_columns(params, cfg, 1, lambda which, head, h: fused[(head * 3 + which) * cfg.H + h])
  assert params["layers/attn/v/bias"][1, 2, 1] == bias[(2 * 3 + 2) * cfg.H + 1]


def check_buffer(module, cfg, name):
  """A buffer of old files is let pass; another tensor beside it is not."""
  cfg, state, params = converted(module, cfg)
  rows, sizes = table(module, cfg)
  ignored = module.ignored(cfg)
  again = weight_map.from_hf(state | {name: np.zeros(3, np.float32)}, rows, sizes, ignored)
  np.testing.assert_array_equal(again["embed"], params["embed"])
  other = {name.rpartition(".")[0] + ".other": np.zeros(3, np.float32)}
  with pytest.raises(ValueError, match="no row claims .*other"):
    weight_map.from_hf(state | other, rows, sizes, ignored)


def check_tied_head(module, cfg, head, embed):
  """A tied head in a file must be the embedding."""
  cfg, state, _ = converted(module, cfg)
  rows, sizes = table(module, cfg)
  ignored = module.ignored(cfg)
  weight_map.from_hf(state | {head: state[embed]}, rows, sizes, ignored)
  with pytest.raises(ValueError, match=f"{head} differs from {embed}"):
    weight_map.from_hf(state | {head: state[embed] + 1}, rows, sizes, ignored)


def check_tied_head_and_old_buffers(module, cfg):
  """The same for a relative of Llama, in a file with a buffer that transformers once saved."""
  rows, sizes = table(module, cfg)
  state = {
    name: np.ones(shape, np.float32) for name, shape in weight_map.their_shapes(shapes(cfg), rows, sizes).items()
  }
  state["lm_head.weight"] = state["model.embed_tokens.weight"].copy()
  state["model.layers.0.self_attn.rotary_emb.inv_freq"] = np.ones(2, np.float32)
  assert "head" not in weight_map.from_hf(state, rows, sizes, module.ignored(cfg))
  state["lm_head.weight"][3] = 2
  with pytest.raises(ValueError, match="lm_head.weight differs from model.embed_tokens.weight"):
    weight_map.from_hf(state, rows, sizes, module.ignored(cfg))
