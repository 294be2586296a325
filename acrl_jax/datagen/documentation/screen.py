"""What can be told of a function without running it: whether its documentation is a task, and its body pure."""

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


class Found(NamedTuple):
  """A function of a corpus, or why it is none of ours."""

  symbol: str
  function: Function | None
  reject: Reject | None


def screen(function: Function) -> Function:
  """The function itself. Reject, of the stage screen, if its documentation or its body rules it out."""
  docs.check_all(function.doc)
  if found := _promised_sign(function):
    raise Reject('screen', 'sign_only_contract', found)
  if found := unspoken.conventions(function):
    raise Reject('screen', 'conventions', found)
  if function.instance and (found := _STATE.search(f'{function.doc.summary} {function.doc.returns}')):
    raise Reject('screen', 'needs_state', found[0])
  if function.language == 'java' and (found := _IMPURE.search(function.body)):
    raise Reject('screen', 'impure_body', found[0])
  return function


def screened(found: Found) -> Found:
  """The same, with the Reject in place of a function that does not pass."""
  try:
    return found if found.function is None else found._replace(function=screen(found.function))
  except Reject as reject:
    return Found(found.symbol, None, reject)


def _promised_sign(function: Function) -> str:
  """How a comparison says that it may return any negative number for less: the one that it does return is no task."""
  text = f'{function.doc.summary} {function.doc.returns}'
  found = _SIGN_ONLY.search(text) if function.returns.kind == 'int' and _ORDER.search(text) else None
  return found[0] if found else ''
