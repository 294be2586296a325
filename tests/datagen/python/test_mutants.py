"""Changes of functions, by hand."""

import ast

import plain
import pytest

from acrl_jax.datagen.python import mutants


def changes(body, most=1000):
  return mutants.changes(plain.function([plain.INT])._replace(body=body), most)


def bodies(expression, kind):
  """The first lines of the changed bodies."""
  made = changes(f'def f(a, b):\n    return {expression}\n')
  return {c.source.split('\n')[1].strip().removeprefix('return ') for c in made if c.kind == kind}


@pytest.mark.parametrize(
  ('expression', 'kind', 'due'),
  [
    ('a < b', 'comparison', {'a <= b', 'a >= b'}),
    ('a < b < a', 'comparison', {'a <= b < a', 'a >= b < a', 'a < b <= a', 'a < b >= a'}),
    ('a is b', 'comparison', {'a is not b'}),
    ('a not in b', 'comparison', {'a in b'}),
    ('a + b', 'arithmetic', {'a - b'}),
    ('"%d" % a', 'arithmetic', set()),
    ('a and b', 'boolean', {'a or b'}),
    ('not a', 'unary', {'a'}),
    ('-a', 'unary', {'a'}),
    ('7', 'constant', {'8', '6'}),
    ('True', 'constant', {'False'}),
    ('"ab"', 'constant', {"'b'"}),
    ('""', 'constant', {"'#'"}),
    ('a if b else 1', 'condition', {'a if not b else 1'}),
    ('[x for x in a if b]', 'condition', {'[x for x in a if not b]'}),
    ('min(a, b)', 'call', {'max(a, b)'}),
    ('min(a, b)', 'arguments', set()),
    ('pow(a, b)', 'arguments', {'pow(b, a)'}),
    ('range(a)', 'bound', {'range(a - 1)'}),
    ('range(a, b)', 'bound', {'range(a, b - 1)'}),
    ('range(a, b + 1)', 'bound', set()),
    ('a[b:]', 'bound', {'a[b + 1:]'}),
    ('a[b]', 'bound', {'a[b + 1]'}),
    ('a', 'result', {'None'}),
    ('None', 'result', set()),
  ],
)
def test_expressions(expression, kind, due):
  assert bodies(expression, kind) == due


def test_statements():
  body = '''def f(a):
    """Text 1."""
    for x in a:
        if x:
            break
        x += 1
        a.pop()
    raise ValueError('no', 1)
'''
  changed = changes(body)
  place = lambda source: next(n for n, (p, q) in enumerate(zip(normal(body), source.split('\n'))) if p != q)
  found = {(c.kind, place(c.source)) for c in changed}
  assert found == {('condition', 3), ('flow', 4), ('arithmetic', 5), ('constant', 5), ('removal', 6), ('arguments', 7)}
  lines = {c.kind: c.lines for c in changed if c.kind != 'constant'}
  assert lines['condition'] == {4} and lines['flow'] == {5} and lines['removal'] == {7}


def normal(body):
  return ast.unparse(ast.parse(body)).split('\n')


def test_what_no_test_can_see_stays():
  head = 'def f(a: "int" = 1, *, b: Literal[2] = None) -> "str":'
  body = f'@cache(3)\n{head}\n    """5"""\n    assert a, "no"\n    return a'
  assert [c.kind for c in changes(body)] == ['result']  # hints, defaults, decorators, docstring, what an assert says


def test_all_compile_and_differ_and_fewer_are_the_first_of_more():
  loop = 'for x in a:\n        if x == 1 == 1:\n            continue\n        yield x + 1 + 1'
  body = f'def f(a):\n    {loop}\n    return 3\n'
  changed = changes(body)
  sources = [c.source for c in changed]
  assert len(set(sources)) == len(sources) > 10 and ast.unparse(ast.parse(body)) not in sources
  for source in sources:
    compile(source, '', 'exec')
  assert changes(body, 5) == changed[:5] and changes(body) == changed
  other = mutants.changes(plain.function([plain.INT], id='python/f', body=body), 1000)
  assert sorted(other) == sorted(changed) and other != changed != sorted(changed)
