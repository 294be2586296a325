"""What can be seen of a function without running it: whether its documentation is a task, and its body pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from acrl_jax.datagen.documentation import docs, unspoken
from acrl_jax.datagen.records import Function, Reject

# What reads or changes the world outside. The oracles watch for more of it at run time; Python's front end reads trees.
_IMPURE = re.compile(
  r'\b(?:System\.(?:currentTimeMillis|nanoTime|getProperty|getenv|exit|in|out|err)|Math\.random|new Random\(|'
  r'ThreadLocalRandom|SecureRandom|new (?:java\.io\.)?File\b|File(?:Input|Output)Stream|Files\.|Paths\.|Socket|URL\(|'
  r'Runtime\.getRuntime|Threads?\b|synchronized|Class\.forName|getClassLoader|LocalDate(?:Time)?\.now|new Date\(\)|'
  r'UUID\.randomUUID|Locale\.getDefault|TimeZone|identityHashCode|Charset\.defaultCharset)'
)
_SIGN = r'(?:value|integer|int|number)'
_SIGN_ONLY = re.compile(
  rf'negative {_SIGN}.{{0,200}}positive {_SIGN}|positive {_SIGN}.{{0,200}}negative {_SIGN}|'
  r'(?:less|smaller) than (?:0|zero).{0,160}(?:greater|larger|more) than (?:0|zero)|< ?0\b.{0,160}> ?0\b',
  re.IGNORECASE | re.DOTALL,
)
_ORDER = re.compile(r'\b(?:compar|less than|greater than|order)', re.IGNORECASE)


# What an object would have to hold before the call, and a fresh one does not.
_STATE = re.compile(
  r"\bthis (?:\w+ )?(?:instance|object|builder|map|dict|list|set|vector|model|distribution|buffer|transform|dataset)\b|"
  r"\bthis \w+'s\b|\bbuilder\b|\bresolver\b|\bstored\b|\b(?:previous|most recent)(?:ly)?\b|\b(?:current|old) value\b|"
  r'\bsample point|\b(?:in|to|from) the (?:map|dict|dataset|model|regression model)\b',
  re.IGNORECASE,
)


class Candidate(NamedTuple):
  """A function of a corpus that may become a problem, or why it cannot."""

  symbol: str
  function: Function | None
  reject: Reject | None


def screen(function: Function) -> Function:
  """The function itself. Reject, of the stage screen, if its documentation or its body rules it out."""
  docs.check_doc(function.doc)
  if words := _promised_sign(function):
    raise Reject('screen', 'sign_only_contract', words)
  if words := unspoken.conventions(function):
    raise Reject('screen', 'conventions', words)
  if function.instance and (match := _STATE.search(f'{function.doc.summary} {function.doc.returns}')):
    raise Reject('screen', 'needs_state', match[0])
  if function.language == 'java' and (match := _IMPURE.search(function.body)):
    raise Reject('screen', 'impure_body', match[0])
  return function


def screened(candidate: Candidate) -> Candidate:
  """The same, with the Reject in place of a function that does not pass."""
  try:
    return candidate if candidate.function is None else candidate._replace(function=screen(candidate.function))
  except Reject as reject:
    return Candidate(candidate.symbol, None, reject)


def _promised_sign(function: Function) -> str:
  """The words by which a comparison promises a sign and no exact number; '' if it does not."""
  text = f'{function.doc.summary} {function.doc.returns}'
  match = _SIGN_ONLY.search(text) if function.returns.kind == 'int' and _ORDER.search(text) else None
  return match[0] if match else ''
