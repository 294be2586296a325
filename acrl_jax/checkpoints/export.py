"""A model as a Hugging Face folder with its model card."""

from __future__ import annotations

import pathlib

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.convert.export import export_folder
from acrl_jax.run import workdir


def export(folder: str | pathlib.Path, model: LoadedModel, scores: dict | None = None) -> pathlib.Path:
  """A folder that transformers 4 and 5 load, with the critic of `model` beside it as critic.npz; its path.

  `scores`: measured numbers by their names in metrics.jsonl, for the card. Where the parameters lie on several hosts
  the processes of all call it; the first writes.
  """
  folder = pathlib.Path(folder)
  export_folder(
    folder, model.config, model.params, model.tokenizer, model.hf_config, source=_source(model),
    end_ids=model.end_ids, card=card(model, scores or {}), critic=model.critic_params,
  )  # fmt: skip
  return folder


def card(model: LoadedModel, scores: dict) -> str:
  """The model card's text: where it came from and what was measured."""
  start = pathlib.Path(model.source)
  if workdir.is_workdir(start.parent):  # a model that was loaded from a workdir: its source is the folder `model` there
    start = pathlib.Path(workdir.read_config(start.parent)['model'])
  lines = ['# A code model tuned with acrl_jax', '', f'Started from `{start.name}`; tuned with unit-test rewards.']
  rows = [(k, v) for k, v in scores.items() if '/pass@' in k and not k.endswith(('_lo', '_hi')) and v is not None]
  if rows:
    lines += ['', '| held-out problems | value | 95 % interval |', '|---|---|---|']
    for k, v in rows:
      lines.append(f'| {k.removeprefix("eval/")} | {v:.3f} | {scores[k + "_lo"]:.3f} to {scores[k + "_hi"]:.3f} |')
  return '\n'.join(lines) + '\n'


def write_skeleton(folder: pathlib.Path, model: LoadedModel) -> None:
  """Config and tokenizer without weights: with them and a checkpoint a workdir can be loaded on its own."""
  export_folder(
    folder, model.config, None, model.tokenizer, model.hf_config, source=_source(model), end_ids=model.end_ids
  )


def _source(model: LoadedModel) -> str | None:
  """The folder whose tokenizer files are copied."""
  return model.source if pathlib.Path(model.source).is_dir() else None
