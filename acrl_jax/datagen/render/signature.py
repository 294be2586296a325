"""The Python signature of a function, and the prompt that it makes with the documentation."""

from __future__ import annotations

import ast
import builtins
import inspect
import keyword
import re
import textwrap
from collections.abc import Iterable
from typing import Any, NamedTuple

from acrl_jax.datagen.records import Case, Function, Reject, Type
from acrl_jax.datagen.values import annotation, bare

_WIDTH = 96  # columns of the docstring's text
_LONG = 3  # a parameter's name of more letters is known in prose without backticks
# What the texts of tests mean by these names is not the function's to change.
_TAKEN = frozenset(['approx', 'nan', 'inf', 'args', 'result', 'math', 'check', *keyword.kwlist, *keyword.softkwlist])


class Signature(NamedTuple):
  """How the function is written in Python."""

  entry_point: str
  names: tuple[str, ...]
  annotations: tuple[str, ...]
  returns: str
  defaults: tuple[str, ...] = ()  # texts, of the last parameters

  @property
  def text(self) -> str:
    """The line that defines the function."""
    required = len(self.names) - len(self.defaults)
    ends = [''] * required + [f' = {d}' for d in self.defaults]
    inner = ', '.join(f'{n}: {a}{e}' for n, a, e in zip(self.names, self.annotations, ends))
    return f'def {self.entry_point}({inner}) -> {self.returns}:'


def snake(name: str) -> str:
  """snake_case of a camelCase name, of ASCII letters, digits and underscores only."""
  name = re.sub(r'\W|[^\x00-\x7f]', '_', name)
  name = re.sub(r'([A-Z]+)([A-Z][a-z])', r'\1_\2', name)
  name = re.sub(r'([a-z0-9])([A-Z])', r'\1_\2', name).lower()
  return name if name.strip('_') and not name[0].isdigit() else f'x{name.strip("_")}'


def safe(name: str) -> str:
  """snake_case; with an underscore at its end where Python, or the text of a test, uses the name already."""
  name = snake(name)
  return f'{name}_' if name in _TAKEN or keyword.iskeyword(name) or hasattr(builtins, name) else name


def entry_point(function: Function) -> str:
  return safe(function.name)


def parameter_names(function: Function) -> tuple[str, ...]:
  """Python names of the parameters, no two of them the same."""
  names: list[str] = []
  for p in function.parameters:
    name, number = safe(p.name), 2
    while name in names:
      name, number = f'{safe(p.name)}_{number}', number + 1
    names.append(name)
  return tuple(names)


def defaults(function: Function) -> tuple[str, ...]:
  """Texts of the default values of the last parameters, as far back as they are literals: those may be left out."""
  if not any(p.optional for p in function.parameters):
    return ()
  try:
    tree = ast.parse(textwrap.dedent(function.body)).body[0]
    nodes = tree.args.defaults if isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
  except (SyntaxError, IndexError):
    return ()
  texts: list[str] = []
  for node in reversed(nodes):
    try:
      value = ast.literal_eval(node)
    except (ValueError, TypeError):
      break
    if isinstance(value, (list, dict, set)):  # no mutable default is taught here
      break
    texts.append(repr(value))
  return tuple(reversed(texts))


def signature(function: Function, cases: Iterable[Case] = ()) -> Signature:
  """The signature. A type that a case has a None for says so."""
  cases, left_out = list(cases), defaults(function)
  annotations = []
  for i, p in enumerate(function.parameters):
    seen = [c.args[i] for c in cases if i < len(c.args)]
    k = i - (len(function.parameters) - len(left_out))
    seen += [None] if k >= 0 and left_out[k] == 'None' else []
    annotations.append(annotation(widen(p.type, seen)))
  returns = widen(function.returns, [c.expected for c in cases if c.kind == 'value'])
  return Signature(
    entry_point(function), parameter_names(function), tuple(annotations), annotation(returns), left_out
  )


def widen(t: Type, values: list[Any]) -> Type:
  """The type, with a None wherever one of the values has one."""
  inner, present = bare(t), [v for v in values if v is not None]
  if inner.kind == 'dict' and inner.args:
    parts = [[k for v in present for k in v], [x for v in present for x in v.values()]]
  elif inner.kind == 'tuple':
    parts = [[v[i] for v in present if i < len(v)] for i in range(len(inner.args))]
  else:
    parts = [[x for v in present for x in v]] if inner.args else []
  inner = inner._replace(args=tuple(map(widen, inner.args, parts)))
  optional = t.kind == 'optional' or (len(present) < len(values) and t.kind != 'none')
  return Type('optional', (inner,)) if optional else inner


def docstring(function: Function, signature: Signature) -> str:
  """The documentation in the names of the signature, with the sections Args, Returns and Raises."""
  doc, python = function.doc, function.language == 'python'
  renamed = dict(zip((p.name for p in function.parameters), signature.names))
  everywhere = {**renamed, function.name: signature.entry_point}
  mapped = lambda text: _rename(' '.join(text.split()), everywhere)
  texts = {name: mapped(text) for name, text in doc.parameters}
  if function.variadic:
    last = function.parameters[-1].name
    texts[last] = f'{texts.get(last, "")} (given as one list)'.strip()
  sections = [
    ('Args', [f'{renamed[p.name]}: {texts[p.name]}' for p in function.parameters if texts.get(p.name)]),
    ('Returns', [mapped(doc.returns)] if doc.returns else []),
    ('Raises', list(dict.fromkeys(f'{name if python else "Exception"}: {mapped(t)}' for name, t in doc.raises if t))),
  ]
  lines = [_fill(_rename(line.rstrip(), everywhere)) for line in doc.summary.strip().splitlines()]
  for title, entries in sections:
    if entries:
      lines += ['', f'{title}:', *(_fill(f'    {entry}', '        ') for entry in entries)]
  return '\n'.join(lines)


def _fill(line: str, hanging: str | None = None) -> str:
  indent = line[: len(line) - len(line.lstrip())]
  hanging = indent if hanging is None else hanging
  kept = dict(break_long_words=False, break_on_hyphens=False)
  return textwrap.fill(line.strip(), _WIDTH, initial_indent=indent, subsequent_indent=hanging, **kept)


def _rename(text: str, names: dict[str, str]) -> str:
  """Other names for parameters: in backticks always, in prose where the name can be no plain word."""
  for old, new in names.items():
    if old == new:
      continue
    text = re.sub(rf'`{re.escape(old)}`', f'`{new}`', text)
    if len(old) > _LONG and old != old.lower():
      text = re.sub(rf'(?<![\w.]){re.escape(old)}(?!\w)', new, text)
  return text


def prompt(signature: Signature, docstring: str) -> str:
  """Python source up to and including the docstring. Reject where it does not read back as what it was."""
  inner = docstring.replace('\\', '\\\\').replace('"""', '\\"\\"\\"')
  if re.search(r'(?<!\\)(\\\\)*"$', inner):  # a last quotation mark that no backslash keeps apart from ours
    inner = f'{inner[:-1]}\\"'
  last = '\n' if '\n' in inner else ''
  text = textwrap.indent(f'"""{inner}{last}', '    ') + ('    """\n' if last else '"""\n')
  source = f'{signature.text}\n{text}'
  try:
    tree = ast.parse(f'{source}    pass\n').body[0]
  except (SyntaxError, ValueError) as e:
    raise Reject('signature', 'no_python', f'{e}: {signature.text}') from e
  if ast.get_docstring(tree) != inspect.cleandoc(docstring):
    raise Reject('signature', 'docstring_changes', docstring[:80])
  return source
