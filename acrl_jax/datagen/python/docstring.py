"""A Python docstring as plain text: its sections in the styles of Google, NumPy and reST, and no mark-up."""

from __future__ import annotations

import inspect
import re
from collections.abc import Sequence
from typing import NamedTuple

from acrl_jax.datagen.records import Doc, Reject

_KEPT = {'args': 'parameters', 'arguments': 'parameters', 'parameters': 'parameters', 'params': 'parameters',
         'returns': 'returns', 'return': 'returns', 'yields': 'returns', 'yield': 'returns', 'raises': 'raises',
         'except': 'raises', 'exceptions': 'raises'}  # fmt: skip
_FLOWING = ('explanation', 'notes', 'note', 'description')  # read on without their title
_DROPPED = (
  'example', 'examples', 'usage', 'see also', 'references', 'reference', 'complexity', 'time complexity',
  'space complexity', 'todo', 'warnings', 'warning', 'attributes', 'other parameters', 'algorithm', 'history',
)  # fmt: skip
_TITLE = re.compile(r'\s*([A-Za-z][A-Za-z ]*?)\s*:?\s*$')
_UNDERLINE = re.compile(r'\s*([=\-~*^])\1{2,}\s*$')
_FIELD = re.compile(r'\s*:(param|parameter|arg|argument|type|returns?|rtype|raises?|yields?)\b\s*([^:]*):\s*(.*)$')
_GOOGLE = re.compile(r'\*{0,2}([\w.]+)(?:\s*\(([^()]*(?:\([^()]*\))?[^()]*)\))?(?::| --?)\s+(.*)$|\*{0,2}([\w.]+):$')
_NUMPY = re.compile(r'((?:\w+)(?:,\s*\w+)*)\s*(?::\s*(.*))?$')
_TABLE = re.compile(r'^\s*(?:=+ +=+|\+-+\+|\+=+\+)', re.MULTILINE)
_DIRECTIVE = re.compile(r'\s*\.\. ?(\w[\w-]*)::\s*(.*)$')
_FORMULA = re.compile(r':math:|\\[a-z]{2,}|\$[^$]+\$')
_SIGNS = {'le': '<=', 'ge': '>=', 'ne': '!=', 'cdot': '*', 'times': '*'}
_SAID = ('note', 'warning', 'important', 'tip', 'hint')  # directives whose text is part of the text
_ITEM = re.compile(r'\s*(?:[-*+•]|\d+[.)])\s+')
_LEAD = re.compile(
  r'\b(?:examples?|e\.g|for instance|usage|like this|this way|as follows|following|consider)\b', re.IGNORECASE
)
_LETTERS = str.maketrans({'“': '"', '”': '"', '‘': "'", '’': "'", '–': '-', '—': '-', '…': '...', '\xa0': ' '})


class Parsed(NamedTuple):
  """What a docstring says."""

  doc: Doc
  types: dict[str, str]  # of parameters, as it names them
  returns: str  # the type of what is returned, likewise


def parse(docstring: str, names: Sequence[str]) -> Parsed:
  """The docstring of a function with parameters `names`. Reject for tables and formulas, which have no plain form."""
  text = inspect.cleandoc(docstring.expandtabs(4)).translate(_LETTERS)
  parts, fields = _sections(_without_examples(text).split('\n'))
  if table := _TABLE.search('\n'.join(parts['summary'])):
    raise Reject('extract', 'doc_markup', table[0].strip())
  parameters, types = _entries(parts['parameters'], names)
  raises, _ = _entries(parts['raises'], None)
  returns, returns_type = _returns(parts['returns'])
  for kind, name, said in fields:
    if kind in ('param', 'parameter', 'arg', 'argument'):
      *words, name = name.split() or ['']
      parameters[name] = said
      types.update({name: ' '.join(words)} if words else {})
    elif kind == 'type':
      types[name.strip()] = said
    elif kind in ('raise', 'raises'):
      raises[name.strip() or 'Exception'] = said
    elif kind == 'rtype':
      returns_type = said
    else:
      returns = said
  doc = Doc(
    '\n\n'.join(_paragraphs(parts['summary'])),
    tuple((name, plain(parameters[name])) for name in names if parameters.get(name)),
    plain(returns),
    tuple((name.rpartition('.')[2].strip('`'), plain(said)) for name, said in raises.items()),
  )
  return Parsed(doc, types, returns_type)


