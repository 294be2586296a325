"""The functions of a Python corpus whose types are known and whose documentation says what they do."""

from __future__ import annotations

import ast
import contextlib
import hashlib
import pathlib
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.documentation.screen import Candidate
from acrl_jax.datagen.python import docstring, examples, types
from acrl_jax.datagen.python.examples import Example
from acrl_jax.datagen.records import Function, Parameter, Reject, Type

_OTHERS = re.compile(r'(?:^|/)(?:tests?|testing|benchmarks?|_?vendor(?:ed)?|examples)/|(?:^|/)(?:test_|conftest\.py)')
_MOST_PARAMETERS = 6
_LEAST_WORDS = 5
_IMPURE_CALLS = frozenset(
  'open input print exec eval compile __import__ globals locals vars id hash breakpoint exit quit setattr'.split()
)
_IMPURE_MODULES = frozenset(
  'os sys random time datetime socket subprocess threading multiprocessing asyncio tempfile shutil urllib logging '
  'secrets uuid pathlib io gc inspect weakref'.split()
)
_PURE = ('sys.maxsize', 'sys.float_info', 'datetime.timedelta', 'datetime.date', 'urllib.parse')
_FLOWS = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Global)
_LONGEST_CONSTANT = 40


class _Module(NamedTuple):
  """A source file, read once for all of its functions."""

  name: str
  path: str  # below the corpus
  source: str
  hints: types.Hints
  imported: dict[str, str]  # local name to where it is from
  stubs: dict[str, list[ast.FunctionDef]]
  stub_hints: types.Hints


def functions(fetched: Fetched) -> Iterator[Candidate]:
  """Every public function of the corpus's modules, by symbol: as a record, or why it is none."""
  root = fetched.sources / fetched.within
  candidates: dict[str, Candidate] = {}
  for path in sorted(root.rglob('*.py')):
    place = path.relative_to(fetched.sources).as_posix()
    if _OTHERS.search(path.relative_to(root).as_posix()):
      continue
    tree, module = _module(path, place)
    for node in tree.body if module else ():
      if isinstance(node, ast.FunctionDef) and not node.name.startswith('_') and not _is_overload(node):
        symbol = f'{module.name}.{node.name}'
        try:
          candidates[symbol] = Candidate(symbol, _function(fetched, module, node, symbol), None)
        except Reject as e:
          candidates[symbol] = Candidate(symbol, None, e)
  return iter([candidates[symbol] for symbol in sorted(candidates)])


def _module(path: pathlib.Path, place: str) -> tuple[ast.Module, _Module | None]:
  tree = ast.Module([], [])
  try:
    source = path.read_text('utf-8')
    tree = ast.parse(source)
  except (SyntaxError, ValueError):
    return tree, None
  name = place.removesuffix('.py').removesuffix('/__init__').replace('/', '.')
  stub = ast.Module([], [])
  with contextlib.suppress(OSError, SyntaxError):
    stub = ast.parse(path.with_suffix('.pyi').read_text('utf-8'))
  stubs: dict[str, list[ast.FunctionDef]] = {}
  for node in stub.body:
    if isinstance(node, ast.FunctionDef):
      stubs.setdefault(node.name, []).append(node)
  return tree, _Module(
    name, place, source, types.Hints(tree), _imports(tree), stubs, types.Hints(stub)
  )  # fmt: skip


def _imports(tree: ast.Module) -> dict[str, str]:
  origins: dict[str, str] = {}
  for node in ast.walk(tree):
    if isinstance(node, ast.Import):
      origins.update({(a.asname or a.name.partition('.')[0]): a.name for a in node.names})
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
      origins.update({(a.asname or a.name): f'{node.module}.{a.name}' for a in node.names})
  return origins


def _is_overload(node: ast.FunctionDef) -> bool:
  return any(ast.unparse(d).endswith('overload') for d in node.decorator_list)


def _function(fetched: Fetched, module: _Module, node: ast.FunctionDef, symbol: str) -> Function:
  """Raises Reject."""
  text = ast.get_docstring(node) or ''
  _screen(node, text, module)
  arguments = [*node.args.posonlyargs, *node.args.args]
  names = [a.arg for a in arguments]
  said = docstring.parse(text, [*names, *(a.arg for a in node.args.kwonlyargs)])
  shown = examples.examples(text, node.name, names)
  known, returns = _types(module, node, said, shown)
  required = len(arguments) - len(node.args.defaults)
  kept = next((i for i, t in enumerate(known) if t is None and i >= required), len(known))
  for name, t in zip(names[:kept], known):
    if t is None:
      raise Reject('extract', 'types_unknown', name)
  if kept == 0:
    raise Reject('extract', 'types_unknown', names[0])
  if returns is None:
    raise Reject('extract', 'types_unknown', 'return')
  parameters = []
  for i, (argument, t) in enumerate(zip(arguments[:kept], known)):
    # Without a parameter at the end, defaults cannot be kept: Python counts them from the end.
    optional = i >= required and kept == len(arguments)
    parameters.append(Parameter(argument.arg, t, _text(argument.annotation), optional=optional))
  doc = said.doc._replace(
    examples=tuple((e.args, e.result) for e in shown if required <= len(e.args) <= kept),
    nullable=tuple(p.name for p in parameters if p.type.kind == 'optional'),
    parameters=tuple((name, text) for name, text in said.doc.parameters if name in names[:kept]),
  )
  if len(re.findall(r'[A-Za-z]{2,}', doc.summary)) < _LEAST_WORDS:
    raise Reject('extract', 'doc_short', doc.summary)
  digest = hashlib.sha256(symbol.encode()).hexdigest()[:16]
  return Function(
    f'python/{digest}', 'python', fetched.name, fetched.version, fetched.license, symbol, module.name, node.name,
    tuple(parameters), returns, _text(node.returns), doc, ast.get_source_segment(module.source, node) or '',
    module.path, node.lineno, _constants(node),
  )  # fmt: skip


