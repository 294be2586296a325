"""Strategies for programs: any text, syntax trees of all kinds, and a right program with its lines cut and moved."""

import ast

from hypothesis import strategies as st

# Null characters and halves of surrogate pairs as often as all others; st.text would make one alphabet of the two.
characters = st.characters(exclude_categories=()) | st.sampled_from('\0\ud800\udfff')
any_text = st.lists(characters, max_size=20).map(''.join)

# --- text -------------------------------------------------------------------------------------------------------------

tokens = st.sampled_from(
  'def f g x ( ) [ ] { } : , . = == + - * ** @ \n \n  \t return yield lambda import os class if else for in try except '
  'pass del global async await match case 0 1.5 1e999 0x "" \'\'\' f"{ # \\ ; := ...'.split(' ')
)
noise = any_text | st.binary().map(lambda data: data.decode('latin1')) | st.lists(tokens, max_size=40).map(' '.join)
texts = noise | noise.map(lambda text: f'def f(x):\n  return {text}')

# --- syntax trees -----------------------------------------------------------------------------------------------------

names = st.sampled_from(['f', 'g', 'x', 'y', 'len', 'range', 'print', 'list', 'str', 'sorted', 'type', 'Exception'])
constants = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(), st.text(max_size=3), st.just(10**30))
leaves = st.builds(ast.Constant, constants) | st.builds(ast.Name, names)
attributes = st.sampled_from(['__class__', '__dict__', '__name__', 'append', 'real', 'x'])
binary = st.sampled_from([ast.Add(), ast.Sub(), ast.Mult(), ast.Div(), ast.Mod(), ast.BitOr(), ast.MatMult()])
relations = st.sampled_from([ast.Eq(), ast.Lt(), ast.In(), ast.Is()])


def parameter(name):
  return ast.arguments(posonlyargs=[], args=[ast.arg(name)], kwonlyargs=[], kw_defaults=[], defaults=[])


def function(name, argument, body):
  return ast.FunctionDef(name, parameter(argument), body, [], lineno=0, type_params=[])


def compound(e):
  several = st.lists(e, max_size=3)
  return st.one_of(
    st.builds(ast.BinOp, e, binary, e),
    st.builds(ast.Compare, e, st.tuples(relations), st.tuples(e)),
    st.builds(ast.IfExp, e, e, e),
    st.builds(ast.Call, e, several, st.just([])),
    st.builds(ast.List, several),
    st.builds(ast.Tuple, several),
    st.builds(ast.Set, several.filter(bool)),
    st.builds(lambda items: ast.Dict(items, items), several),
    st.builds(ast.Subscript, e, e),
    st.builds(ast.Attribute, e, attributes),
    st.builds(lambda name, body: ast.Lambda(parameter(name), body), names, e),
  )


expressions = st.recursive(leaves, compound, max_leaves=6)
anywhere = st.one_of(
  st.builds(ast.Expr, expressions),
  st.builds(ast.Raise, expressions),
  st.builds(ast.Assert, expressions),
  st.builds(lambda name, value: ast.Assign([ast.Name(name)], value, lineno=0), names, expressions),
  st.builds(lambda name: ast.Delete([ast.Name(name)]), names),
  st.just(ast.Pass()),
)
in_functions = st.builds(ast.Return, expressions) | st.builds(lambda e: ast.Expr(ast.Yield(e)), expressions) | anywhere


def blocks(statement):
  body = st.lists(statement, min_size=1, max_size=3)
  handlers = body.map(lambda b: [ast.ExceptHandler(None, None, b)])
  return st.one_of(
    st.builds(ast.If, expressions, body, body),
    st.builds(lambda name, e, b: ast.For(ast.Name(name), e, b, [], lineno=0), names, expressions, body),
    st.builds(ast.Try, body, handlers, st.just([]), body),
    st.builds(function, names, names, body),
    st.builds(lambda name, b: ast.ClassDef(name, [], [], b, [], type_params=[]), names, body),
  )


bodies = st.lists(st.recursive(in_functions, blocks, max_leaves=6), min_size=1, max_size=4)
outside = st.lists(anywhere | st.builds(function, names, names, bodies), max_size=3)
defined = st.builds(lambda body, more: [function('f', 'x', body), *more], bodies, outside)
modules = (outside | defined).map(lambda body: ast.unparse(ast.Module(body, [])))

# --- mutants ----------------------------------------------------------------------------------------------------------

RIGHT = """def f(n):
  values = []
  total = 0
  for k in range(n):
    if k % 3 == 0: continue
    total += k * k
    if total > 99: break
    values.append(total)
  if n > 4: values.append(total - n)
  return values
"""


def mutate(edits):
  """Edits are (cut | copy | swap | indent, a line of the body, another one)."""
  lines = [(len(line) - len(line.lstrip()), line.lstrip()) for line in RIGHT.splitlines()]
  for kind, i, j in edits:
    i, j = (1 + k % (len(lines) - 1) for k in (i, j))
    (indent, text), (other_indent, other) = lines[i], lines[j]
    if kind == 'cut':
      del lines[i]
    elif kind == 'copy':
      lines.insert(j, (other_indent, text))
    elif kind == 'swap':
      lines[i], lines[j] = (indent, other), (other_indent, text)
    else:
      lines[i] = (other_indent, text)
  return '\n'.join(' ' * indent + text for indent, text in lines)


indices = st.integers(0, 20)
edits = st.tuples(st.sampled_from(['cut', 'copy', 'swap', 'indent']), indices, indices)
mutants = st.lists(edits, min_size=1, max_size=3).map(mutate)
