"""A Javadoc comment as plain English that knows Python: no mark-up, no null, no Strings."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from acrl_jax.datagen.documentation import markup
from acrl_jax.datagen.java import literals, types, words
from acrl_jax.datagen.records import Doc, Parameter, Reject, Type
from acrl_jax.datagen.render.signature import safe
from acrl_jax.datagen.values import literal

_BITS = {'byte': 8, 'short': 16, 'int': 32, 'long': 64}
_TAG = re.compile(r'^[ \t]*@(\w+)\b', re.MULTILINE)
_PRE = re.compile(r'<pre\b[^>]*>(.*?)</pre>|\{@code\s*\n(.*?)\n\s*\}|<blockquote>\s*<code>(.*?)</code>', re.S | re.I)
_ITERATOR = re.compile(r'\b(?:iterator|[Ss]tream)\b')
_INSIDE = r'(?:(?!</?li>|</ul>)[\s\S])'  # of a list item
_LEAD = re.compile(r'[^.\n<>]*[:,][ \t]*(?=\s*(?:</?[pu]l?>|\s)*\0)')  # the words that announce an example
# What is left of a sentence whose formula was a picture, and one that points to another page.
_STUMP = re.compile(r'\n\n(?:(?:where|and|with|are as [^\n]{0,40})\n\n)+', re.IGNORECASE)
_ELSEWHERE = re.compile(r' ?[^.\n]*\b(?:as|is|are) \w+ here\b[^.\n]*\.?', re.IGNORECASE)
_NEVER_NULL = re.compile(
  r"\b(?:not|never|non|cannot|can't)[ -]?(?:be |a |an )?None\b|\bnon-?None\b|\bnot allowed to be None\b", re.IGNORECASE
)
_NULL = re.compile(r'\bNone\b')


class Documented(NamedTuple):
  """What a comment is about."""

  name: str
  parameters: tuple[Parameter, ...]
  returns: Type
  variadic: bool
  constants: dict[str, Any]  # of its class, by name


def parse(comment: str, about: Documented) -> Doc:
  """The comment's text, and what it says of parameters, results, errors and null.

  Raises:
    Reject: it needs mark-up that plain text has no form for, or names of Java's.
  """
  main, tags = _parts(comment)
  main, shown = _without_examples(main, about.name)
  examples = literals.examples(shown, about.name, about.parameters, about.returns, about.variadic)
  plain = _Plain(about)
  summary = _with_bits(plain(main), about, comment)
  parameters = {n: plain(t) for n, t in _named(tags, 'param') if n in plain.parameters}
  returns = ' '.join(plain(t) for tag, t in tags if tag == 'return')
  return Doc(
    summary=summary,
    parameters=tuple((n, t) for n, t in parameters.items() if t),
    returns=returns,
    raises=tuple((n, plain(t)) for tag in ('throws', 'exception') for n, t in _named(tags, tag)),
    examples=tuple(examples),
    nullable=_nullable(about.parameters, parameters, summary, examples),
  )


def _with_bits(summary: str, about: Documented, comment: str) -> str:
  """The summary with the width of the numbers that it calls unsigned, if nothing in the comment says it."""
  inner = [t.args[0] if t.kind == 'list' and t.args else t for t in (p.type for p in about.parameters)]
  bits = next((_BITS[t.source] for t in inner if t.kind == 'int' and t.source in _BITS), 0)
  if not bits or re.search(r'\b(?:8|16|32|64)[ -]?bits?\b|2\^\d\d|<sup>', comment):
    return summary
  return re.sub(r'\b(unsigned)\b', rf'\1 ({bits}-bit)', summary, count=1)


class _Plain:
  """Makes the texts of one comment plain."""

  def __init__(self, about: Documented):
    self.parameters = frozenset(p.name for p in about.parameters)
    self._names = {n: literal(v) for n, v in about.constants.items() if isinstance(v, (int, float, bool))}
    if about.name not in self.parameters and re.search('[a-z][A-Z]', about.name):  # others are words as well
      self._names[about.name] = safe(about.name)
    self._bits = {'int': 32, 'long': 64}.get(about.returns.source)
    self._iterates = about.returns.source in ('Iterator', 'ListIterator', 'Stream')
    kinds = {t.kind for t in (about.returns, *(p.type for p in about.parameters))}
    self._arrays = 'bytes' if 'bytes' in kinds and 'list' not in kinds else 'list'

  def __call__(self, text: str) -> str:
    """Reject if a name of Java's is left."""
    text = _ELSEWHERE.sub('', _STUMP.sub('\n\n', markup.plain(text))).strip()
    if self._iterates:
      text = _ITERATOR.sub('Iterator', text)  # a list takes its place
    if self._bits:
      text = words.with_width(text, self._bits)
    text = words.translated(text, self._names, self.parameters, self._arrays)
    if text.count('`') % 2:  # a replaced name took one of a pair with it
      text = text.replace('`', '')
    if left := words.left_over(text, self.parameters):
      raise Reject('extract', 'doc_java_names', left)
    starts = re.match(r'[a-z]+( |$)', text) and text.split()[0] not in self.parameters
    return text[:1].upper() + text[1:] if starts else text


def _without_examples(main: str, name: str) -> tuple[str, str]:
  """The text without blocks and list items that show calls, and these; so goes the line that announces them."""
  items = re.compile(rf'<li>{_INSIDE}*?\b{re.escape(name)}\({_INSIDE}*(?:=|->|-&gt;){_INSIDE}*(?:</li>)?')
  blocks = [next(g for g in m.groups() if g is not None) for m in _PRE.finditer(main)] + items.findall(main)
  main = _LEAD.sub('', items.sub('\0', _PRE.sub('\0', main))).replace('\0', '\n\n')
  return main, '\n'.join(map(markup.without_tags, blocks))


def _parts(comment: str) -> tuple[str, list[tuple[str, str]]]:
  """Main text and (tag, text) of the tags, without the stars."""
  lines = comment.removeprefix('/**').removesuffix('*/').split('\n')
  text = '\n'.join(re.sub(r'^\s*\*+ ?', '', line).rstrip() for line in lines)
  starts = list(_TAG.finditer(text))
  ends = [m.start() for m in starts[1:]] + [len(text)]
  return text[: starts[0].start()] if starts else text, [(m[1], text[m.end() : e]) for m, e in zip(starts, ends)]


def _named(tags: list[tuple[str, str]], tag: str) -> list[tuple[str, str]]:
  """The first word of such tags, and the rest."""
  texts = [text.split(None, 1) for name, text in tags if name == tag]
  return [(parts[0].rpartition('.')[2], parts[1] if len(parts) > 1 else '') for parts in texts if parts]


def _nullable(parameters: tuple[Parameter, ...], texts: dict[str, str], summary: str, examples: list) -> tuple:
  """Names of parameters that may be null: by their text, by an example, or as the one that can be meant."""
  may = [p for p in parameters if types.nullable(p.source)]
  alone = len(may) == 1 and _NULL.search(_NEVER_NULL.sub('', summary))
  return tuple(
    p.name for place, p in enumerate(parameters)
    if p in may and (
      _NULL.search(_NEVER_NULL.sub('', texts.get(p.name, ''))) or any(args[place] is None for args, _ in examples)
      or (alone and not _NEVER_NULL.search(texts.get(p.name, '')))
    )
  )  # fmt: skip
