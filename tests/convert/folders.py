"""Small decoders with random parameters, and what tests of folders do with them."""

import json

import jax
import numpy as np

from acrl_jax.distributed import sharding
from acrl_jax.models import decoder
from acrl_jax.models.decoder import DecoderConfig

CONFIG = DecoderConfig(V=300, D=8, N=2, K=1, H=4, F=12, layers=2, max_length=32, rope_theta=5e4)

WIDE = DecoderConfig(
  V=301, D=8, N=4, K=2, H=4, F=12, layers=2, max_length=32, tied=False, qkv_bias=True, out_bias=True
)
# Meshes that leave the odd vocabulary of WIDE whole, and that cut it.
MESHES = [dict(data=8), dict(data=1, fsdp=4, tensor=2), dict(data=2, fsdp=1, tensor=4)]


def random_params(config):
  """Random parameters as nested NumPy arrays."""
  one = np.ones((1, 1), np.int32)
  shapes = jax.eval_shape(lambda: decoder.Decoder(config).init(jax.random.key(0), one, one, one > 0))['params']
  rng = np.random.default_rng(0)
  return jax.tree.map(lambda x: rng.normal(size=x.shape).astype(np.float32), shapes)


def on(mesh):
  """Where the parameters of a decoder lie on a mesh."""
  return lambda shapes: sharding.shardings(shapes, decoder.DIMS, mesh)


def change_json(folder, name, **values):
  """Changes keys of a JSON file; ... takes one away."""
  file = folder / name
  old = json.loads(file.read_text()) if file.exists() else {}
  file.write_text(json.dumps({key: value for key, value in (old | values).items() if value is not ...}))
