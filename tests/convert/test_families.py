"""The registry of families: who is found, who is refused, and that a new one is one file and one line."""

import json
import sys

import jax
import numpy as np
import pytest

import acrl_jax
from acrl_jax.convert import families, hub
from acrl_jax.convert.export import export_folder
from acrl_jax.convert.families import gpt2, gpt_neox, llama, t5
from acrl_jax.models import policy
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.t5 import T5Config

SMALL = DecoderConfig(V=48, D=16, N=4, K=2, H=4, F=24, layers=2, max_length=32, tied=False)


@pytest.mark.parametrize('kind', ['qwen3_moe', 'deepseek_v2', 'mixtral', 'gemma2', 'phi3', None])
def test_other_model_types_are_refused_with_a_list_of_ours(kind):
  with pytest.raises(ValueError, match=f'model_type={kind!r} is not supported; supported: .*granite, .*starcoder2'):
    families.family_of({'model_type': kind}, 'folder')


def test_every_family_of_the_registry_has_a_module_with_the_four_functions():
  for kind in families.FAMILIES:
    module = families.family_of({'model_type': kind}, 'folder')
    assert module.__name__ == f'acrl_jax.convert.families.{kind}'
    assert all(callable(getattr(module, name)) for name in ('config', 'to_hf_config', 'rows', 'ignored'))
  assert families.family_of({}, 'folder') is llama


def test_sizes_are_the_letters_of_the_config_and_those_of_the_family():
  letters = dict(V=48, D=16, N=4, K=2, H=4, F=24, L=32, layers=2)
  assert families.sizes(llama, SMALL) == letters
  assert families.sizes(gpt_neox, SMALL) == letters | dict(s=3)
  config = T5Config(V=50, D=16, N=4, H=6, F=24, layers=2, decoder_layers=3, buckets=8, distance=16)
  assert families.sizes(t5, config)['decoder_layers'] == 3 and families.sizes(t5, config)['U'] == 8


def test_names_are_translated_where_the_family_does():
  assert families.names(llama, ['model.norm.weight']) == {}
  assert families.names(gpt2, ['wte.weight']) == {'wte.weight': 'transformer.wte.weight'}


# --- a family more --------------------------------------------------------------------------------

MINI = '''
"""A Llama whose file calls two things otherwise."""

from acrl_jax.convert.families import llama

OWN_NAMES = {'width': 'hidden_size'}
ignored = llama.ignored


def config(hf):
  keys = {OWN_NAMES.get(key, key): value for key, value in hf.items()}
  return llama.config(keys | {'model_type': 'llama'})


def to_hf_config(cfg):
  keys = llama.to_hf_config(cfg) | {'model_type': 'mini', 'architectures': ['MiniForCausalLM']}
  return {{'hidden_size': 'width'}.get(key, key): value for key, value in keys.items()}


def rows(cfg):
  return [r._replace(theirs=r.theirs.replace('embed_tokens', 'table')) for r in llama.rows(cfg)]
'''


@pytest.fixture
def mini(tmp_path, monkeypatch):
  """A family of one new file beside the others and one line in the registry."""
  place = tmp_path / 'families'
  place.mkdir()
  (place / 'mini.py').write_text(MINI)
  monkeypatch.setattr(families, '__path__', [*families.__path__, str(place)])
  monkeypatch.setattr(families, 'FAMILIES', (*families.FAMILIES, 'mini'))
  yield
  sys.modules.pop(f'{families.__name__}.mini', None)
  vars(families).pop('mini', None)


def test_a_family_is_one_file_and_one_line(mini, tmp_path):
  shapes = jax.eval_shape(policy.make_functions(SMALL).init, jax.random.key(0))
  rng = np.random.default_rng(0)
  params = jax.tree.map(lambda x: rng.normal(size=x.shape).astype(np.float32), shapes)
  first = export_folder(tmp_path / 'first', SMALL, params, None, {'model_type': 'mini'}, end_ids=(1,))
  written = json.loads((first / 'config.json').read_text())
  assert (written['model_type'], written['width'], 'hidden_size' in written) == ('mini', 16, False)
  assert 'model.table.weight' in hub.weights.open_folder(first, hub.FORMATS).shapes()
  loaded = acrl_jax.load(str(first))
  assert loaded.config == SMALL
  again = hub.load(str(acrl_jax.export(tmp_path / 'second', loaded)))
  assert again.hf_config['model_type'] == 'mini'
  jax.tree.map(np.testing.assert_array_equal, again.params, params)


def test_without_its_line_it_is_not_known(tmp_path):
  (tmp_path / 'config.json').write_text('{"model_type": "mini"}')
  with pytest.raises(ValueError, match="model_type='mini' is not supported"):
    hub.load(str(tmp_path))
