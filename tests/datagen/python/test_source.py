"""Functions found in small modules, and why others are not."""

import textwrap

import pytest

from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.python import source
from acrl_jax.datagen.records import Type
from acrl_jax.datagen.values import annotation


def found(folder, text, stub=None, place='pack/mod.py'):
  """By name: a Function, or (reason, detail)."""
  path = folder / place
  path.parent.mkdir(parents=True, exist_ok=True)
  path.write_text(textwrap.dedent(text))
  if stub:
    path.with_suffix('.pyi').write_text(textwrap.dedent(stub))
  fetched = Fetched('wild', '1', 'MIT', '', folder, (), '0' * 64, 'pack')
  every = list(source.functions(fetched))
  assert [f.symbol for f in every] == sorted(f.symbol for f in every)
  assert all((f.function is None) != (f.reject is None) for f in every)
  return {f.symbol.rpartition('.')[2]: f.function or (f.reject.reason, f.reject.detail) for f in every}


def types(function):
  return [annotation(p.type) for p in function.parameters]


def test_a_function_with_all_that_is_known_of_it(tmp_path):
  f = found(tmp_path, '''
    import functools

    @functools.lru_cache(maxsize=3)
    def clip(text: str, width: int = 10, mark: "str | None" = None) -> list[str]:
        """Cut a text into lines of a width.

        Args:
            text: What to cut.
            width: Longest line, in characters.

        Returns:
            The lines.

        Raises:
            ValueError: If the width is not positive.

        Examples:
            >>> clip('abcd', 2)
            ['ab', 'cd']
            >>> clip('a', mark='-')
        """
        if width < 1:
            raise ValueError('bad')
        return [text[i : i + width] + '...' for i in range(0, len(text), width)]
  ''')['clip']  # fmt: skip
  assert f.symbol == 'pack.mod.clip' and f.container == 'pack.mod' and f.path == 'pack/mod.py' and f.line == 5
  assert f.id == 'python/' + f.id[7:] and len(f.id) == 23
  assert [(p.name, p.optional, p.source) for p in f.parameters] == [
    ('text', False, 'str'), ('width', True, 'int'), ('mark', True, "'str | None'"),
  ]  # fmt: skip
  assert types(f) == ['str', 'int', 'str | None'] and annotation(f.returns) == 'list[str]'
  assert f.doc.summary == 'Cut a text into lines of a width.'
  assert f.doc.parameters == (('text', 'What to cut.'), ('width', 'Longest line, in characters.'))
  assert f.doc.returns == 'The lines.' and f.doc.raises == (('ValueError', 'If the width is not positive.'),)
  assert f.doc.examples == ((('abcd', 2), ['ab', 'cd']),) and f.doc.nullable == ('mark',)
  assert f.body.startswith('def clip(') and f.constants == (1, 'bad', '...', 0)


DOC = '"""Work out the answer to it."""'


@pytest.mark.parametrize(
  ('text', 'reason', 'detail'),
  [
    ('def f(a: int) -> int:\n    return a', 'no_doc', ''),
    ('def f(a: int) -> int:\n    """Too short."""\n    return a', 'doc_short', 'Too short.'),
    (f'def f() -> int:\n    {DOC}', 'no_params', ''),
    (f'def f(a: int, *b: int) -> int:\n    {DOC}', 'varargs', ''),
    (f'def f(a: int, **b: int) -> int:\n    {DOC}', 'varargs', ''),
    (f'def f(a: int, *, b: int) -> int:\n    {DOC}', 'keyword_only', ''),
    (f'def f(a, b, c, d, e, f, g):\n    {DOC}', 'too_many_params', ''),
    (f'@property\ndef f(a: int) -> int:\n    {DOC}', 'decorated', 'property'),
    (f'def f(a) -> int:\n    {DOC}', 'types_unknown', 'a'),
    (f'def f(a: int):\n    {DOC}', 'types_unknown', 'return'),
    (f'def f(a: "Graph") -> int:\n    {DOC}', 'types_unknown', 'a'),
    (f'def f(a=lambda: 0) -> int:\n    {DOC}', 'types_unknown', 'a'),
    (f'def f(a: int) -> int:\n    {DOC}\n    return open(a)', 'impure_body', 'open'),
    (f'import os as o\ndef f(a: int) -> int:\n    {DOC}\n    return o.getpid()', 'impure_body', 'os.getpid'),
    (f'from time import time\ndef f(a: int) -> int:\n    {DOC}\n    return time()', 'impure_body', 'time.time'),
    (f'def f(a: int) -> int:\n    {DOC}\n    global b\n    b = a', 'impure_body', 'Global'),
    (f'def f(a: int) -> int:\n    {DOC}\n    return [id(x) for x in a]', 'impure_body', 'id'),
  ],
)  # fmt: skip
def test_what_is_none_of_ours(tmp_path, text, reason, detail):
  assert found(tmp_path, text)['f'] == (reason, detail)


