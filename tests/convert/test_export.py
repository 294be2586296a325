"""Models out: the files of a folder, what stands in its place before, and parameters that lie on many devices."""

import dataclasses
import json
import socket
import subprocess
import sys

import jax
import numpy as np
import pytest
import safetensors
import tokenizers
import transformers
from folders import CONFIG, MESHES, WIDE, change_json, on, random_params

from acrl_jax.convert import hub, trees
from acrl_jax.convert.export import export_folder
from acrl_jax.distributed import sharding
from acrl_jax.models import policy
from acrl_jax.models.decoder import DecoderConfig


@pytest.fixture
def folder(tmp_path):
  return export_folder(tmp_path / 'model', CONFIG, random_params(CONFIG), None, end_ids=(3,))


@pytest.mark.parametrize('tied', [True, False])
@pytest.mark.parametrize('shard_bytes', [10**9, 2000])
def test_what_is_exported_loads_bit_for_bit(tmp_path, tied, shard_bytes):
  config = dataclasses.replace(CONFIG, tied=tied, qkv_bias=True, out_bias=True, mlp_bias=True)
  params = random_params(config)
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
  more = dict(source=folder, card='# mine\n')
  out = export_folder(tmp_path / 'out', made.config, random_params(CONFIG), None, made.hf_config, **more)
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
  params = random_params(CONFIG)
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
  params = random_params(CONFIG)
  del params['embed']
  with pytest.raises(ValueError, match='parameters are missing: embed'):
    export_folder(folder, CONFIG, params, None)
  assert (folder / 'model.safetensors').read_bytes() == before
  assert [path for path in folder.parent.iterdir() if path != folder] == []


# --- on many devices ------------------------------------------------------------------------------


@pytest.fixture(scope='module')
def params():
  return random_params(WIDE)


@pytest.fixture(scope='module')
def wide(tmp_path_factory, params):
  return export_folder(tmp_path_factory.mktemp('made') / 'model', WIDE, params, None, end_ids=(3,), shard_bytes=5000)


@pytest.mark.parametrize('sizes', MESHES, ids=str)
def test_the_vocabulary_is_padded_with_zeros_and_exported_without(wide, params, sizes, tmp_path):
  mesh = sharding.make_mesh(**sizes)
  ways = mesh.shape['tensor']
  made = hub.load(str(wide), place=on(mesh), vocab_multiple=ways)
  V = -(-301 // ways) * ways
  assert made.config == dataclasses.replace(WIDE, V=V) and made.vocab == 301
  assert made.params['embed'].shape == (V, 8) and made.params['head'].shape == (8, V)
  np.testing.assert_array_equal(made.params['embed'][:301], params['embed'])
  np.testing.assert_array_equal(made.params['head'][:, :301], params['head'])
  assert not np.any(made.params['embed'][301:]) and not np.any(made.params['head'][:, 301:])
  if ways > 1:
    assert made.params['embed'].sharding.spec[0] == 'tensor'
  out = export_folder(tmp_path / 'out', made.config, made.params, None, made.hf_config)
  assert json.loads((out / 'config.json').read_text())['vocab_size'] == 301
  again = hub.load(str(out))
  assert again.config == WIDE
  jax.tree.map(np.testing.assert_array_equal, again.params, params)


def test_arrays_of_a_mesh_are_exported_as_they_are(params, tmp_path):
  mesh = sharding.make_mesh(data=1, fsdp=4, tensor=2)
  spread = jax.device_put(params, on(mesh)(params))
  one, other = (export_folder(tmp_path / name, WIDE, tree, None) for name, tree in dict(a=params, b=spread).items())
  assert (one / 'model.safetensors').read_bytes() == (other / 'model.safetensors').read_bytes()


def test_adapters_are_merged_before_the_export(tmp_path):
  config = dataclasses.replace(WIDE, lora_rank=2, lora_targets=('q', 'down'), lora_alpha=6.0)
  params = random_params(config)
  made = hub.load(str(export_folder(tmp_path / 'out', config, params, None)))
  assert made.config == WIDE
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


# --- in two processes -----------------------------------------------------------------------------


SIZES = dict(V=301, D=8, N=4, K=2, H=4, F=12, layers=2, max_length=32, tied=False)
PROCESS = """
import sys
import jax
from acrl_jax.convert import hub
from acrl_jax.convert.export import export_folder
from acrl_jax.distributed import sharding
from acrl_jax.models import decoder
port, index, source, target = sys.argv[1:]
jax.config.update('jax_cpu_collectives_implementation', 'gloo')
jax.distributed.initialize(f'127.0.0.1:{port}', 2, int(index))
mesh = sharding.make_mesh(data=1, fsdp=2, tensor=2)
made = hub.load(source, place=lambda shapes: sharding.shardings(shapes, decoder.DIMS, mesh), vocab_multiple=2)
assert not made.params['embed'].is_fully_addressable and made.config.V == 302
head = {'out': {'bias': made.params['layers']['mlp']['up']['kernel']}}
export_folder(target, made.config, made.params, None, made.hf_config, critic=head)
"""


def test_a_model_spread_over_two_hosts_is_exported_by_the_first(tmp_path):
  rng = np.random.default_rng(0)
  config = DecoderConfig(**SIZES)
  shapes = jax.eval_shape(policy.make_functions(config).init, jax.random.key(0))
  params = jax.tree.map(lambda x: rng.normal(size=x.shape).astype(np.float32), shapes)
  source = export_folder(tmp_path / 'source', config, params, None)
  with socket.socket() as free:
    free.bind(('127.0.0.1', 0))
    port = free.getsockname()[1]
  words = [sys.executable, '-c', PROCESS, str(port)]
  env = dict(JAX_PLATFORMS='cpu', XLA_FLAGS='--xla_force_host_platform_device_count=2', PATH='/usr/bin:/bin')
  hosts = [
    subprocess.Popen([*words, str(index), source, tmp_path / 'out'], env=env, stderr=subprocess.PIPE, text=True)
    for index in range(2)
  ]
  errors = [host.communicate(timeout=300)[1] for host in hosts]
  assert [host.returncode for host in hosts] == [0, 0], errors
  made = hub.load(str(tmp_path / 'out'))
  assert made.config == config
  jax.tree.map(np.testing.assert_array_equal, made.params, params)
  np.testing.assert_array_equal(
    hub.read_critic(tmp_path / 'out')['out']['bias'], params['layers']['mlp']['up']['kernel']
  )
