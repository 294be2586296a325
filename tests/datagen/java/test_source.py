"""Java text becomes functions with all that is known of them, or a reason."""

import pathlib
import textwrap

import pytest

from acrl_jax.datagen.corpora.fetch import Fetched
from acrl_jax.datagen.java import source
from acrl_jax.datagen.records import Parameter, Type

pytest.importorskip('tree_sitter_java')
DOC = '/** Returns the sum of all of the given numbers. */ '


def read(folder, *texts, **files):
  """What is found in sources; each text is a whole file."""
  for number, text in enumerate(texts):
    files[f'p/F{number}.java'] = text
  for name, text in files.items():
    path = folder / name.replace('__', '/')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))
  fetched = Fetched('lib', '1', 'MIT', 'us', pathlib.Path(folder), (), '0')
  return list(source.functions(fetched))


def one(folder, members, head='public class A'):
  (candidate,) = read(folder, f'package p;\n{head} {{\n{members}\n}}')
  return candidate


def reasons(found):
  return {f.symbol.partition('#')[2].partition('(')[0]: f.reject.reason if f.reject else 'ok' for f in found}


# --- a whole function


def test_a_function_with_everything(tmp_path):
  candidate = one(
    tmp_path,
    '''
  public static final int LIMIT = 100;

  /**
   * Cuts a text to <b>at most</b> that many letters.
   *
   * <pre>
   * A.left("abcd", 2) = "ab"
   * A.left(null, *)   = null
   * A.left(null, 1)   = null
   * </pre>
   *
   * @param text  the text, may be null
   * @param max  how many letters are kept
   * @return the cut text
   * @throws IllegalArgumentException if {@code max} is negative
   */
  // a remark
  @Pure
  public static String left(final String text, int max) {
    if (max < 0 || max > LIMIT) { throw new IllegalArgumentException("no: " + 77); }
    return text == null ? null : text.substring(0, Math.min(3, 'x')) + "..." + -2.5 + 0x1F + 1_000L; // 99
  }''',
  )
  f = candidate.function
  assert candidate.reject is None and candidate.symbol == f.symbol == 'p.A#left(String,int)'
  assert f.id.startswith('java/') and len(f.id) == 21
  assert (f.corpus, f.version, f.license, f.language) == ('lib', '1', 'MIT', 'java')
  assert (f.container, f.name, f.path, f.line) == ('p.A', 'left', 'p/F0.java', 21)
  assert f.parameters == (
    Parameter('text', Type('str', (), 'String'), 'String', 'String'),
    Parameter('max', Type('int', (), 'int'), 'int', 'int'),
  )
  assert (f.returns, f.returns_source) == (Type('str', (), 'String'), 'String') and not (f.instance or f.variadic)
  assert f.constants == (0, 100, 3, 'x', '...', 2.5, 31, 1000)
  assert f.body.startswith('{') and f.body.endswith('}')
  assert f.doc.summary == 'Cuts a text to at most that many letters.'
  assert f.doc.parameters == (('text', 'The text, may be None'), ('max', 'How many letters are kept'))
  assert f.doc.returns == 'The cut text'
  assert f.doc.raises == (('IllegalArgumentException', 'If `max` is negative'),)
  assert f.doc.examples == ((('abcd', 2), 'ab'), ((None, 1), None))
  assert f.doc.nullable == ('text',)


def test_found_are_sorted_by_symbol_and_each_once(tmp_path):
  b = f'package p; public class B {{ {DOC} public static int f(int b) {{ return b; }} }}'
  a = f'package p; public class A {{ {DOC} public static int g(int b) {{ return b; }} }}'
  candidates = read(tmp_path, b, a, b)
  assert [f.symbol for f in candidates] == ['p.A#g(int)', 'p.B#f(int)']
  assert len({f.function.id for f in candidates}) == 2


def test_tests_of_the_library_are_left_out(tmp_path):
  text = f'package p; public class A {{ {DOC} public static int f(int b) {{ return b; }} }}'
  assert not read(tmp_path, src__test__A=text) and not read(tmp_path, **{'test__A.java': text})


# --- who can be called


def test_only_what_is_public_all_the_way_out(tmp_path):
  candidates = read(
    tmp_path,
    '''package p;
    public class A {
      public A(int x) {}
      static int hidden(int x) { return x; }
      private static int secret(int x) { return x; }
      public int needsObject(int x) { return x; }
      public static int f(int x) { return x; }
      static class Hidden { public static int g(int x) { return x; } }
      public static class Open { public static int h(int x) { return x; } }
      public interface Shape { static int i(int x) { return x; } private static int j(int x) { return x; } int k(); }
      public enum E { ONE { public int z(int x) { return x; } }; public static int l(int x) { return x; } }
    }
    class B {
      public static int m(int x) { return x; }
      public static class C { public static int n(int x) { return x; } }
    }''',
  )
  assert [f.symbol for f in candidates] == [
    'p.A#f(int)', 'p.A$E#l(int)', 'p.A$Open#h(int)', 'p.A$Shape#i(int)',
  ]  # fmt: skip


@pytest.mark.parametrize(
  'head, members, instance',
  [
    ('public class A', '', True),
    ('public class A', 'public A() {}', True),
    ('public class A', 'A() {}', False),
    ('public class A', 'private A() {} public A(int x) {}', False),
    ('public class A', 'public A(int x) {} public A() {}', True),
    ('public abstract class A', '', False),
    ('class A', '', False),
    ('public interface A', '', False),
    ('public enum A', 'ONE;', False),
  ],
)
def test_methods_of_objects_need_a_way_to_make_one(tmp_path, head, members, instance):
  body = ';' if 'interface' in head else '{ return x; }'
  candidates = read(tmp_path, f'package p; {head} {{ {members} {DOC} public int f(int x) {body} }}')
  assert [f.function.instance for f in candidates] == [True] * instance


