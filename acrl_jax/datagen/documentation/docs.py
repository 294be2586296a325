"""Whether a text is a task that a Python programmer can read."""

from __future__ import annotations

import re

from acrl_jax.datagen.records import Doc, Reject

LEAST_WORDS = 5  # of which two before the result is spoken of
_LEAST_ASCII = 0.95
_STOP_WORDS = frozenset(
  'a an the of to in is are if it that this with for and or not by from as be on at into than given returns return '
  'all no one its whose which when each'.split()
)
_MARKUP = re.compile(
  r'</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>|\{@|&[a-z]{2,6};|(?:^|\s)@[a-z]+\b'
  r'|:(?:param|func|class|meth|math|ref|mod)\b|\.\. \w+::|\\[()\[\]]'
)
_JAVA = re.compile(
  r'\b(?:CharSequence|String(?:Utils|Buffer|Builder)|BigInteger|BigDecimal|HashMap|ArrayList|Throwable|JDK|JVM|Javadoc|'
  r'javax?\.\w+|hashCode|toString|compareTo|[A-Z]\w+Exception|(?:MAX|MIN)_VALUE)\b|\b[A-Z]\w*#\w+'
)
_SEE_ONLY = re.compile(
  r'(?:this function )?(?:is )?(?:see|calls?|delegates to|(?:an )?alias (?:of|for)|(?:the )?same as|equivalent to)\b'
  r'[^.]*\.?',
  re.IGNORECASE,
)


def check_text(text: str, returns: str = '') -> None:
  """Reject unless the text is plain English that says more than where to look, of enough words with what it returns."""
  check_part(text)
  words = re.findall(r'[A-Za-z]{2,}', f'{text} {returns}')
  if len(words) < LEAST_WORDS or len(text.split()) < 2:
    raise Reject('screen', 'doc_short', text)
  if _SEE_ONLY.fullmatch(text.strip()):
    raise Reject('screen', 'doc_see_only', text)
  if not _STOP_WORDS & set(re.findall('[a-z]+', f'{text} {returns}'.lower())):
    raise Reject('screen', 'doc_not_english', text)


def check_part(text: str) -> None:
  """Reject unless the text of a parameter or a result is plain English; it may be short."""
  if text and sum(c.isascii() for c in text) / len(text) < _LEAST_ASCII:
    raise Reject('screen', 'doc_not_english', text)
  if match := _MARKUP.search(text):
    raise Reject('screen', 'doc_markup', match[0].strip())
  if text.count('`') % 2 or text.count('{') != text.count('}'):
    raise Reject('screen', 'doc_markup', 'a mark without its partner')
  if match := _JAVA.search(text):
    raise Reject('screen', 'doc_java_names', match[0])


def check_doc(doc: Doc) -> None:
  """Reject unless every text of a function's documentation is plain English, and the summary a task."""
  check_text(doc.summary, doc.returns)
  for text in (doc.returns, *(t for _, t in doc.parameters), *(t for _, t in doc.raises)):
    check_part(text)
