"""Methods as source text declares them, and the way out where the parser of Java is not installed."""

import sys
import textwrap

import pytest

from acrl_jax.datagen.java import tree


def test_without_a_parser_the_way_out_is_told(monkeypatch):
  monkeypatch.setitem(sys.modules, 'tree_sitter', None)
  tree._parser.cache_clear()
  with pytest.raises(ValueError, match=r'pip install acrl_jax\[datagen\]'):
    list(tree.methods(b'class A {}'))
  tree._parser.cache_clear()


def methods(text):
  pytest.importorskip('tree_sitter_java')
  return list(tree.methods(textwrap.dedent(text).encode()))


def test_a_method_is_read_as_it_is_declared():
  (f,) = methods("""\
    package p.q;
    class A<T> {
      static final int LEFT = -2, RIGHT = sum();
      final String notStatic = "x";
      /** Says it. */
      // a remark
      @Pure("a b") protected final <U extends T> List<? extends U> f(@Nullable final T[] x, int y[], U... z)
          throws IOException, E { return null; }
    }
  """)
  assert f.symbol == 'p.q.A#f(T[],int[],U[])' and f.line == 7
  assert f.modifiers == {'protected', 'final'} and f.annotations == '@Pure("a b")'
  assert (f.type_parameters, f.returns, f.throws) == ('<U extends T>', 'List<U>', 'IOException, E')
  assert f.parameters == (('T[]', 'x'), ('int[]', 'y'), ('U[]', 'z')) and f.variadic
  assert (f.comment, f.body) == ('/** Says it. */', '{ return null; }')
  assert not f.public and not f.static
  assert f.owner == tree.Class('p.q', 'A', False, True, False, True, '<T>', {'LEFT': -2})


def test_nested_classes_know_the_constants_around_them_and_how_they_are_made():
  text = """\
    public class A {
      static final int ONE = 1;
      class Inner { static final int TWO = 2; void f() {} }
      interface Shape { int THREE = 3; void g(); record Dot(int x) { void h() {} } }
      enum E { RED; void i() {} }
    }
  """
  owners = {m.name: m.owner for m in methods(text)}
  assert {name: owner.symbol for name, owner in owners.items()} == {
    'f': 'A$Inner', 'g': 'A$Shape', 'h': 'A$Shape$Dot', 'i': 'A$E',
  }  # fmt: skip
  assert owners['f'].constants == {'ONE': 1, 'TWO': 2} and owners['h'].constants == {'ONE': 1, 'THREE': 3}
  assert [owners[name].static for name in 'fgh'] == [False, True, True]
  assert [owners[name].constructible for name in 'fghi'] == [True, False, False, False]


def test_a_comment_that_is_no_javadoc_is_none():
  plain, lines, documented = methods('class A { /* a */ void f() {} // b\n void g() {} /** c */ void h() {} }')
  assert (plain.comment, lines.comment, documented.comment) == ('', '', '/** c */')
