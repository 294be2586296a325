"""Models in: whole and broken folders, names that lead nowhere, and where parameters go."""

import json
import shutil

import jax
import ml_dtypes
import numpy as np
import pytest
import torch_zip
from folders import CONFIG, MESHES, WIDE, change_json, on, random_params
from safetensors import numpy as safetensors_numpy

from acrl_jax.convert import families, hub, weight_map
from acrl_jax.convert.export import export_folder
from acrl_jax.convert.families import llama
from acrl_jax.convert.formats import weights
from acrl_jax.convert.trees import flatten
from acrl_jax.distributed import sharding


@pytest.fixture
def folder(tmp_path):
  return export_folder(tmp_path / 'model', CONFIG, random_params(CONFIG), None, end_ids=(3,))


def change_tensors(folder, change):
  file = folder / 'model.safetensors'
  state = change(safetensors_numpy.load_file(file))
  safetensors_numpy.save_file(state, file, metadata={'format': 'pt'})


def test_the_compute_type_is_the_callers_and_parameters_stay_float32(folder):
  made = hub.load(str(folder), dtype='bfloat16')
  assert made.config.dtype == 'bfloat16'
  assert {x.dtype for x in jax.tree.leaves(made.params)} == {np.dtype('float32')}


def test_bfloat16_files_are_widened(folder):
  half = jax.tree.map(lambda x: x.astype(ml_dtypes.bfloat16), hub.load(str(folder)).params)
  change_tensors(folder, lambda state: {name: x.astype(ml_dtypes.bfloat16) for name, x in state.items()})
  made = hub.load(str(folder)).params
  jax.tree.map(lambda a, b: np.testing.assert_array_equal(a, b.astype(np.float32)), made, half)


def remove(name):
  return lambda folder: (folder / name).unlink()


def truncate(folder):
  file = folder / 'model.safetensors'
  file.write_bytes(file.read_bytes()[:-100])


def rename(name):
  return lambda folder: (folder / 'model.safetensors').rename(folder / name)


def integers(folder):
  change_tensors(folder, lambda state: state | {'model.norm.weight': np.ones(8, np.int8)})


def reshaped(folder):
  change_tensors(folder, lambda state: state | {'model.norm.weight': np.ones(9, np.float32)})


def surplus(folder):
  change_tensors(folder, lambda state: state | {'model.layers.2.mlp.up_proj.weight': np.ones((12, 8), np.float32)})


def lacking(folder):
  change_tensors(folder, lambda state: {k: x for k, x in state.items() if 'layers.1.self_attn.k' not in k})


def untied_head(folder):
  change_tensors(folder, lambda state: state | {'lm_head.weight': state['model.embed_tokens.weight'] + 1})


FAULTS = [
  (remove('config.json'), 'has no config.json'),
  (lambda folder: (folder / 'config.json').write_text('{"a": '), r'config.json cannot be read'),
  (lambda folder: (folder / 'config.json').write_text('[]'), 'holds no JSON object'),
  (lambda folder: change_json(folder, 'config.json', model_type='mamba'), "model_type='mamba' .* supported: .*llama"),
  (lambda folder: change_json(folder, 'config.json', model_type=...), 'model_type=None'),
  (remove('model.safetensors'), 'has no model.safetensors nor model.safetensors.index.json'),
  (rename('pytorch_model.bin'), 'pytorch_model.bin is no zip file, as torch writes since 1.6'),
  (rename('flax_model.msgpack'), 'weights only as flax_model.msgpack; save .* save_pretrained'),
  (truncate, 'cannot be read .* damaged or cut short'),
  (integers, 'model.norm.weight is of type I8: must be one of F32, F16, BF16'),
  (reshaped, r'model.norm.weight has shape \(9,\): must be \(8,\)'),
  (surplus, 'no row claims these tensors: model.layers.2.mlp.up_proj.weight'),
  (lacking, 'tensors are missing: model.layers.1.self_attn.k_proj.weight'),
  (untied_head, 'lm_head.weight differs from model.embed_tokens.weight'),
]


@pytest.mark.parametrize('fault, text', FAULTS)
def test_a_broken_folder_is_named_in_one_line(folder, fault, text):
  fault(folder)
  with pytest.raises(ValueError, match=text) as caught:
    hub.load(str(folder))
  assert '\n' not in str(caught.value) and 'model' in str(caught.value)


