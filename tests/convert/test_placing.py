"""Parameters go where they live: one at a time, checked first, over any mesh, with a vocabulary that divides."""

import dataclasses
import json

import jax
import numpy as np
import pytest

from acrl_jax.convert import hub, trees
from acrl_jax.convert.export import export_folder
from acrl_jax.convert.formats import weights
from acrl_jax.distributed import sharding
from acrl_jax.models import decoder
from acrl_jax.models.decoder import DecoderConfig

CONFIG = DecoderConfig(
  V=301, D=8, N=4, K=2, H=4, F=12, layers=2, max_length=32, tied=False, qkv_bias=True, out_bias=True
)
MESHES = [dict(data=8), dict(data=1, fsdp=4, tensor=2), dict(data=2, fsdp=1, tensor=4)]


def random_params(config):
  one = np.ones((1, 1), np.int32)
  shapes = jax.eval_shape(lambda: decoder.Decoder(config).init(jax.random.key(0), one, one, one > 0))['params']
  rng = np.random.default_rng(0)
  return jax.tree.map(lambda x: rng.normal(size=x.shape).astype(np.float32), shapes)


@pytest.fixture(scope='module')
def params():
  return random_params(CONFIG)


@pytest.fixture(scope='module')
def folder(tmp_path_factory, params):
  return export_folder(tmp_path_factory.mktemp('made') / 'model', CONFIG, params, None, end_ids=(3,), shard_bytes=5000)


def on(mesh):
  return lambda shapes: sharding.shardings(shapes, decoder.DIMS, mesh)


@pytest.mark.parametrize('sizes', MESHES, ids=str)
def test_parameters_lie_on_the_mesh_as_their_letters_say(folder, params, sizes):
  mesh = sharding.make_mesh(**sizes)
  made = hub.load(str(folder), place=on(mesh))
  assert made.config == CONFIG and made.vocab == 301

  def same(path, x, want, where):
    np.testing.assert_array_equal(x, want, err_msg=str(path))
    assert isinstance(x, jax.Array) and x.sharding == where

  jax.tree_util.tree_map_with_path(same, made.params, params, on(mesh)(params))


def test_a_model_on_the_mesh_takes_part_in_a_step_that_donates_it(folder, params):
  made = hub.load(str(folder), place=on(sharding.make_mesh(data=8))).params
  doubled = jax.jit(lambda tree: jax.tree.map(lambda x: 2 * x, tree), donate_argnums=0)(made)
  jax.tree.map(lambda x, want: np.testing.assert_array_equal(x, 2 * want), doubled, params)


@pytest.mark.parametrize('sizes', MESHES, ids=str)
def test_the_vocabulary_is_padded_with_zeros_and_exported_without(folder, params, sizes, tmp_path):
  mesh = sharding.make_mesh(**sizes)
  ways = mesh.shape['tensor']
  made = hub.load(str(folder), place=on(mesh), vocab_multiple=ways)
  V = -(-301 // ways) * ways
  assert made.config == dataclasses.replace(CONFIG, V=V) and made.vocab == 301
  assert made.params['embed'].shape == (V, 8) and made.params['head'].shape == (8, V)
  np.testing.assert_array_equal(made.params['embed'][:301], params['embed'])
  np.testing.assert_array_equal(made.params['head'][:, :301], params['head'])
  assert not np.any(made.params['embed'][301:]) and not np.any(made.params['head'][:, 301:])
  if ways > 1:
    assert made.params['embed'].sharding.spec[0] == 'tensor'
  out = export_folder(tmp_path / 'out', made.config, made.params, None, made.hf_config)
  assert json.loads((out / 'config.json').read_text())['vocab_size'] == 301
  again = hub.load(str(out))
  assert again.config == CONFIG
  jax.tree.map(np.testing.assert_array_equal, again.params, params)


def test_one_parameter_at_a_time_is_read(folder, params, monkeypatch):
  order, real, put = [], weights.Tensors.blocks, hub._put

  def blocks(self, name, first, end):
    order.append('x')
    return real(self, name, first, end)

  def watched(x, where):
    order.append('|')
    return put(x, where)

  monkeypatch.setattr(weights.Tensors, 'blocks', blocks)
  monkeypatch.setattr(hub, '_put', watched)
  hub.load(str(folder), place=on(sharding.make_mesh(data=8)))
  *reads, rest = ''.join(order).split('|')
  assert not rest and set(reads) == {'x', 'xx'}  # two layers, or what stands outside of the layers
  assert len(reads) == len(jax.tree.leaves(params))


@pytest.mark.parametrize('change', ['shape', 'missing', 'extra', 'type'])
def test_nothing_is_read_of_a_folder_that_is_wrong(folder, params, monkeypatch, tmp_path, change):
  bare = hub.load(str(folder), weights=False)
  stored = dict(weights.open_folder(folder, hub.FORMATS)._stored)
  last = sorted(stored)[-1]
  entry = stored[last]
  if change == 'shape':
    stored[last] = entry._replace(shape=(*entry.shape, 1))
  elif change == 'missing':
    del stored[last]
  elif change == 'extra':
    stored['more'] = entry
  else:
    stored[last] = entry._replace(kind='I32')
  monkeypatch.setattr(weights, 'open_folder', lambda *_: weights.Tensors(stored))
  monkeypatch.setattr(weights, '_fill', lambda *_: pytest.fail('it was read'))
  with pytest.raises(ValueError, match='more' if change == 'extra' else last):
    hub.read_params(bare)


def test_arrays_of_a_mesh_are_exported_as_they_are(params, tmp_path):
  mesh = sharding.make_mesh(data=1, fsdp=4, tensor=2)
  spread = jax.device_put(params, on(mesh)(params))
  one, other = (export_folder(tmp_path / name, CONFIG, tree, None) for name, tree in dict(a=params, b=spread).items())
  assert (one / 'model.safetensors').read_bytes() == (other / 'model.safetensors').read_bytes()


def test_adapters_are_merged_before_the_export(tmp_path):
  config = dataclasses.replace(CONFIG, lora_rank=2, lora_targets=('q', 'down'), lora_alpha=6.0)
  params = random_params(config)
  made = hub.load(str(export_folder(tmp_path / 'out', config, params, None)))
  assert made.config == CONFIG
  flat, merged = trees.flatten(params), trees.flatten(made.params)
  assert merged.keys() == {path for path in flat if 'lora' not in path}
  for path, x in merged.items():
    want, stem = flat[path], path.removesuffix('/kernel')
    if f'{stem}/lora_a' in flat:
      a, b = flat[f'{stem}/lora_a'], flat[f'{stem}/lora_b']
      for l in range(2):
        product = a[l].reshape(-1, 2) @ b[l].reshape(2, -1)
        np.testing.assert_allclose(x[l], want[l] + 3.0 * product.reshape(want[l].shape), rtol=1e-5, atol=1e-5)
    else:
      np.testing.assert_array_equal(x, want)
