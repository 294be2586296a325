"""What documentation leaves open: where a right program may do something else than this one did."""

from __future__ import annotations

import re

from acrl_jax.datagen.records import Doc, Function
from acrl_jax.datagen.values import key, walk

_EMPTY = re.compile(
  r'""|\'\'|\bempty\b|\bblank\b|\bzero[- ]length\b|\blength (?:of |= ?|is )?(?:zero|0)\b', re.IGNORECASE
)
_VAGUE = re.compile(
  r'^(?:if|when) (?:any of |one of )?(?:the )?(?:\w+ )?(?:parameters?|arguments?|inputs?) (?:is|are) '
  r'(?:not (?:valid|legal|acceptable)|invalid|illegal|bad|wrong)\.?$',
  re.IGNORECASE,
)
# Tests of hypotheses: sides, ties and corrections are conventions that a summary does not go into.
_CONVENTIONS = re.compile(r'\bp-value\b|\bsignificance level\b|\bnull hypothesis\b', re.IGNORECASE)


def open_result(function: Function, args: tuple) -> bool:
  """Whether the result is one of several that the text allows: little is written of inputs that are empty twice over,
  or hold something empty. Where Java finds an empty text in another one is not where Python does."""
  if any(key(args) == key(given) for given, _ in function.doc.examples):
    return False
  empty = [x for x in args if _is_empty(x)]
  within = [x for arg in args for x in list(walk(arg))[1:] if _is_empty(x)]
  texts = [x for x in args if type(x) is str]
  sought = function.language == 'java' and len(texts) > 1 and '' in texts
  return len(empty) + len(within) > 1 or ((bool(within) or sought) and not _EMPTY.search(_text(function.doc)))


def vague(text: str) -> bool:
  """Whether a condition under which something is raised does not say what it is."""
  return bool(_VAGUE.search(text.strip()))


def conventions(function: Function) -> str:
  """The words by which the function is one of many conventions; '' for none."""
  match = _CONVENTIONS.search(f'{function.doc.summary} {function.doc.returns}')
  return match[0] if match else ''


def _is_empty(x) -> bool:
  return hasattr(x, '__len__') and not len(x)


def _text(doc: Doc) -> str:
  return ' '.join([doc.summary, doc.returns, *(text for _, text in doc.parameters)])
