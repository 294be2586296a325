"""metrics.jsonl is flat, strict in its tags, and reads after a resume as if nothing had happened."""

import json

import pytest

from acrl_jax.run import metrics


def test_an_unknown_tag_is_refused():
  with pytest.raises(ValueError, match="'reward/average' is not in metrics.TAGS"):
    metrics.check_tags({'reward/average': 1.0})
  metrics.check_tags({'eval/primer/pass@10_lo': 0.5, 'reward/mean': 0.0})


def test_rows_after_the_checkpoint_are_dropped_on_resume(tmp_path):
  writer = metrics.Writer(tmp_path, 0, 3, tensorboard=False)
  for step in (1, 2, 3):
    writer.write(step, {'reward/mean': float(step)})
  writer.close()
  with (tmp_path / 'metrics.jsonl').open('a') as file:
    file.write('{"step": 4, "rew')  # a kill in the middle of a line
  writer = metrics.Writer(tmp_path, 2, 3, tensorboard=False)
  writer.write(3, {'reward/mean': 30.0})
  writer.close()
  rows = metrics.read_rows(tmp_path / 'metrics.jsonl')
  assert [(row['step'], row['reward/mean']) for row in rows] == [(1, 1.0), (2, 2.0), (3, 30.0)]


def test_non_finite_values_become_null(tmp_path):
  writer = metrics.Writer(tmp_path, 0, 1, tensorboard=False)
  writer.write(1, {'policy/loss': float('nan'), 'policy/lr': 1.0})
  writer.close()
  assert json.loads((tmp_path / 'metrics.jsonl').read_text()) == {'step': 1, 'policy/loss': None, 'policy/lr': 1.0}


def test_tensorboard_gets_the_same_numbers(tmp_path):
  writer = metrics.Writer(tmp_path, 0, 1, tensorboard=True)
  writer.write(1, {'reward/mean': 0.5})
  writer.close()
  assert list((tmp_path / 'tb').glob('events.*'))


def test_a_quiet_writer_checks_tags_and_leaves_nothing(tmp_path, capsys):
  writer = metrics.Writer(tmp_path, 0, 1, quiet=True)
  writer.write(1, {'reward/mean': 0.5})
  writer.line(1, 1, {'reward/mean': 0.5})
  writer.say('a table')
  with pytest.raises(ValueError, match='not in metrics.TAGS'):
    writer.write(1, {'reward/average': 1.0})
  writer.close()
  assert not list(tmp_path.iterdir()) and capsys.readouterr().out == ''
