"""Java's words in a text replaced by Python's, where it has one."""

from __future__ import annotations

import re

_ERROR = re.compile(r'(?:\b([Aa]n?|[Tt]he) )?`?\b(?:[\w.]+\.)?[A-Z]\w*(?:Exception|Error)s?\b`?')
_OVERFLOWS = re.compile(
  r'\b(would overflow|overflows|represented (?:as|in)|fits? (?:in|into))\b'
  r'( in signed `?(?:int|long)`? arithmetic| an? `?(?:int|long|integer)\b`?)?'
)
_TRANSLATIONS = tuple(
  (re.compile(pattern), new)
  for pattern, new in (
    (r'`?\bnull\b`?(?! (?:hypothesis|character|byte))', 'None'),
    (r'\bNull\b(?= )|`?\bnulls\b`?', 'None'),
    (r'`?\btrue\b`?', 'True'),
    (r'`?\bfalse\b`?', 'False'),
    (r'`?\bBoolean\.TRUE\b`?', 'True'),
    (r'`?\bBoolean\.FALSE\b`?', 'False'),
    (r'\b([Aa])n (?:immutable|unmodifiable) (?=`?[^aeiou`])', r'\1 '),
    (r' as (?:per|defined by) `\w+`', ''),
    (r'\b(?:primitive|immutable|unmodifiable) (?=[\w`])|`public static` ', ''),
    (r'\b(\d+)L\b', r'\1'),
    (r'\bsubarray', 'sublist'),
    *((rf'`?\b{kind}\.{name}_VALUE\b`?', f'{sign}2**{bits}{less}')
      for kind, bits in (('Byte', 7), ('Short', 15), ('Integer', 31), ('Long', 63))
      for name, sign, less in (('MAX', '', ' - 1'), ('MIN', '-', ''))),
    (r'`?\bCharacter\.MIN_RADIX\b`?', '2'),
    (r'`?\bCharacter\.MAX_RADIX\b`?', '36'),
    (r' ?\(length\(\) ?==? ?0\)', ''),
    (r'\bnew \w+\[\] ?\{([^{}]*)\}', r'[\1]'),
    (r'\b(the|a|of|to|in|is) \1\b', r'\1'),
    (r'`?\b(?:Double|Float)\.(?:NaN|NAN)\b`?', 'NaN'),
    (r'`?\b(?:(?:Double|Float)\.)?POSITIVE_INFINITY\b`?', 'infinity'),
    (r'`?\b(?:(?:Double|Float)\.)?NEGATIVE_INFINITY\b`?', '-infinity'),
    (r'\b[Aa] `?(?:Object)`?(?=\W)', 'an object'),
    (r'`?\b(?:CharSequence|String)(?:\[\]|s\[\])`?|\b(?:CharSequence|[Ss]tring) [Aa]rrays?\b', 'list of strings'),
    (r'(?:\b[Aa]n? )?(?:\b[Bb]yte [Aa]rrays?\b|\b[Aa]rrays? of bytes?\b|`?\bbyte\[\]`?)', 'bytes'),
    (r'`?\bchar\[\]`?|\bchar(?:acter)? [Aa]rrays?\b', 'list of characters'),
    (r'`?\b(?:int|long|short)\[\]`?|\b(?:int|long|short) [Aa]rrays?\b', 'list of integers'),
    (r'`?\b(?:double|float)\[\]`?|\b(?:double|float) [Aa]rrays?\b', 'list of floats'),
    (r'`?\bboolean\[\]`?|\bboolean [Aa]rrays?\b', 'list of booleans'),
    (r'`?\bObject\[\]`?|\bObject [Aa]rrays?\b', 'list'),
    (r'`?\b(?:CharSequence|String)\b`?|\bcharacter sequence\b', 'string'),
    (r"`?\b(?:CharSequence|String)'?s\b`?", 'strings'),
    (r'`?\bchar\b`?|\bCharacter\b', 'character'),
    (r'\bchars\b|\bCharacters\b', 'characters'),
    (r'`int`|`long`|`short`|`byte`|`?\b(?:Integer|Long|Short|BigInteger|int)\b`?(?!\.\w)', 'integer'),
    (r'\b(?:ints|longs|shorts|Integers|Longs|BigIntegers)\b', 'integers'),
    (r'\b(?:long|short) (?=value|number)', 'integer '),
    (r'`double`|`float`|`?\b(?:Double|Float)\b`?(?!\.\w| [A-Z])|\bdouble(?= value| number)', 'float'),
    (r'\bdoubles\b', 'floats'),
    (r'`?\bBoolean\b`?(?!\.\w)|`boolean`', 'boolean'),
    (r'`?\bObjects\b`?', 'objects'),
    (r'`?\bObject\b`?(?!\.\w)', 'object'),
    (r'`?\bCollection\b`?', 'collection'),
    (r'`?\bIterable\b`?', 'iterable'),
    (r'`?\bIterator\b`?', 'list'),
    (r'`?\b(?:ImmutableList|ArrayList|LinkedList|List)\b`?(?!\.\w)', 'list'),
    (r'`?\bLists\b`?(?!\.\w)', 'lists'),
    (r'`?\b(?:HashSet|TreeSet|Set)\b`?(?!\.\w)', 'set'),
    (r'`?\b(?:HashMap|Map)\b`?(?!\.\w)|\bmap\b(?= (?:of|to|from|whose|with))', 'dict'),
    (r'\ban array\b', 'a list'),
    (r'\bAn array\b', 'A list'),
    (r'\barray\b', 'list'),
    (r'\barrays\b', 'lists'),
    (r'\bArray\b', 'List'),
    (r'\bArrays\b(?!\.\w)', 'Lists'),
    (r'\blist of (\w+) lists?\b', r'lists of \1'),
    (r'\b([Mm])ethods?\b', 'function'),
    (r'\bthrown\b', 'raised'),
    (r'\bThrown\b', 'Raised'),
    (r'\bThrows\b', 'Raises'),
    (r'\bthrows\b', 'raises'),
    (r'\bthrow\b', 'raise'),
    (r'\bthrowing\b', 'raising'),
  )
)
_NAME = re.compile(r'(?:\b[A-Z]\w*\.|(?<![\w.]))(`?)([A-Za-z]\w*)\1(?!\w)')
# A constant, put in by its value between \3, and beside it the value once more.
_CONSTANT_FIRST = re.compile('`?\\(?\3([^\3]*)\3\\)?`? ?\\(?\\1\\)?`?')
_CONSTANT_LAST = re.compile('\\(?(?<![\\w.])(-?[\\d.]+)\\)? `?\\(`?\3\\1\3`?\\)`?')
_CODE = re.compile(r'`[^`\n]*`')
_LENGTH = re.compile(r'\b([a-z]\w*)\.length\b(?:\(\))?')
_LOST_CAPITAL = re.compile(
  r'(^|[.!?]\s+|\n\n|\n- )'
  r'([a-z](?=(?:tring|haracter|nteger|ist|bject|ollection|terable|loat|oolean|ytes|n error)s?\b))'
)
# Names and notions that no translation was found for.
_LEFT = re.compile(
  r'\b(?:null|int|char|Java|[Cc]omparators?|[Ll]ocales?|autobox\w*|(?:un)?boxed|unboxing|var-?args?|classloader|enums?|'
  r'primitives?|static|instanceof|[Ss]erializable|surrogates?|Class)\b(?! hypothesis| character)'
  r'|\b[A-Z]\w*\.[A-Za-z]\w*\b|#\w+|\bnew [A-Z]\w*|\w+\[\]|\b[a-z]+[a-z0-9]*[A-Z]\w*\b|\b[A-Z][a-z]+[A-Z]\w*\b'
  r'|\b[A-Z]{2,}_[A-Z_]+\b|\\u[\da-fA-F]{4}'
)
_FINE = frozenset(['NaN', 'NaNs', 'McDonald'])
_SENTENCE = re.compile(r'(?<=[.!?])[ \n]+(?=[A-Z`(])|\n+(?=-)')
# Sentences that tell of more than the result, and may go when Python has no words for them.
_ASIDE = re.compile(
  r'Use|Used|Read|For (?:more|other|an?|further|platform|example)\b|Whitespace is defined|N\.B|(?i:note)\b|Java|If you|'
  r'This (?:function |implementation )?(?:uses|calls|is (?:used|called|equivalent|similar|analogous|the same))|'
  r'This test is|'
  r'This (?:function )?(?:may )?returns? None and|As (?:a memory|described|of)|Arguably|It is provided|This behavio|'
  r'More formally|Additionally|Similar|To |TODO|The returned|Performance|Implementation|Consider|Calling this|Prefer|'
  r'Equivalent|Compare with|Elements are copied|- The invocation'
)
# What only a caller in Java would heed, and mere references.
_ALWAYS_ASIDE = re.compile(
  r'[Ss]ee\b|[^.]*\b(?:thread-?safe\w*|unmodifiable|polled|remove(?=\(\))|serializable|garbage|in later versions|'
  r'live view|backed by|Java 8 users|Guava|JDK ?\d)(?:\b|(?=\())',
  re.IGNORECASE,
)
_UNLIKE = re.compile(r'^Unlike .*?, (\w)')
_PARENTHESES = re.compile(r' \([^()]*\)')
_ARTICLES = ((re.compile(r'\b([Aa]) (?=(?:integer|object|iterable|error|empty)\b)'), r'\1n '),) + (
  (re.compile(r'\b([Aa])n (?=(?:string|list|character|boolean|float|set|dict)\b)'), r'\1 '),
)


