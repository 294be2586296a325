import dataclasses
import json
import shutil

import jax
import ml_dtypes
import numpy as np
import pytest
import safetensors
import tokenizers
import torch_zip
import transformers
from safetensors import numpy as safetensors_numpy

from acrl_jax.convert import families, hub, weight_map
from acrl_jax.convert.export import export_folder
from acrl_jax.convert.families import llama
from acrl_jax.convert.trees import flatten
from acrl_jax.models import decoder
from acrl_jax.models.decoder import DecoderConfig

CONFIG = DecoderConfig(V=300, D=8, N=2, K=1, H=4, F=12, layers=2, max_length=32, rope_theta=5e4)


def init(config):
  """Random parameters as nested NumPy arrays."""
  one = np.ones((1, 1), np.int32)
  shapes = jax.eval_shape(lambda: decoder.Decoder(config).init(jax.random.key(0), one, one, one > 0))['params']
  rng = np.random.default_rng(0)
  return jax.tree.map(lambda x: rng.normal(size=x.shape).astype(np.float32), shapes)


@pytest.fixture
def folder(tmp_path):
  return export_folder(tmp_path / 'model', CONFIG, init(CONFIG), None, end_ids=(3,))


def change_tensors(folder, change):
  file = folder / 'model.safetensors'
  state = change(safetensors_numpy.load_file(file))
  safetensors_numpy.save_file(state, file, metadata={'format': 'pt'})


def change_json(folder, name, **values):
  file = folder / name
  old = json.loads(file.read_text()) if file.exists() else {}
  file.write_text(json.dumps({key: value for key, value in (old | values).items() if value is not ...}))


@pytest.mark.parametrize('tied', [True, False])
@pytest.mark.parametrize('shard_bytes', [10**9, 2000])
def test_what_is_exported_loads_bit_for_bit(tmp_path, tied, shard_bytes):
  config = dataclasses.replace(CONFIG, tied=tied, qkv_bias=True, out_bias=True, mlp_bias=True)
  params = init(config)
  out = export_folder(tmp_path / 'model', config, params, None, shard_bytes=shard_bytes)
  made = hub.load(str(out))
  assert made.config == config and made.tokenizer is None and made.source == out
  jax.tree.map(np.testing.assert_array_equal, made.params, params)
  shards = sorted(path.name for path in out.glob('*.safetensors'))
  if shard_bytes == 10**9:
    assert shards == ['model.safetensors']
  else:
    assert len(shards) > 3 and shards[0] == f'model-00001-of-{len(shards):05d}.safetensors'
    index = json.loads((out / 'model.safetensors.index.json').read_text())
    assert index['metadata']['total_size'] == 4 * sum(x.size for x in jax.tree.leaves(params))
    assert sorted(set(index['weight_map'].values())) == shards


def test_the_files_of_an_export(folder):
  assert sorted(path.name for path in folder.iterdir()) == [
    'README.md', 'acrl_config.json', 'config.json', 'generation_config.json', 'model.safetensors'
  ]  # fmt: skip
  assert json.loads((folder / 'generation_config.json').read_text()) == {'eos_token_id': 3}
  own = json.loads((folder / 'acrl_config.json').read_text())['model']
  assert (own['V'], own['rope_theta'], own.keys()) == (300, 5e4, dataclasses.asdict(CONFIG).keys())
  with safetensors.safe_open(folder / 'model.safetensors', framework='numpy') as file:
    assert file.metadata() == {'format': 'pt'}
    assert 'lm_head.weight' not in file.keys()  # tied
  assert (folder / 'model.safetensors').stat().st_mode == (folder / 'config.json').stat().st_mode
  assert [path for path in folder.parent.iterdir() if path != folder] == []  # nothing temporary is left


def test_a_source_hands_on_its_own_words(folder, tmp_path):
  own = dict(bos_token_id=1, eos_token_id=2, architectures=['MyLlama'], transformers_version='4.1')
  change_json(folder, 'config.json', **own)
  change_json(folder, 'generation_config.json', eos_token_id=[2, 3], temperature=0.5, transformers_version='4.1')
  made = hub.load(str(folder), weights=False)
  out = export_folder(tmp_path / 'out', made.config, init(CONFIG), None, made.hf_config, source=folder, card='# mine\n')
  config = json.loads((out / 'config.json').read_text())
  assert config['architectures'] == ['MyLlama'] and config['bos_token_id'] == 1 and 'transformers_version' not in config
  generation = json.loads((out / 'generation_config.json').read_text())
  assert generation == {'bos_token_id': 1, 'eos_token_id': [2, 3], 'temperature': 0.5}
  assert (out / 'README.md').read_text().endswith('---\n\n# mine\n')


