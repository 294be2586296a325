"""What is sampled, how likely it was, and where it ends."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.policy import make_policy
from acrl_jax.models.sampler import choose, in_nucleus, scan, stop_table
from acrl_jax.records import Prompts

CONFIG = DecoderConfig(V=40, D=32, N=4, K=2, H=8, F=48, layers=2, max_length=64)
TEXTS = [
  '', '\n', '\n    ', ' x', 'x', '\n\n', '    ', '```', '\ndef', 'a\n', ' \n', '\r\n', '\n  \ny', '\n\tz', *['q'] * 26,
]  # fmt: skip
END = 0


@pytest.fixture(scope='module')
def model():
  policy = make_policy(CONFIG, end_ids=(END,), pad_id=39)
  return policy, jax.tree.map(lambda x: x * 3, jax.jit(policy.init)(jax.random.key(0)))  # sharper than at the start


def prompts(B=4, P=6, seed=0):
  rng = np.random.default_rng(seed)
  valid = np.arange(P) >= rng.integers(0, 3, (B, 1))
  return Prompts(tokens=np.where(valid, rng.integers(1, CONFIG.V, (B, P)), 39).astype(np.int32), valid=valid)


@pytest.mark.parametrize('temperature', [1.0, 0.7])
def test_the_log_probs_of_sampling_are_those_of_training(model, temperature):
  policy, params = model
  made = policy.generate(params, jax.random.key(1), prompts(), max_new_tokens=12, temperature=temperature)
  scores = policy.score(params, made.tokens, made.valid, start=6, temperature=temperature)
  np.testing.assert_allclose(np.where(made.actions, scores.log_prob, 0), made.log_probs, atol=5e-5)


def test_rows_end_after_their_end_token_and_nothing_follows(model):
  policy, params = model
  made = jax.device_get(policy.generate(params, jax.random.key(2), prompts(B=32), max_new_tokens=20))
  ended = 0
  for tokens, actions in zip(made.tokens[:, 6:], made.actions[:, 6:]):
    count = actions.sum()
    assert np.all(actions[:count]) and not np.any(actions[count:])
    assert END not in tokens[: count - 1]
    assert np.all(tokens[count:] == 39)
    ended += tokens[count - 1] == END
    assert count == 20 or tokens[count - 1] == END
  assert ended > 0


def test_greedy_takes_the_likeliest_token_of_a_full_forward_pass(model):
  policy, params = model
  made = jax.device_get(policy.generate(params, jax.random.key(3), prompts(), max_new_tokens=8, temperature=0.0))
  logits = np.asarray(policy.logits(params, made.tokens, made.valid))
  for b, t in zip(*np.nonzero(made.actions)):
    assert made.tokens[b, t] == logits[b, t - 1].argmax()


def test_samples_of_one_prompt_stand_together_and_differ(model):
  policy, params = model
  one = prompts(B=3)
  greedy = policy.generate(params, jax.random.key(0), one, max_new_tokens=6, temperature=0.0)
  many = policy.generate(params, jax.random.key(0), one, max_new_tokens=6, temperature=0.0, samples=4)
  np.testing.assert_array_equal(np.repeat(greedy.tokens, 4, axis=0), many.tokens)
  drawn = np.asarray(policy.generate(params, jax.random.key(0), one, max_new_tokens=6, samples=4).tokens)
  assert len({tuple(row) for row in drawn[:4, 6:]}) > 1


def test_the_same_key_gives_the_same_programs_and_another_does_not(model):
  policy, params = model
  draw = lambda seed: np.asarray(policy.generate(params, jax.random.key(seed), prompts(), max_new_tokens=10).tokens)
  np.testing.assert_array_equal(draw(5), draw(5))
  assert np.any(draw(5) != draw(6))


def slow_end(text):
  """The first place where a character other than white space follows a line break; None if nowhere."""
  for i in range(1, len(text)):
    if text[i - 1] == '\n' and not text[i].isspace():
      return i
  return None


def test_the_table_ends_a_text_exactly_where_the_rule_does():
  table, rng = stop_table(TEXTS), np.random.default_rng(0)
  for _ in range(2000):
    ids = rng.integers(0, 14, 12)
    state, ended_at = 0, None
    for place, token in enumerate(ids):
      if table.ends[state, token]:
        ended_at = place
        break
      state = int(table.at_start[state, token])
    lengths = np.cumsum([len(TEXTS[i]) for i in ids])
    expected = slow_end(''.join(TEXTS[i] for i in ids))
    assert ended_at == (None if expected is None else int(np.searchsorted(lengths, expected, side='right')))


def test_scan_reads_a_special_token_as_no_text():
  assert scan('', True) == (False, True) and scan('', False) == (False, False)
  assert scan('x', True) == (True, False) and scan('\n   ', False) == (False, False)


def test_a_row_ends_when_its_text_returns_to_column_0(model):
  _, params = model
  policy = make_policy(CONFIG, end_ids=(END,), pad_id=39, stop=stop_table(TEXTS))
  made = jax.device_get(policy.generate(params, jax.random.key(4), prompts(B=64), max_new_tokens=16))
  ended = 0
  for tokens, actions in zip(made.tokens[:, 6:], made.actions[:, 6:]):
    ids = tokens[actions]
    assert slow_end(''.join(TEXTS[i] for i in ids[:-1])) is None
    ended += slow_end(''.join(TEXTS[i] for i in ids)) is not None
  assert ended > 3


def test_the_nucleus_is_the_fewest_tokens_that_reach_top_p():
  logits = jnp.log(jnp.asarray([[0.5, 0.1, 0.3, 0.1], [0.05, 0.9, 0.03, 0.02]]))
  np.testing.assert_array_equal(in_nucleus(logits, 0.75), [[True, False, True, False], [False, True, False, False]])
  keys = jax.random.split(jax.random.key(0), 200)
  tokens, log_probs = jax.vmap(lambda k: choose(k, logits, 1.0, 0.75, False, True))(keys)
  assert set(np.unique(tokens[:, 0])) == {0, 2} and set(np.unique(tokens[:, 1])) == {1}
  np.testing.assert_allclose(np.asarray(log_probs[:, 0])[np.asarray(tokens[:, 0]) == 0], np.log(0.5 / 0.8), atol=1e-5)


@pytest.mark.parametrize('top_p', [0.05, 0.5, 0.9, 0.99])
def test_the_nucleus_equals_a_sorted_twin(top_p):
  logits = np.random.default_rng(0).normal(size=(8, 700)).astype(np.float32) * 3
  probs = np.exp(logits - logits.max(1, keepdims=True))
  probs /= probs.sum(1, keepdims=True)
  expected = np.zeros(logits.shape, bool)
  for row, order in enumerate(np.argsort(-probs, 1)):
    mass = 0.0
    for token in order:
      if mass >= top_p:
        break
      expected[row, token], mass = True, mass + probs[row, token]
  np.testing.assert_array_equal(in_nucleus(jnp.asarray(logits), top_p), expected)


def test_the_nucleus_of_a_sure_row_is_its_one_token():
  assert in_nucleus(jnp.asarray([[0.0, 200.0, 0.0]]), 0.95).tolist() == [[False, True, False]]


def test_ids_beyond_the_tokenizer_are_never_sampled(model):
  _, params = model
  policy = make_policy(CONFIG, pad_id=0, vocab=5)
  made = policy.generate(params, jax.random.key(0), prompts(B=16), max_new_tokens=10)
  assert np.asarray(made.tokens)[np.asarray(made.actions)].max() < 5


@pytest.mark.parametrize('temperature', [1.0, 0.7])
def test_ids_beyond_the_tokenizer_have_no_probability_in_training_either(model, temperature):
  policy, params = make_policy(CONFIG, end_ids=(END,), pad_id=0, vocab=20), model[1]
  made = policy.generate(params, jax.random.key(1), prompts(), max_new_tokens=12, temperature=temperature)
  scores = policy.score(params, made.tokens, made.valid, start=6, temperature=temperature)
  np.testing.assert_allclose(np.where(made.actions, scores.log_prob, 0), made.log_probs, atol=5e-5)
  assert jnp.isfinite(scores.entropy).all() and scores.entropy.max() <= np.log(20) + 1e-5
