"""From a problem to what a model reads, and to the beginning of the program, which the prompt fixes."""

from __future__ import annotations

from typing import NamedTuple

from acrl_jax.config import choices
from acrl_jax.data import source_text
from acrl_jax.records import Problem

FENCE = '```'


class Prompt(NamedTuple):
  """The model's input, and how the program begins; the completion follows both directly."""

  text: str
  prefix: str
  chat: bool


def render(problem: Problem, tokenizer, template: str = 'auto', *, system: str | None = None) -> Prompt:
  """The prompt of a problem.

  base: the source up to the docstring's closing quotes. chat: the request as the user's turn, and the assistant's turn
  opened by a code fence and the signature; it ends right after the colon, since a newline there would break the tokens
  that follow.
  """
  chat = wants_chat(tokenizer, template)
  parts = source_text.split(problem)
  if not chat:
    text = problem.prompt.rstrip()
    return Prompt(text=text, prefix=text, chat=False)
  request = f'Complete this Python function.\n{FENCE}python\n{problem.prompt.rstrip()}\n{FENCE}'
  messages = [{'role': 'system', 'content': system}] if system else []
  messages.append({'role': 'user', 'content': request})
  opened = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
  prefix = parts.setup + parts.signature
  return Prompt(text=f'{opened}{FENCE}python\n{prefix}', prefix=prefix, chat=True)


def wants_chat(tokenizer, template: str) -> bool:
  """Whether prompts are chats; ValueError for a template that there is not or that the tokenizer cannot serve."""
  templates = choices('prompt.template')
  if template not in templates:
    raise ValueError(f'config.prompt.template={template!r}: must be one of {", ".join(templates)}')
  has_chat = bool(getattr(tokenizer, 'chat_template', None))
  if template == 'chat' and not has_chat:
    raise ValueError("config.prompt.template='chat', but the tokenizer has no chat template; use 'base'")
  return has_chat and template != 'base'
