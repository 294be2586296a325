"""Out: a Hugging Face folder with its model card."""

from __future__ import annotations

import pathlib

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.convert import hub
from acrl_jax.run import workdir


def export(folder: str | pathlib.Path, made: LoadedModel, scores: dict | None = None) -> pathlib.Path:
  """A folder that transformers 4 and 5 load, with the critic beside it as critic.npz; its path.

  On several hosts all call it, unless each has the whole parameters; the first writes.
  """
  folder = pathlib.Path(folder)
  hub.export(
    folder, made.config, made.params, made.tokenizer, made.hf_config, source=_source(made), end_ids=made.end_ids,
    card=card(made, scores or {}), critic=made.critic_params,
  )  # fmt: skip
  return folder


def card(made: LoadedModel, scores: dict) -> str:
  """The model card's text: where it came from and what was measured."""
  start = pathlib.Path(made.source)
  if workdir.is_workdir(start.parent):  # the source of a run that was read back is its own folder `model`
    start = pathlib.Path(workdir.read_config(start.parent)['model'])
  lines = ['# A code model tuned with acrl_jax', '', f'Started from `{start.name}`; tuned with unit-test rewards.']
  rows = [(k, v) for k, v in scores.items() if '/pass@' in k and not k.endswith(('_lo', '_hi')) and v is not None]
  if rows:
    lines += ['', '| held-out problems | value | 95 % interval |', '|---|---|---|']
    for k, v in rows:
      lines.append(f'| {k.removeprefix("eval/")} | {v:.3f} | {scores[k + "_lo"]:.3f} to {scores[k + "_hi"]:.3f} |')
  return '\n'.join(lines) + '\n'


def write_skeleton(folder: pathlib.Path, made: LoadedModel) -> None:
  """Config and tokenizer without weights, so that a workdir can be read back alone."""
  hub.export(folder, made.config, None, made.tokenizer, made.hf_config, source=_source(made), end_ids=made.end_ids)


def _source(made: LoadedModel) -> str | None:
  return made.source if pathlib.Path(made.source).is_dir() else None
