"""Functions of a Java library: what is public, static or callable on a fresh object, typed and documented."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.documentation.screen import Candidate
from acrl_jax.datagen.java import javadoc, literals, tree, types
from acrl_jax.datagen.java.tree import Method
from acrl_jax.datagen.records import Function, Parameter, Reject, Type

_MOST_PARAMETERS = 6
_NO_SOURCES = re.compile(r'(^|/)(test|tests|testing|testlib)/')
_DEPRECATED = re.compile(r'@deprecated|\bas\s+deprecated\b')
_OBJECT = re.compile(r'\bObject\b')
_OF_EVERY_OBJECT = ('equals', 'hashCode', 'toString', 'compareTo', 'clone', 'finalize')
_CHECKED = re.compile(r'IO|Interrupted|ClassNotFound|Execution|Timeout|SQL')


def functions(fetched: Fetched) -> Iterator[Candidate]:
  """All candidates of a library, sorted by symbol, each a function or the reason why it is none.

  Candidates are public static methods, and public methods of classes that anybody can make an object of without
  arguments. Type parameters are Integer where their bounds allow it, else String.
  """
  candidates: dict[str, Candidate] = {}
  for file in sorted(fetched.sources.rglob('*.java')):
    path = file.relative_to(fetched.sources).as_posix()
    if not _NO_SOURCES.search(path):
      for method in tree.methods(file.read_bytes()):
        if method.public and (method.static or _callable_on_fresh(method)):
          candidates.setdefault(method.symbol, _candidate(method, fetched, path))
  for symbol in sorted(candidates):
    yield candidates[symbol]


def _callable_on_fresh(method: Method) -> bool:
  return method.owner.constructible and method.owner.static and 'abstract' not in method.modifiers


def _candidate(method: Method, fetched: Fetched, path: str) -> Candidate:
  try:
    return Candidate(method.symbol, _function(method, fetched, path), None)
  except Reject as reject:
    return Candidate(method.symbol, None, reject)


def _function(method: Method, fetched: Fetched, path: str) -> Function:
  _check_declaration(method)
  parameters, returns, returns_source = _typed(method)
  documented = javadoc.Documented(method.name, parameters, returns, method.variadic, method.owner.constants)
  doc = javadoc.parse(method.comment, documented)
  return Function(
    id=f'java/{hashlib.sha256(method.symbol.encode()).hexdigest()[:16]}',
    language='java',
    corpus=fetched.name,
    version=fetched.version,
    license=fetched.license,
    symbol=method.symbol,
    container=method.owner.symbol,
    name=method.name,
    parameters=parameters,
    returns=returns,
    returns_source=returns_source,
    doc=doc,
    body=method.body,
    path=path,
    line=method.line,
    constants=literals.constants(method.body, method.owner.constants),
    instance=not method.static,
    variadic=method.variadic,
  )


def _check_declaration(method: Method) -> None:
  """Raises Reject where the declaration rules the method out."""
  checks = {
    'native': 'native' in method.modifiers,
    'deprecated': '@Deprecated' in method.annotations or bool(_DEPRECATED.search(method.comment)),
    'of_every_object': not method.static and method.name in _OF_EVERY_OBJECT,
    'no_params': not method.parameters,
    'too_many_params': len(method.parameters) > _MOST_PARAMETERS,
    'checked_io_exception': bool(_CHECKED.search(method.throws)),
    'no_javadoc': not method.comment,
    'inherit_doc': '{@inheritDoc}' in method.comment,
  }
  for reason, holds in checks.items():
    if holds:
      raise Reject('extract', reason, method.throws if reason == 'checked_io_exception' else '')


def _typed(method: Method) -> tuple[tuple[Parameter, ...], Type, str]:
  """Parameters and result with type parameters replaced; the first stand-ins that make all types known."""
  lists = [method.type_parameters, '' if method.static else method.owner.type_parameters]
  if any(_OBJECT.search(t) for t, _ in method.parameters):
    lists.append('<Object>')  # whatever is given for it, as for a type parameter
  names = ', '.join(' '.join(t[1:-1].split()) for t in lists if t)
  declared = types.bounds(names)
  reject = Reject('extract', 'type_params', names)
  for stand_ins in types.substitutions(names):
    try:
      return _substituted(method, stand_ins, declared)
    except Reject as why:
      reject = why
  raise reject


def _substituted(method: Method, stand_ins: dict, declared: dict) -> tuple[tuple[Parameter, ...], Type, str]:
  parameters = []
  for text, name in method.parameters:
    source = types.substitute(text, stand_ins)
    kind = types.parameter_type(source)
    if kind is None:
      raise Reject('extract', 'param_type', text)
    parameters.append(Parameter(name, kind, source, types.erased(text, declared)))
  returns_source = types.substitute(method.returns, stand_ins)
  returns = types.return_type(returns_source)
  if returns is None:
    raise Reject('extract', 'return_type', method.returns)
  if returns.kind == 'none' and not any(types.mutable(p.type) for p in parameters):
    raise Reject('extract', 'void_no_mutable_arg')
  return tuple(parameters), returns, returns_source
