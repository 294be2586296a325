"""Writes one flat dict of metrics a step to metrics.jsonl, to TensorBoard and to the screen.

The tags are those of `TAGS` and no others, so that a curve can be compared from run to run; the words are the ones that
users of other trainers know. On resume the rows after the checkpoint are dropped: the file reads as if nothing had
happened.
"""

from __future__ import annotations

import fnmatch
import json
import math
import os
import pathlib
import sys

import tqdm

TAGS = (
  'step', 'phase',
  'reward/mean', 'reward/solved', 'reward/partial', 'reward/floors', 'reward/std', 'reward/max', 'reward/frac_zero_std',
  'tests/pass_rate', 'tests/passed', 'tests/wrong_answer', 'tests/runtime_error', 'tests/compile_error',
  'tests/timeout', 'tests/harness_error',
  'completion/len_mean', 'completion/len_max', 'completion/frac_ended', 'completion/frac_truncated',
  'policy/*', 'critic/*',  # whatever the losses return, under its own name
  'adv/mean', 'adv/std', 'adv/min', 'adv/max', 'adv/frac_pos',
  'mismatch/max_abs',
  'buffer/size', 'buffer/age_mean', 'buffer/reuse_mean',
  'time/rollout_s', 'time/reward_s', 'time/wait_s', 'time/update_s', 'time/eval_s', 'time/ckpt_s', 'time/step_s',
  'time/idle_share',
  'perf/tokens_per_s', 'perf/programs_per_s', 'mem/peak_gib',
  'progress/episodes', 'progress/tokens', 'progress/wall_s',
  'eval/*/pass@*', 'eval/*/test_pass_rate', 'eval/*/problems', 'eval/*/dropped', 'eval/*/unjudged',
  'eval/*/trivial_pass@1', 'eval/*/trivial_test_pass_rate', 'eval/*/harness_error',
)  # fmt: skip


def check_tags(row: dict) -> None:
  """Raises ValueError for a tag that TAGS does not hold."""
  for tag in row:
    if not any(fnmatch.fnmatchcase(tag, known) for known in TAGS):
      raise ValueError(f'metric tag {tag!r} is not in metrics.TAGS; add it there or use one of them')


def read_rows(path: str | pathlib.Path) -> list[dict]:
  """The rows of a metrics.jsonl; a last line cut short by a kill is left out."""
  rows = []
  for line in pathlib.Path(path).read_text(errors='replace').splitlines():
    try:
      rows.append(json.loads(line))
    except json.JSONDecodeError:
      break
  return rows


def last_scores(path: str | pathlib.Path) -> dict:
  """eval/* of the last row that has any."""
  for row in reversed(read_rows(path)):
    scores = {tag: value for tag, value in row.items() if tag.startswith('eval/')}
    if scores:
      return scores
  return {}


class Writer:
  """Writes rows; `start` is the step that the run resumes at (0 for a new one). With `quiet` it does nothing."""

  def __init__(
    self, folder: pathlib.Path, start: int, total: int, tensorboard: bool = True, wandb: bool = False,
    quiet: bool = False,
  ):  # fmt: skip
    self.path = folder / 'metrics.jsonl'
    self.quiet = quiet
    if quiet:
      return
    if self.path.exists():
      kept = [row for row in read_rows(self.path) if row['step'] <= start] if start else []
      scratch = self.path.with_suffix('.tmp')
      scratch.write_text(''.join(json.dumps(row) + '\n' for row in kept))
      os.replace(scratch, self.path)
    self.file = self.path.open('a')
    self.board = None
    if tensorboard:
      from tensorboardX import SummaryWriter  # imports protobuf: only where wanted

      self.board = SummaryWriter(str(folder / 'tb'), purge_step=start + 1)
    self.wandb = None
    if wandb:
      import wandb as wandb_module  # an extra

      self.wandb = wandb_module.init(project='acrl_jax', dir=str(folder), id=folder.name, resume='allow')
    self.bar = tqdm.tqdm(total=total, initial=start, unit='step', disable=not sys.stderr.isatty(), dynamic_ncols=True)

  def write(self, step: int, row: dict) -> None:
    """One learner step. Non-finite values are written as null, which JSON has."""
    check_tags(row)
    if self.quiet:
      return
    clean = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
    self.file.write(json.dumps({'step': step, **clean}) + '\n')
    self.file.flush()
    numbers = {k: v for k, v in clean.items() if isinstance(v, (int, float))}
    if self.board:
      for tag, value in numbers.items():
        self.board.add_scalar(tag, value, step)
    if self.wandb:
      self.wandb.log(numbers, step=step)

  def line(self, step: int, total: int, row: dict) -> None:
    """The step on the screen: in the bar of a terminal, as a plain line elsewhere."""
    if self.quiet:
      return
    words = {
      'solved': row.get('tests/passed'),
      'reward': row.get('reward/mean'),
      'loss': row.get('policy/loss'),
      'ev': row.get('critic/explained_var'),
      'tok/s': row.get('perf/tokens_per_s'),
      's': row.get('time/step_s'),
    }
    text = '  '.join(f'{name} {value:.3g}' for name, value in words.items() if value is not None)
    if self.bar.disable:
      print(f'step {step}/{total}  {row.get("phase", "")}  {text}', flush=True)
    else:
      self.bar.set_postfix_str(f'{row.get("phase", "")} {text}', refresh=False)
      self.bar.update(step - self.bar.n)

  def say(self, text: str) -> None:
    """A line above the bar."""
    if self.quiet:
      return
    self.bar.write(text) if not self.bar.disable else print(text, flush=True)

  def close(self) -> None:
    if self.quiet:
      return
    self.bar.close()
    self.file.close()
    if self.board:
      try:
        self.board.close()
      except OSError:  # a full disk: Python would try once more at its end, and print that
        events = self.board.file_writer.event_writer
        events._worker.stop()
        events._closed = True
        raise
    if self.wandb:
      self.wandb.finish()