def test_a_tied_head_that_repeats_the_embedding_is_accepted(folder):
  change_tensors(folder, lambda state: state | {'lm_head.weight': state['model.embed_tokens.weight'].copy()})
  assert 'head' not in hub.load(str(folder)).params


def move_tensor(folder, name, to):
  index = folder / 'model.safetensors.index.json'
  value = json.loads(index.read_text())
  value['weight_map'] |= {name: to(value['weight_map'][name])}
  index.write_text(json.dumps(value))


@pytest.mark.parametrize(
  'fault, text',
  [
    (lambda folder: sorted(folder.glob('*.safetensors'))[1].unlink(), 'model-00002-of-.* is missing, though'),
    (lambda folder: (folder / 'model.safetensors.index.json').write_text('{}'), 'index.json cannot be read'),
    (lambda folder: move_tensor(folder, 'model.norm.weight', lambda _: 'model-00001-of-00002.safetensors'), 'missing'),
    (lambda folder: move_tensor(folder, 'model.norm.weight', lambda file: other(folder, file)), 'which .* places in'),
  ],
)
def test_a_broken_index_is_named(tmp_path, fault, text):
  out = export_folder(tmp_path / 'model', CONFIG, random_params(CONFIG), None, shard_bytes=2000)
  fault(out)
  with pytest.raises(ValueError, match=text):
    hub.load(str(out))


def other(folder, file):
  return next(path.name for path in sorted(folder.glob('*.safetensors')) if path.name != file)


def test_names_that_lead_nowhere_come_with_a_way_out(tmp_path, monkeypatch):
  import huggingface_hub

  def offline(*args, **kwargs):
    raise ConnectionError('no route to host\nand a second line')

  monkeypatch.setattr(huggingface_hub, 'snapshot_download', offline)
  (tmp_path / 'my_model').mkdir()
  (tmp_path / 'weights.bin').write_text('')
  for spec, text in {
    'smolm2': 'no such folder; did you mean smollm2',
    f'{tmp_path}/my_modle': f'no such folder; did you mean {tmp_path}/my_model',
    'org/name': r'no such folder, and the hub cannot give it \(no route to host\)',
    f'{tmp_path}/weights.bin': 'is a file',
    f'{tmp_path}/my_model': 'has no config.json',
    '': 'is empty|no config.json|no such folder',
  }.items():
    with pytest.raises(ValueError, match=text) as caught:
      hub.load(spec)
    assert '\n' not in str(caught.value)


def test_a_hub_id_is_loaded_from_where_the_hub_puts_it(folder, monkeypatch):
  import huggingface_hub

  asked = []
  monkeypatch.setattr(huggingface_hub, 'snapshot_download', lambda spec, **kw: asked.append((spec, kw)) or str(folder))
  assert hub.load('org/name').config == CONFIG
  assert [spec for spec, _ in asked] == ['org/name'] and not any('.bin' in p for p in asked[0][1]['allow_patterns'])
  # The files of torch are fetched only where there are no others.
  as_bin(folder)
  assert hub.load('org/name').config == CONFIG
  assert len(asked) == 3 and 'pytorch_model*.bin' in asked[2][1]['allow_patterns']


def as_bin(folder, **more):
  """The weights of a folder as pytorch_model.bin."""
  state = safetensors_numpy.load_file(folder / 'model.safetensors') | more
  torch_zip.write(folder / 'pytorch_model.bin', *torch_zip.plain(state))
  (folder / 'model.safetensors').unlink()


def test_weights_of_torch_are_the_same_weights(folder):
  want = hub.load(str(folder)).params
  buffers = {f'model.layers.{l}.self_attn.rotary_emb.inv_freq': np.ones(2, np.float32) for l in range(2)}
  as_bin(folder, **buffers)
  jax.tree.map(np.testing.assert_array_equal, hub.load(str(folder)).params, want)
  # A tied head that lies in the embedding's own storage.
  embed = want['embed']
  shared = torch_zip.tensor(torch_zip.storage(embed, '0'), embed.shape, (embed.shape[1], 1))
  value, storages = torch_zip.plain(dict(weight_map.to_hf(*table_of(want))))
  pairs = dict(value.pairs) | {'model.embed_tokens.weight': shared, 'lm_head.weight': shared}
  torch_zip.write(folder / 'pytorch_model.bin', torch_zip.Items(tuple(pairs.items())), storages | {'0': embed})
  jax.tree.map(np.testing.assert_array_equal, hub.load(str(folder)).params, want)


