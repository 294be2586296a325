"""Javadoc's mark-up and HTML made plain text."""

from __future__ import annotations

import html
import re

from acrl_jax.datagen.records import Reject

_INLINE = re.compile(r'\{@(\w+)\s*((?:[^{}]|\{[^{}]*\})*)\}')
_LINK = re.compile(r'([\w.$]*)(?:#(\w+))?(?:\([^)]*\))?\s*(.*)', re.DOTALL)
_CODE = re.compile(r'<(code|tt)\b[^>]*>(.*?)</\1>', re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r'</?([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>')
_COMMENT = re.compile(r'<!--.*?-->', re.DOTALL)
_FORMULA = re.compile(r'\\\(([^\\{}<>]*)\\\)')  # of TeX, plain enough to be read as it is
_TABLE = re.compile(r'<(?:table|img|math)\b', re.IGNORECASE)
_BREAKS = {'p': '\n\n', 'ul': '\n\n', 'ol': '\n\n', 'dl': '\n\n', 'div': '\n\n', 'blockquote': '\n\n', 'li': '\n- '} | {
  'br': '\n', 'dt': '\n- ', 'dd': ': ', 'h1': '\n\n', 'h2': '\n\n', 'h3': '\n\n', 'h4': '\n\n', 'pre': '\n\n',
}  # fmt: skip
_LETTERS = str.maketrans(
  {'“': '"', '”': '"', '‘': "'", '’': "'", '–': '-', '—': '-', '…': '...', '\xa0': ' ', '×': '*', '≤': '<=', '≥': '>='}
)


def plain(text: str) -> str:
  """Paragraphs and `- ` items; code is in backticks. Reject for a table or a picture."""
  if table := _TABLE.search(text):
    raise Reject('extract', 'doc_markup', table[0])
  kept: list[str] = []  # code, out of reach of what removes tags

  def keep(code: str) -> str:
    kept.append(html.unescape(' '.join(code.split())))  # as many writers escape what is code already
    return f'\0{len(kept) - 1}\0'

  def inline(m: re.Match) -> str:
    kind, inner = m[1], m[2].strip()
    if kind == 'literal':
      kept.append(' '.join(inner.split()))
      return f'\2{len(kept) - 1}\2'
    if kind in ('code', 'value'):
      return keep(inner)
    if kind in ('link', 'linkplain'):
      owner, member, label = _LINK.match(inner).groups()
      owner = owner.rpartition('.')[2]
      constant = owner and member and member.isupper()  # means little without its class
      return label or keep(f'{owner}.{member}' if constant else member) if member else label or owner
    raise Reject('extract', 'doc_markup', m[0])

  text = _INLINE.sub(inline, _COMMENT.sub('', text))
  text = _CODE.sub(lambda m: keep(html.unescape(_TAG.sub('', m[2]))), text)
  text = _FORMULA.sub(lambda m: keep(m[1].strip()), text)
  text = re.sub(r'<sub>\s*(.*?)\s*</sub>', r'_\1', text, flags=re.DOTALL | re.IGNORECASE)
  text = re.sub(r'<sup>\s*(.*?)\s*</sup>', r'^\1', text, flags=re.DOTALL | re.IGNORECASE)
  text = html.unescape(_flow(text))
  text = re.sub(r'\0(\d+)\0', lambda m: _quoted(kept[int(m[1])]), text)
  text = re.sub('\2(\\d+)\2', lambda m: kept[int(m[1])], text)
  return text.translate(_LETTERS)


def without_tags(text: str) -> str:
  """Text of an example block: tags and entities gone, lines as they were."""
  return html.unescape(_TAG.sub('', _INLINE.sub(lambda m: m[2], text)))


def _flow(text: str) -> str:
  """Lines joined to paragraphs, which HTML's breaks and blank lines end."""
  text = re.sub(r'\n[ \t]*\n', '<p>', text)
  text = re.sub(r'\s+', ' ', text)
  text = _TAG.sub(lambda m: _BREAKS.get(m[1].lower(), '') if m[0][1] != '/' or m[1].lower() != 'li' else '', text)
  lines = [re.sub(r' +', ' ', line).strip() for line in text.split('\n')]
  text = '\n'.join(line for line in lines if line != '-')
  return re.sub(r'\n{3,}', '\n\n', text).strip()


def _quoted(code: str) -> str:
  """Code in backticks, unless it is a word or number that needs none."""
  plain = code in ('null', 'true', 'false') or re.fullmatch(r'-?[\d.]+|"[^"]*"|\'[^\']*\'', code)
  return code if plain or not code else f'`{code}`'