def plain(text: str) -> str:
  """One paragraph without mark-up; code is in backticks."""
  text = re.sub(r'\b[Ss]ee (?:also )?\[\w+\]_\.?|\[\w+\]_', '', ' '.join(text.split()))
  text = re.sub(r'\\(le|ge|ne|cdot|times)\b', lambda m: _SIGNS[m[1]], text)
  if formula := _FORMULA.search(text):
    raise Reject('extract', 'doc_markup', formula[0])
  text = re.sub(r':[a-z:]+:`~?([^`<]*?)(?:\s*<[^>]*>)?`', lambda m: f'`{m[1].rpartition(".")[2].lstrip("!")}`', text)
  text = re.sub(r'`([^`<]+?)\s*<[^`>]*>`__?', r'\1', text)  # a link: its text
  text = re.sub(r'``(.+?)``', r'`\1`', text)
  text = re.sub(r'`([^`]+)`__?\b', r'\1', text)
  text = re.sub(r'(?<![\w*])(\*\*?)(\w[^*]*?)\1(?![\w*])', r'\2', text)
  return re.sub(r'\s+([.,;:])(?=\s|$)', r'\1', text).replace('::', ':').strip()


def _without_examples(text: str) -> str:
  """No doctests, and not the words `For example:` before them."""
  kept: list[str] = []
  shown = False
  for line in text.split('\n'):
    if re.match(r'\s*(?:>>>|In \[\d+\]:)', line):
      shown = True
      _forget_lead(kept)
    elif not line.strip():
      shown = False
      kept.append('')
    elif not shown:
      kept.append(line)
  return '\n'.join(kept)


def _forget_lead(kept: list[str]) -> None:
  """Ends the sentence that led with a colon to what is left out now, or drops it if it says no more than that."""
  while kept and not kept[-1].strip():
    kept.pop()
  title = _TITLE.fullmatch(kept[-1]) if kept else None
  if kept and kept[-1].rstrip().endswith(':') and not (title and title[1].lower() in _DROPPED):
    head, dot, last = kept[-1].rstrip(' :').rpartition('. ')
    kept[-1] = head + dot.strip() if _LEAD.search(last) else f'{head}{dot}{last}.'
  kept.append('')


def _sections(lines: list[str]) -> tuple[dict[str, list[str]], list[tuple[str, str, str]]]:
  """(lines of each section, fields of reST)"""
  parts: dict[str, list[str]] = {'summary': [], 'parameters': [], 'returns': [], 'raises': [], 'dropped': []}
  fields: list[tuple[str, str, str]] = []
  part, depth, i = 'summary', 0, 0
  while i < len(lines):
    line, indent = lines[i], len(lines[i]) - len(lines[i].lstrip())
    title = _TITLE.fullmatch(line)
    underlined = i + 1 < len(lines) and bool(_UNDERLINE.match(lines[i + 1])) and bool(line.strip())
    name = title[1].lower() if title else ''
    known = name in _KEPT or name in _DROPPED or name in _FLOWING
    if underlined or (known and (line.rstrip().endswith(':') or line.startswith('# '))):
      part = _KEPT.get(name, 'summary' if name in _FLOWING or not known else 'dropped')
      depth = indent
      parts[part].append('')
      i += 2 if underlined else 1
      continue
    if field := _FIELD.match(line):
      said, i = _continued(lines, i + 1, indent, field[3])
      fields.append((field[1], field[2], said))
      continue
    if line.strip() and indent <= depth and i and not lines[i - 1].strip() and _is_google(parts[part]):
      part = 'summary'  # a section of Google's is indented; what is not, is text again
    parts[part].append(line)
    i += 1
  return parts, fields