def test_a_tokenizer_goes_both_ways_and_must_fit_the_model(tmp_path):
  alphabet = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
  made = tokenizers.Tokenizer(tokenizers.models.BPE({token: i for i, token in enumerate(alphabet)}, []))
  made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
  made.decoder = tokenizers.decoders.ByteLevel()
  made = transformers.PreTrainedTokenizerFast(tokenizer_object=made, eos_token='<|end|>', pad_token='<|pad|>')
  first = export_folder(tmp_path / 'first', CONFIG, None, made, end_ids=(made.eos_token_id,))
  again = hub.load(str(first), weights=False)
  assert again.tokenizer.encode('a b<|end|>') == made.encode('a b<|end|>') and hub.end_ids(again) == (256,)
  (first / 'tokenizer_config.json').write_text('{"eos_token":    "<|end|>"}')
  second = export_folder(tmp_path / 'second', CONFIG, None, again.tokenizer, again.hf_config, source=first)
  for name in ('tokenizer.json', 'tokenizer_config.json'):
    assert (second / name).read_bytes() == (first / name).read_bytes()
  change_json(first, 'config.json', vocab_size=257)
  with pytest.raises(ValueError, match='its tokenizer has an id 257, its model only 257 tokens'):
    hub.load(str(first), weights=False)


def test_without_weights_all_but_the_parameters_goes_both_ways(tmp_path):
  out = export_folder(tmp_path / 'model', CONFIG, None, None)
  assert not list(out.glob('*.safetensors'))
  made = hub.load(str(out), weights=False)
  assert made.config == CONFIG and made.params is None
  with pytest.raises(ValueError, match='has no model.safetensors'):
    hub.load(str(out))


def test_the_critic_goes_beside_the_policy(tmp_path):
  critic = {'up': {'kernel': np.arange(6.0).reshape(2, 3)}, 'out': {'bias': np.ones(1)}}
  out = export_folder(tmp_path / 'model', CONFIG, None, None, critic=critic)
  with np.load(out / 'critic.npz') as got:
    assert sorted(got) == ['out/bias', 'up/kernel']
    np.testing.assert_array_equal(got['up/kernel'], critic['up']['kernel'])


def test_the_compute_type_is_the_callers_and_parameters_stay_float32(folder):
  made = hub.load(str(folder), dtype='bfloat16')
  assert made.config.dtype == 'bfloat16'
  assert {x.dtype for x in jax.tree.leaves(made.params)} == {np.dtype('float32')}


def test_bfloat16_files_are_widened(folder):
  half = jax.tree.map(lambda x: x.astype(ml_dtypes.bfloat16), hub.load(str(folder)).params)
  change_tensors(folder, lambda state: {name: x.astype(ml_dtypes.bfloat16) for name, x in state.items()})
  made = hub.load(str(folder)).params
  jax.tree.map(lambda a, b: np.testing.assert_array_equal(a, b.astype(np.float32)), made, half)


@pytest.mark.parametrize('there', [True, False])
def test_a_link_to_a_folder_stays_a_link(tmp_path, there):
  target, link = tmp_path / 'disk' / 'model', tmp_path / 'model'
  link.symlink_to('disk/model')
  if there:
    export_folder(target, CONFIG, None, None)
    (target / 'stale').touch()
  assert export_folder(link, CONFIG, None, None) == link
  assert link.is_symlink() and (target / 'acrl_config.json').is_file() and not (target / 'stale').exists()
  assert [p.name for p in target.parent.iterdir()] == ['model']
  assert sorted(p.name for p in tmp_path.iterdir()) == ['disk', 'model']


def test_an_earlier_export_is_replaced_and_anything_else_refused(folder, tmp_path):
  params = init(CONFIG)
  params['embed'] += 1
  export_folder(folder, CONFIG, params, None)
  np.testing.assert_array_equal(hub.load(str(folder)).params['embed'], params['embed'])
  (tmp_path / 'mine').mkdir()
  (tmp_path / 'mine' / 'thesis.txt').write_text('years of work')
  with pytest.raises(ValueError, match='is no export of acrl_jax'):
    export_folder(tmp_path / 'mine', CONFIG, params, None)
  assert (tmp_path / 'mine' / 'thesis.txt').read_text() == 'years of work'


def test_a_failed_export_leaves_what_was_there(folder):
  before = (folder / 'model.safetensors').read_bytes()
  params = init(CONFIG)
  del params['embed']
  with pytest.raises(ValueError, match='parameters are missing: embed'):
    export_folder(folder, CONFIG, params, None)
  assert (folder / 'model.safetensors').read_bytes() == before
  assert [path for path in folder.parent.iterdir() if path != folder] == []


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
  out = export_folder(tmp_path / 'model', CONFIG, init(CONFIG), None, shard_bytes=2000)
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