def test_an_inner_class_needs_an_outer_object(tmp_path):
  members = f'public %s class B {{ {DOC} public int f(int x) {{ return x; }} }}'
  text = f'package p; public class A {{ private A() {{}} {members} }}'
  assert [f.function.container for f in read(tmp_path / 'a', text % 'static')] == ['p.A$B']
  assert read(tmp_path / 'b', text % '') == []


# --- types


def test_type_parameters_are_replaced_and_erasures_are_not(tmp_path):
  declared = 'public static <T extends Comparable<? super T>> T f(List<? extends T> a, T[] b, T c) { return c; }'
  f = one(tmp_path, DOC + declared).function
  assert [p.source for p in f.parameters] == ['List<Integer>', 'Integer[]', 'Integer']
  assert [p.erased for p in f.parameters] == ['List', 'Comparable[]', 'Comparable']
  assert f.returns == Type('int', (), 'Integer') and f.symbol == 'p.A#f(List<T>,T[],T)'


def test_a_string_stands_in_where_an_integer_may_not(tmp_path):
  f = one(tmp_path, DOC + 'public static <T extends CharSequence> T f(T a, Class<T>... b) { return a; }')
  assert (f.reject.reason, f.reject.detail) == ('param_type', 'Class<T>[]')
  f = one(tmp_path, DOC + 'public static <T extends CharSequence> T f(T a) { return a; }').function
  assert f.parameters[0].source == 'String' and f.parameters[0].erased == 'CharSequence'


def test_objects_and_wildcards_are_like_type_parameters(tmp_path):
  f = one(tmp_path, DOC + 'public static int f(Object a, Collection<?> b, Object[] c) { return 1; }').function
  assert [p.source for p in f.parameters] == ['Integer', 'Collection<Integer>', 'Integer[]']
  assert [p.erased for p in f.parameters] == ['Object', 'Collection', 'Object[]']


def test_type_parameters_of_the_class_count_for_methods_of_objects(tmp_path):
  candidate = one(tmp_path, DOC + 'public int f(T a) { return 1; }', 'public class A<T extends Number>')
  assert candidate.function.parameters[0].source == 'Integer' and candidate.function.instance


def test_variadic_arrays_and_old_style_dimensions(tmp_path):
  f = one(tmp_path, DOC + 'public static int f(int a[], final String... b) { return 1; }').function
  assert f.variadic and [p.source for p in f.parameters] == ['int[]', 'String[]']


# --- rejects


def test_every_reason_has_its_code(tmp_path):
  cases = {
    'native_': DOC + 'public static native int native_(int x);',
    'deprecated': DOC + '@Deprecated public static int deprecated(int x) { return x; }',
    'old': '/** Adds the two numbers up.\n * @deprecated no */ public static int old(int x) { return x; }',
    'equals': DOC + 'public boolean equals(int x) { return true; }',
    'no_params': DOC + 'public static int no_params() { return 1; }',
    'many': DOC + 'public static int many(int a, int b, int c, int d, int e, int f, int g) { return 1; }',
    'reads': DOC + 'public static int reads(int x) throws IOException { return x; }',
    'bare': 'public static int bare(int x) { return x; }',
    'slash': '/* Not for javadoc at all. */ public static int slash(int x) { return x; }',
    'inherits': '/** {@inheritDoc} */ public static int inherits(int x) { return x; }',
    'param': DOC + 'public static int param(Locale x) { return 1; }',
    'result': DOC + 'public static Locale result(int x) { return null; }',
    'generic': DOC + 'public static <T extends Throwable> int generic(T x) { return 1; }',
    'nothing': DOC + 'public static void nothing(String x) {}',
    'hashCode': DOC + 'public static int hashCode(int x) { return x; }',
    'fills': DOC + 'public static void fills(int[] x) {}',
    'bytes': DOC + 'public static void bytes(byte[] x) {}',
    'java': '/** Returns what {@link Locale#getDefault} says of it. */ public static int java(int x) { return x; }',
    'table': '/** Returns one of <table><tr><td>1</td></tr></table>. */ public static int table(int x) { return x; }',
    'fine': DOC + 'public static int fine(int x) { return x; }',
  }
  candidates = read(tmp_path, 'package p; public class A {' + '\n'.join(cases.values()) + '}')
  assert reasons(candidates) == {
    'native_': 'native', 'deprecated': 'deprecated', 'old': 'deprecated', 'equals': 'of_every_object',
    'no_params': 'no_params', 'many': 'too_many_params', 'reads': 'checked_io_exception', 'bare': 'no_javadoc',
    'slash': 'no_javadoc', 'inherits': 'inherit_doc', 'param': 'param_type', 'result': 'return_type',
    'generic': 'type_params', 'nothing': 'void_no_mutable_arg', 'hashCode': 'ok', 'fills': 'ok',
    'bytes': 'void_no_mutable_arg',
    'java': 'doc_java_names', 'table': 'doc_markup', 'fine': 'ok',
  }  # fmt: skip
  assert {f.reject.stage for f in candidates if f.reject} == {'extract'}


def test_broken_source_text_is_read_as_far_as_it_goes(tmp_path):
  text = f'package p; public class A {{ {DOC} public static int f(int x) {{ return x; }} public static int g(int ((( }}'
  assert 'p.A#f(int)' in [f.symbol for f in read(tmp_path, text)]
  assert read(tmp_path / 'empty', '') == [] and read(tmp_path / 'odd', '\x00 class { } } }') == []