def _text(hint: ast.expr | None) -> str:
  return ast.unparse(hint) if hint else ''


def _screen(node: ast.FunctionDef, text: str, module: _Module) -> None:
  """Raises Reject for what rules the function out whatever its types are; `text` is its docstring."""
  a = node.args
  if any('cache' not in ast.unparse(d) for d in node.decorator_list):
    raise Reject('extract', 'decorated', ast.unparse(node.decorator_list[0]))
  if not text:
    raise Reject('extract', 'no_doc')
  if a.vararg or a.kwarg:
    raise Reject('extract', 'varargs')
  if any(default is None for default in a.kw_defaults):
    raise Reject('extract', 'keyword_only')
  if not a.posonlyargs + a.args:
    raise Reject('extract', 'no_params')
  if len(a.posonlyargs + a.args) > _MOST_PARAMETERS:
    raise Reject('extract', 'too_many_params')
  for inner in (n for statement in node.body for n in ast.walk(statement)):
    if isinstance(inner, _FLOWS):
      raise Reject('extract', 'impure_body', type(inner).__name__)
    if why := _impure(inner, module):
      raise Reject('extract', 'impure_body', why)


def _impure(node: ast.AST, module: _Module) -> str:
  """The name by which a function gets at the world around it, or ''."""
  if isinstance(node, ast.Name):
    origin = module.imported.get(node.id, '')
    if '.' in origin and origin.partition('.')[0] in _IMPURE_MODULES and not origin.startswith(_PURE):
      return origin
    return node.id if node.id in _IMPURE_CALLS and node.id not in module.imported else ''
  if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
    origin = module.imported.get(node.value.id, '')
    name = f'{origin}.{node.attr}'
    return name if origin in _IMPURE_MODULES and name not in _PURE else ''
  return ''


def _types(
  module: _Module, node: ast.FunctionDef, said: docstring.Parsed, shown: Sequence[Example]
) -> tuple[list[Type | None], Type | None]:
  """Types of the parameters, and of the result; None where no hint, value or word says one."""
  arguments = [*node.args.posonlyargs, *node.args.args]
  required = len(arguments) - len(node.args.defaults)
  hints, readings = module.hints.fresh(), []
  readings.append(([hints.to_type(a.annotation) for a in arguments], hints.to_type(node.returns)))
  for stub in module.stubs.get(node.name, ()):  # the first overload that is supported
    hints = module.stub_hints.fresh()
    hinted = [hints.to_type(a.annotation) for a in [*stub.args.posonlyargs, *stub.args.args]][: len(arguments)]
    readings.append((hinted + [None] * (len(arguments) - len(hinted)), hints.to_type(stub.returns)))
    if all(types.concrete(t) for t in hinted[:required]) and len(hinted) >= required:
      readings[1:] = readings[-1:]
      break
  chosen: list[Type | None] = []
  for i, argument in enumerate(arguments):
    values = [e.args[i] for e in shown if i < len(e.args)]
    options = [reading[i] for reading, _ in readings[:2]]
    if not any(options):  # a hint that is not supported is still a hint
      hinted = any(a is not None for a in [argument.annotation]) or len(readings) > 1
      options += [] if hinted else [
        types.of_values(values), *map(types.of_value, values[:1]),
        types.of_words(said.types.get(argument.arg, '')),
      ]  # fmt: skip
    chosen.append(next((t for t in map(types.concrete, options) if t), None))
  return chosen, _returns(node, [r for _, r in readings[:2]], said, shown)


def _returns(
  node: ast.FunctionDef, hinted: list[Type | None], said: docstring.Parsed, shown: Sequence[Example]
) -> Type | None:
  results = [e.result for e in shown if e.result is not ...]
  options = [*hinted, types.of_values(results) if results else None, types.of_words(said.returns)]
  chosen = next((t for t in options if t), None)
  lazy = _yields(node) or any(e.listed for e in shown)
  if lazy or (chosen and chosen.source in ('iterator', 'Iterable')):
    members = chosen.args if chosen and chosen.kind == 'list' else ()
    return Type('list', members, 'iterator')
  return chosen


def _yields(node: ast.AST) -> bool:
  """Whether a call gives a generator: a `yield` of its own, not of a function in it."""
  return any(
    isinstance(child, (ast.Yield, ast.YieldFrom))
    or (not isinstance(child, (ast.FunctionDef, ast.Lambda, ast.ClassDef)) and _yields(child))
    for child in ast.iter_child_nodes(node)
  )


def _constants(node: ast.FunctionDef) -> tuple[Any, ...]:
  """Numbers and short texts of the body, each once."""
  distinct: dict[str, Any] = {}
  for statement in node.body[1:]:
    for inner in ast.walk(statement):
      value = inner.value if isinstance(inner, ast.Constant) else None
      if type(value) in (int, float) or (type(value) is str and 0 < len(value) <= _LONGEST_CONSTANT):
        distinct.setdefault(repr(value), value)
  return tuple(distinct.values())