def table_of(params):
  flat = flatten(params)
  return flat, llama.rows(CONFIG), families.sizes(llama, CONFIG)


def test_safetensors_go_before_files_of_torch(folder):
  (folder / 'pytorch_model.bin').write_bytes(b'never looked at')
  assert hub.load(str(folder)).config == CONFIG


def test_end_ids_come_from_every_place_that_names_one(folder):
  change_json(folder, 'generation_config.json', eos_token_id=[5, 7])
  change_json(folder, 'config.json', eos_token_id=9)
  assert hub.end_ids(hub.load(str(folder))) == (5, 7, 9)
  change_json(folder, 'generation_config.json', eos_token_id=7)
  change_json(folder, 'config.json', eos_token_id=CONFIG.V)  # beyond the vocabulary
  assert hub.end_ids(hub.load(str(folder))) == (7,)
  (folder / 'generation_config.json').unlink()
  assert hub.end_ids(hub.load(str(folder))) == ()


def test_the_cache_is_where_it_was_asked_for(monkeypatch):
  monkeypatch.delenv('ACRL_CACHE', raising=False)
  assert str(hub.cache_folder()).endswith('.cache/acrl_jax') and '~' not in str(hub.cache_folder())
  monkeypatch.setenv('ACRL_CACHE', '/from/env')
  assert str(hub.cache_folder()) == '/from/env'
  assert str(hub.cache_folder('/asked')) == '/asked'


def test_a_copied_folder_still_loads(folder, tmp_path):
  shutil.copytree(folder, tmp_path / 'elsewhere')
  assert hub.load(str(tmp_path / 'elsewhere')).config == CONFIG


# --- where parameters go --------------------------------------------------------------------------


@pytest.fixture(scope='module')
def params():
  return random_params(WIDE)


@pytest.fixture(scope='module')
def wide(tmp_path_factory, params):
  return export_folder(tmp_path_factory.mktemp('made') / 'model', WIDE, params, None, end_ids=(3,), shard_bytes=5000)


@pytest.mark.parametrize('sizes', MESHES, ids=str)
def test_parameters_lie_on_the_mesh_as_their_letters_say(wide, params, sizes):
  mesh = sharding.make_mesh(**sizes)
  made = hub.load(str(wide), place=on(mesh))
  assert made.config == WIDE and made.vocab == 301

  def same(path, x, want, where):
    np.testing.assert_array_equal(x, want, err_msg=str(path))
    assert isinstance(x, jax.Array) and x.sharding == where

  jax.tree_util.tree_map_with_path(same, made.params, params, on(mesh)(params))


def test_a_model_on_the_mesh_takes_part_in_a_step_that_donates_it(wide, params):
  made = hub.load(str(wide), place=on(sharding.make_mesh(data=8))).params
  doubled = jax.jit(lambda tree: jax.tree.map(lambda x: 2 * x, tree), donate_argnums=0)(made)
  jax.tree.map(lambda x, want: np.testing.assert_array_equal(x, 2 * want), doubled, params)


def test_one_parameter_at_a_time_is_read(wide, params, monkeypatch):
  order, real, put = [], weights.Tensors.blocks, hub._put

  def blocks(self, name, first, end):
    order.append('x')
    return real(self, name, first, end)

  def watched(x, where):
    order.append('|')
    return put(x, where)

  monkeypatch.setattr(weights.Tensors, 'blocks', blocks)
  monkeypatch.setattr(hub, '_put', watched)
  hub.load(str(wide), place=on(sharding.make_mesh(data=8)))
  *reads, rest = ''.join(order).split('|')
  assert not rest and set(reads) == {'x', 'xx'}  # two layers, or what stands outside of the layers
  assert len(reads) == len(jax.tree.leaves(params))


@pytest.mark.parametrize('change', ['shape', 'missing', 'extra', 'type'])
def test_nothing_is_read_of_a_folder_that_is_wrong(wide, params, monkeypatch, tmp_path, change):
  bare = hub.load(str(wide), weights=False)
  stored = dict(weights.open_folder(wide, hub.FORMATS)._stored)
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
