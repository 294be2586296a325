"""Every key stands on one line: its default, its bounds, its meaning."""

import pytest

from acrl_jax import config


def test_every_key_of_both_jobs_has_a_meaning_and_a_default_that_it_may_have():
  for keys in (config.TRAINING, config.GENERATION):
    assert len({key.name for key in keys}) == len(keys)
    for key in keys:
      assert key.meaning
      config.check_value(key.name, key.default)


@pytest.mark.parametrize('size', config.SIZES)
def test_a_size_changes_values_and_adds_no_key(size):
  flat = config.flat(config.default(size))
  assert sorted(flat) == sorted(key.name for key in config.TRAINING)
  for name, value in flat.items():
    config.check_value(name, value)


def test_the_generator_s_config_has_its_keys_alone():
  assert sorted(config.flat(config.generation())) == sorted(key.name for key in config.GENERATION)


@pytest.mark.parametrize(
  'name, value, message',
  [
    ('steps', -1, 'config.steps=-1: must be at least 0'),
    ('updates', 0, 'config.updates=0: must be above 0'),
    ('replay.share', 1.0, 'config.replay.share=1.0: must be at least 0 and below 1'),
    ('eval.top_p', 1.5, 'config.eval.top_p=1.5: must be above 0 and at most 1'),
    ('prompt.lengths', (64, 0), r'config.prompt.lengths=\(64, 0\): must be at least 1 each'),
    ('eval.k', (), r'config.eval.k=\(\): must be one or more numbers'),
    ('split', 'tests', "config.split='tests': must be one of train, validation, test; did you mean test"),
    ('feedback', 'rltf', 'config.feedback: is now config.reward'),
    ('stesp', 3, 'config.stesp: no such key; did you mean steps'),
  ],
)
def test_a_value_that_a_key_may_not_have_is_named_with_the_way_out(name, value, message):
  with pytest.raises(ValueError, match=message):
    config.check_value(name, value)


def test_the_nearest_name_is_looked_for_in_whole_names_and_in_their_last_parts():
  known = ['steps', 'rollout.samples', 'eval.samples']
  assert config.nearest('step', known) == 'did you mean steps?'
  assert config.nearest('rollout.sample', known) == 'did you mean rollout.samples?'
  assert config.nearest('xyz', known) == 'known are steps, rollout.samples, eval.samples'


def test_two_defaults_share_nothing():
  one, other = config.default('tiny'), config.default('tiny')
  one.rollout.samples = 7
  assert other.rollout.samples == 8