def translated(text: str, names: dict[str, str], parameters: frozenset[str], arrays: str = 'list') -> str:
  """The text in Python's words, without asides about Java.

  Args:
    text: without mark-up, code in backticks.
    names: what is put in the place of other names: constants, the function's own name.
    parameters: names that stay even where they are words of Java's, in code and before `.length`.
    arrays: what an array is called.
  """
  text = _NAME.sub(lambda m: _named(m, names, parameters), text)
  text = _CONSTANT_LAST.sub(r'\1', _CONSTANT_FIRST.sub(r'\1', text)).replace('\3', '')
  text = _LENGTH.sub(lambda m: f'len({_marked(m[1], parameters)})', text)
  text = _CODE.sub(lambda m: _marked(m[0], parameters), text)
  text = _words(text)
  if arrays != 'list':
    text = re.sub(r'\b(?:[Aa] (new )?)?[Ll]ists?\b', lambda m: (m[1] or '') + arrays, text)
  text = _LOST_CAPITAL.sub(lambda m: m[1] + m[2].upper(), text)
  return _without_asides(text.replace('\4', '').strip(), parameters)


def with_width(text: str, bits: int) -> str:
  """The text with the width of the integers whose overflow it speaks of, which Python's do not have."""
  whole = lambda m: m[2] or m[1].startswith(('would', 'overflows'))
  return _OVERFLOWS.sub(lambda m: f'{m[1]} a signed integer of {bits} bits' if whole(m) else m[0], text)


