"""Files that torch itself writes: pytorch_model.bin in every form, against the safetensors of the same model."""

import json

import jax
import numpy as np
import pytest

from acrl_jax.convert import hub
from acrl_jax.convert.formats import torch_bin, weights

torch = pytest.importorskip('torch')
transformers = pytest.importorskip('transformers')


@pytest.fixture(scope='module')
def model():
  torch.manual_seed(0)
  sizes = dict(hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4, vocab_size=90)
  config = transformers.LlamaConfig(**sizes, num_key_value_heads=2, tie_word_embeddings=True, eos_token_id=2)
  return transformers.LlamaForCausalLM(config)


@pytest.fixture
def folder(model, tmp_path):
  """The folder with safetensors; each test adds its files of torch in another."""
  model.save_pretrained(tmp_path / 'plain')
  (tmp_path / 'torch').mkdir()
  (tmp_path / 'torch' / 'config.json').write_bytes((tmp_path / 'plain' / 'config.json').read_bytes())
  return tmp_path


def equal(folder, change=lambda x: x):
  ours, theirs = (hub.load(str(folder / name)).params for name in ('torch', 'plain'))
  jax.tree.map(lambda a, b: np.testing.assert_array_equal(a, change(b)), ours, theirs)


def test_a_state_dict_as_torch_saves_it(model, folder):
  state = model.state_dict()
  assert state['lm_head.weight'].data_ptr() == state['model.embed_tokens.weight'].data_ptr()  # one storage, two names
  torch.save(state, folder / 'torch' / 'pytorch_model.bin')
  equal(folder)
  torch.save(dict(model.named_parameters()), folder / 'torch' / 'pytorch_model.bin')  # parameters, not tensors
  equal(folder)


@pytest.mark.parametrize('dtype', [torch.bfloat16, torch.float16])
def test_halves_and_mixtures(model, folder, dtype):
  state = {name: x.to(dtype) if 'mlp' in name else x for name, x in model.state_dict().items()}
  torch.save(state, folder / 'torch' / 'pytorch_model.bin')
  made = hub.load(str(folder / 'torch')).params
  up = state['model.layers.1.mlp.up_proj.weight'].float().numpy().T
  np.testing.assert_array_equal(made['layers']['mlp']['up']['kernel'][1], up)
  np.testing.assert_array_equal(made['embed'], state['model.embed_tokens.weight'].numpy())


def test_several_files(model, folder):
  state, names = model.state_dict(), ['pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin']
  parts = [dict(list(state.items())[number::2]) for number in range(2)]
  for name, part in zip(names, parts):
    torch.save(part, folder / 'torch' / name)
  places = {key: name for name, part in zip(names, parts) for key in part}
  (folder / 'torch' / 'pytorch_model.bin.index.json').write_text(json.dumps({'metadata': {}, 'weight_map': places}))
  equal(folder)


def test_views_buffers_and_kinds(tmp_path):
  whole = torch.arange(60, dtype=torch.float32).reshape(5, 12)
  state = {
    'turned': whole.T, 'part': whole[1:4, 2:9:3], 'row': whole[2], 'spread': whole[0].expand(3, 12),
    'scalar': torch.tensor(2.5), 'none': torch.zeros(0, 4), 'mask': torch.tril(torch.ones(4, 4, dtype=torch.bool)),
    'ids': torch.tensor([-1, 2**40]), 'bytes': torch.arange(5, dtype=torch.uint8), 'wide': torch.ones(2).double(),
    'brain': torch.tensor([1.5, -0.25]).bfloat16(), 'parameter': torch.nn.Parameter(whole[3]),
  }  # fmt: skip
  torch.save(state, tmp_path / 'm.bin')
  found = weights.Tensors(torch_bin.contents(tmp_path / 'm.bin'))
  assert found.keys() == state.keys()
  for name, x in state.items():
    np.testing.assert_array_equal(found[name], x.detach().float().numpy() if name == 'brain' else x.detach().numpy())


def test_what_is_no_table_of_tensors_is_refused(model, tmp_path):
  for value, text in [(model, 'names transformers.models.llama.*do not trust'), ([torch.ones(2)], 'more than tensors')]:
    torch.save(value, tmp_path / 'm.bin')
    with pytest.raises(ValueError, match=text):
      torch_bin.contents(tmp_path / 'm.bin')
  torch.save({'a': torch.ones(2)}, tmp_path / 'm.bin', _use_new_zipfile_serialization=False)
  with pytest.raises(ValueError, match='no zip file, as torch writes since 1.6'):
    torch_bin.contents(tmp_path / 'm.bin')