def test_what_is_pure_all_the_same(tmp_path):
  inner = 'def g():\n        nonlocal a'
  text = f'import sys\ndef f(a: int, *, b: int = 1) -> int:\n    {DOC}\n    {inner}\n    return sys.maxsize'
  assert [p.name for p in found(tmp_path, text)['f'].parameters] == ['a']


def test_tests_private_and_other_definitions_are_not_looked_at(tmp_path):
  text = f'def _f(a: int) -> int:\n    {DOC}\nasync def g(a: int) -> int:\n    {DOC}\n'
  assert found(tmp_path, f'{text}class C:\n    def h(self):\n        {DOC}\n') == {}
  good = f'def f(a: int) -> int:\n    {DOC}\n    return a\n'
  for place in ('pack/tests/mod.py', 'pack/test_mod.py', 'other/mod.py', 'pack/_vendor/mod.py'):
    assert found(tmp_path, good, place=place) == {}
  found(tmp_path, 'def broken(', place='pack/broken.py')
  assert set(found(tmp_path, good, place='pack/sub/__init__.py')) == {'f'}


def test_a_stub_beside_the_module(tmp_path):
  text = f'def f(xs, n=None):\n    {DOC}\ndef g(a, b):\n    {DOC}\n'
  stub = '''
    T = TypeVar('T')
    def f(xs: Iterable[T], n: int | None = ...) -> Iterator[tuple[T, ...]]: ...
    @overload
    def g(a: Callable[[int], int], b: str) -> str: ...
    @overload
    def g(a: str, b: T) -> T: ...
  '''
  made = found(tmp_path, text, stub)
  assert types(made['f']) == ['list[int]', 'int | None']
  assert made['f'].returns == Type('list', (Type('tuple'),), 'iterator')
  assert types(made['g']) == ['str', 'int'] and made['g'].returns == Type('int')


def test_types_from_doctests_and_from_words(tmp_path):
  made = found(tmp_path, '''
    def shown(seq, n=2, key=None):
        """The first few items of a sequence.

        >>> seq = [1, 2, 3]
        >>> list(shown(seq, 2))
        [1, 2]
        """
        return iter(seq[:n])

    def told(n, words):
        """Repeat the words so many times.

        Parameters
        ----------
        n : int
            How often.
        words : list of str
            The words.

        Returns
        -------
        str
            All of them.
        """
        return ' '.join(words * n)
  ''')  # fmt: skip
  assert types(made['shown']) == ['list[int]', 'int']
  assert made['shown'].returns == Type('list', (Type('int'),), 'iterator')
  # A parameter at the end is left out; the defaults of the others could no longer be told apart.
  assert not any(p.optional for p in made['shown'].parameters)
  assert types(made['told']) == ['int', 'list[str]'] and made['told'].returns == Type('str')
  assert made['told'].doc.returns == 'All of them.'


def test_generators_give_lists(tmp_path):
  text = f'''
    def f(n: int):
        {DOC}
        yield n
    def g(n: int) -> list[int]:
        {DOC}
        def inner():
            yield n
        return list(inner())
  '''
  made = found(tmp_path, text)
  assert made['f'].returns == Type('list', (), 'iterator') and made['g'].returns.source == ''