def _is_google(lines: list[str]) -> bool:
  said = [line for line in lines if line.strip()]
  return bool(said) and all(line.startswith(' ') for line in said)


def _continued(lines: list[str], i: int, indent: int, said: str) -> tuple[str, int]:
  """(the text of a field with its further lines, the number of the line after it)"""
  while i < len(lines) and lines[i].strip() and len(lines[i]) - len(lines[i].lstrip()) > indent:
    said, i = f'{said} {lines[i].strip()}', i + 1
  return said, i


def _entries(lines: list[str], names: Sequence[str] | None) -> tuple[dict[str, str], dict[str, str]]:
  """(texts, types) by name; `names` None takes any."""
  texts: dict[str, str] = {}
  types: dict[str, str] = {}
  least = min((len(x) - len(x.lstrip()) for x in lines if x.strip()), default=0)
  last: list[str] = []
  for line in lines:
    if not line.strip():
      continue
    google, numpy = _GOOGLE.match(line.strip()), _NUMPY.match(line.strip())
    if len(line) - len(line.lstrip()) > least:
      google = numpy = None
    if google and (names is None or (google[1] or google[4]) in names):
      last = [google[1] or google[4]]
      texts[last[0]] = google[3] or ''
      types.update({last[0]: google[2]} if google[2] else {})
    elif numpy and (names is None or all(n.strip() in names for n in numpy[1].split(','))):
      last = [n.strip() for n in numpy[1].split(',')]
      for name in last:
        texts[name] = ''
        types.update({name: numpy[2]} if numpy[2] else {})
    else:
      for name in last:
        texts[name] = f'{texts[name]} {line.strip()}'.strip()
  for name, words in types.items():
    if not texts[name] and len(words.split()) > 2:
      texts[name] = words
  return texts, types


def _returns(lines: list[str]) -> tuple[str, str]:
  """(text, type): `int: the number`, or NumPy's type on a line of its own."""
  said = [line for line in lines if line.strip()]
  if len(said) > 1 and len(said[1]) - len(said[1].lstrip()) > len(said[0]) - len(said[0].lstrip()):
    head, rest = said[0].strip(), ' '.join(line.strip() for line in said[1:])
    if len(head.split()) <= 4 and not head.endswith(('.', ',')):
      return rest, head.rpartition(':')[2].strip()
  text = ' '.join(line.strip() for line in said)
  typed = re.match(r'(?:\(([\w\[\], |]+)\)|([a-z]+(?:\[[\w\[\], |]+\])?))\s*:\s+(.+)$', text)
  return (typed[3], typed[1] or typed[2]) if typed else (text, '')


def _paragraphs(lines: list[str]) -> list[str]:
  """Paragraphs and items; of a directive what it says, of blocks of code nothing."""
  paragraphs: list[list[str]] = [[]]
  skip: int | None = None  # the depth of what is deeper than this is code, or a directive of no use
  for line in [*lines, '']:
    indent = len(line) - len(line.lstrip())
    if skip is not None and (not line.strip() or indent > skip):
      paragraphs.append([])
      continue
    skip = None
    if directive := _DIRECTIVE.match(line):
      if directive[1] in _SAID:
        line = directive[2]
      else:
        skip, line = indent, ''
    elif re.match(r'\s*\.\. ', line):  # a footnote or a comment
      skip, line = indent, ''
    elif line.rstrip().endswith('::'):
      skip, line = indent, line.rstrip()[:-1]
    if not line.strip() or _ITEM.match(line):
      paragraphs.append([])
    paragraphs[-1].append(line.strip())
  texts = [plain(re.sub(r'^[*+•] ', '- ', ' '.join(part).strip())) for part in paragraphs]
  return [text for text in texts if text and not re.fullmatch(r'[\W_]+', text)]