def _named(m: re.Match, names: dict[str, str], parameters: frozenset[str]) -> str:
  """What is meant by a name: a constant, the function itself, or the one parameter that it abbreviates."""
  if m[2] in names:
    return f'{m[1]}\3{names[m[2]]}\3{m[1]}' if m[2].isupper() else f'{m[1]}{names[m[2]]}{m[1]}'
  longer = [p for p in parameters if p.startswith(m[2]) and len(m[2]) > 3]
  return f'{m[1]}{longer[0]}{m[1]}' if len(longer) == 1 and re.search('[a-z][A-Z]', m[2]) else m[0]


def _marked(code: str, parameters: frozenset[str]) -> str:
  """Code whose names of parameters no pattern matches."""
  return re.sub(r'\b\w+\b', lambda m: '\4'.join(m[0]) if m[0] in parameters else m[0], code)


def left_over(text: str, parameters: frozenset[str]) -> str:
  """The first of Java's names in a translated text; '' if there is none."""
  return next((m[0] for m in _LEFT.finditer(text) if m[0] not in parameters and m[0] not in _FINE), '')


def _without_asides(text: str, parameters: frozenset[str]) -> str:
  """The first sentence stays, whatever it is."""
  places = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
  kept = []
  for number, (start, end) in enumerate(zip(places, places[1:])):
    sentence = text[start:end]
    if left_over(sentence, parameters):
      sentence = _UNLIKE.sub(lambda m: m[1].upper(), sentence)
      sentence = _PARENTHESES.sub(lambda m: '' if left_over(m[0], parameters) else m[0], sentence)
    aside = _ALWAYS_ASIDE.match(sentence) or (left_over(sentence, parameters) and _ASIDE.match(sentence))
    if number and aside:
      kept.append('\n\n' if sentence.endswith('\n\n') else '')
    else:
      kept.append(sentence)
  return re.sub(r'\n{3,}', '\n\n', re.sub(r' +\n', '\n', ''.join(kept))).strip()


def _words(text: str) -> str:
  text = _ERROR.sub(lambda m: 'An error' if (m[1] or '').istitle() else 'an error', text)
  for pattern, new in _TRANSLATIONS:
    text = pattern.sub(new, text)
  for pattern, new in _ARTICLES:
    text = pattern.sub(new, text)
  return text
