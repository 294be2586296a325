"""Problems with their prompts, encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from acrl_jax.checkpoints.model import LoadedModel
from acrl_jax.data import prompts
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.records import Problem, Prompts


class Task(NamedTuple):
  """A problem with its prompt."""

  problem: Problem
  prefix: str  # the part of the program that the prompt fixes
  prompt: np.ndarray  # ids [n]
  chat: bool  # the completion ends with a fence rather than with an end token


class PromptSettings(NamedTuple):
  """How problems are put to the model: config.prompt."""

  template: str
  system: str
  lengths: tuple[int, ...]  # columns that prompts are left-padded to


def make_tasks(
  problems: Sequence[Problem], model: LoadedModel, settings: PromptSettings
) -> tuple[list[Task], list[tuple[str, str]]]:
  """The problems whose prompts fit, encoded; and (id, reason) of the others. ValueError for a wrong template."""
  prompts.wants_chat(model.tokenizer, settings.template)
  whole, longest = not isinstance(model.config, DecoderConfig), max(settings.lengths)
  kept, dropped = [], []
  for problem in problems:
    try:
      prompt = prompts.render(problem, model.tokenizer, settings.template, system=settings.system or None)
      ids = np.asarray(encode(model.tokenizer, prompt, whole), np.int32)
    except (ValueError, SyntaxError) as error:
      dropped.append((problem.id, f'prompt: {error}'))
      continue
    if len(ids) > longest:
      dropped.append((problem.id, f'prompt of {len(ids)} tokens; config.prompt.lengths end at {longest}'))
    else:
      kept.append(Task(problem=problem, prefix=prompt.prefix, prompt=ids, chat=prompt.chat))
  return kept, dropped


def encode(tokenizer, prompt: prompts.Prompt, whole: bool = False) -> list[int]:
  """Ids of a prompt; a base one begins with BOS where the tokenizer begins texts so (a chat template says its own).

  `whole`: for an encoder, which reads texts as the tokenizer makes them, their end token included.
  """
  if whole and not prompt.chat:
    return tokenizer.encode(prompt.text, add_special_tokens=True)
  ids = tokenizer.encode(prompt.text, add_special_tokens=False)
  bos = tokenizer.bos_token_id
  begins = not prompt.chat and bos is not None and tokenizer.encode('', add_special_tokens=True)[:1] == [bos]
  return [bos, *ids] if begins else ids


def pad_left(ids: Sequence[np.ndarray], width: int, pad_id: int) -> Prompts:
  """Prompts [B, width]."""
  tokens, valid = np.full((len(ids), width), pad_id, np.int32), np.zeros((len(ids), width), bool)
  for row, one in enumerate(ids):
    tokens[row, width - len(one) :], valid[row, width - len(one) :] = one, True
  return Prompts(tokens=tokens, valid=valid)
