"""The house stays one that a newcomer finds their way in.

Few files a folder, short files and functions, tests for each module under its name, no name of a file that is gone.
"""

import ast
import configparser
import io
import pathlib
import re
import tokenize

import pytest

ROOT = pathlib.Path(__file__).parents[1]
PACKAGE = ROOT / 'acrl_jax'
AUTHORED = PACKAGE / 'datagen' / 'primer' / 'sources'  # problems written by hand: data that happens to be Python
FILES = [file for file in sorted(PACKAGE.rglob('*.py')) if AUTHORED not in file.parents]
FOLDERS = [PACKAGE, *sorted(p for p in PACKAGE.rglob('*') if p.is_dir() and p.name != '__pycache__')]
WRITTEN = [  # what we wrote, but for the authored problems
  *FILES, *(f for name in ('tests', 'benchmarks', 'configs') for f in sorted((ROOT / name).rglob('*.py'))),
  *sorted(PACKAGE.rglob('*.java')), *sorted((ROOT / 'launch').iterdir()), *sorted((ROOT / '.ci').iterdir()),
  ROOT / 'README.md', ROOT / 'benchmarks' / 'README.md', ROOT / 'setup.cfg', ROOT / 'ruff.toml',
]  # fmt: skip

FILES_IN_THE_ROOT, FILES_A_FOLDER, LINES_A_FILE, LINES_A_FUNCTION = 6, 16, 300, 45

WITHOUT_TESTS = {  # no logic: the tests of those that fill or read them read through them
  'models/functions.py': 'two records of functions, which every model fills',
}


def name_of(file):
  return str(file.relative_to(ROOT))


def functions(tree):
  return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def test_the_hall_is_small():
  assert len(list(PACKAGE.glob('*.py'))) <= FILES_IN_THE_ROOT


@pytest.mark.parametrize('folder', FOLDERS, ids=name_of)
def test_a_folder_is_seen_at_a_glance(folder):
  assert len([file for file in folder.iterdir() if file.is_file()]) <= FILES_A_FOLDER


@pytest.mark.parametrize('file', [*FILES, *sorted(PACKAGE.rglob('*.java'))], ids=name_of)
def test_a_file_and_its_functions_are_short(file):
  text = file.read_text()
  assert len(text.splitlines()) <= LINES_A_FILE
  if file.suffix == '.py':
    sizes = {f.name: f.end_lineno - f.lineno + 1 for f in functions(ast.parse(text))}
    assert {name: size for name, size in sizes.items() if size > LINES_A_FUNCTION} == {}


# --- records --------------------------------------------------------------------------------------


def untyped(tree):
  """The fields of records that are annotated with Any or object, also inside of another type."""
  records = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and 'NamedTuple' in map(ast.unparse, n.bases)]
  for record in records:
    for field in record.body:
      if isinstance(field, ast.AnnAssign):
        names = {n.id for n in ast.walk(field.annotation) if isinstance(n, ast.Name)}
        if names & {'Any', 'object'}:
          yield f'{record.name}.{field.target.id}'


@pytest.mark.parametrize('file', [f for f in FILES if f.parent.name in ('rollout', 'learner', 'jobs')], ids=name_of)
def test_the_records_of_the_loop_say_what_they_hold(file):
  assert list(untyped(ast.parse(file.read_text()))) == []


def test_a_field_that_could_be_anything_is_seen():
  source = 'class A(NamedTuple):\n  x: int\n  y: list[Any]\n  z: object = None\n\n\nclass B:\n  x: Any\n'
  assert list(untyped(ast.parse(source))) == ['A.y', 'A.z']


# --- tests ----------------------------------------------------------------------------------------


def place_of_tests(file):
  """Where the tests of a module are."""
  folder = ROOT / 'tests' / file.relative_to(PACKAGE).parent
  return folder / f'test_{file.stem.strip("_")}.py'  # test_main.py of __main__.py


MODULES = [file for file in FILES if file.name != '__init__.py']


@pytest.mark.parametrize('file', MODULES, ids=name_of)
def test_a_module_has_a_file_of_tests(file):
  if str(file.relative_to(PACKAGE)) in WITHOUT_TESTS:
    assert not functions(ast.parse(file.read_text()))
  else:
    assert place_of_tests(file).is_file() and 'def test_' in place_of_tests(file).read_text()


def test_no_exception_is_stale():
  assert all((PACKAGE / name).is_file() and not place_of_tests(PACKAGE / name).exists() for name in WITHOUT_TESTS)


def test_slow_tests_are_there_and_every_room_keeps_quick_ones():
  slow = (ROOT / 'tests' / 'slow.txt').read_text().split()
  assert slow == sorted(set(slow))
  for name in slow:
    file, _, test = name.partition('::')
    assert f'def {test}(' in (ROOT / file).read_text() if test else (ROOT / file).is_file(), name
  rooms = {file.relative_to(PACKAGE).parts[0] for file in MODULES if file.parent != PACKAGE}
  for room in rooms:
    files = {str(file.relative_to(ROOT)) for file in (ROOT / 'tests' / room).rglob('test_*.py')}
    assert files - set(slow), f'launch/test.sh --quick runs nothing of {room}'


# --- names ----------------------------------------------------------------------------------------

A_FILE = re.compile(r'(?<![\w/.*{}<>$-])(?:\w[\w.-]*/)*[a-z_][\w-]*\.(?:py|java|sh|md)\b(?![\w(])')
A_MODULE = re.compile(r'\bacrl_jax((?:\.[a-z]\w*)+)')


def prose(file):
  """The text in which names of files are meant: comments and docstrings, or all of it where the file is not Python."""
  text = file.read_text()
  if file.suffix != '.py':
    return text
  comments = [t.string for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.type == tokenize.COMMENT]
  tree = ast.parse(text)
  documented = [tree, *functions(tree), *(n for n in ast.walk(tree) if isinstance(n, ast.ClassDef))]
  return '\n'.join([*comments, *(ast.get_docstring(node) or '' for node in documented)])


def existing():
  """The paths of all files here, by their last part."""
  known = {}
  for folder in ('', 'acrl_jax', 'tests', 'benchmarks', 'configs', 'launch', '.ci', 'notebooks'):
    found = (ROOT / folder).rglob('*') if folder else ROOT.iterdir()
    for path in found:
      known.setdefault(path.name, []).append(path.as_posix())
  return known


KNOWN = existing()

@pytest.mark.parametrize('file', WRITTEN, ids=name_of)
def test_no_comment_names_a_file_that_is_gone(file):
  gone = [
    name for name in A_FILE.findall(prose(file))
    if not any(path.endswith(f'/{name}') for path in KNOWN.get(name.rsplit('/', 1)[-1], ()))
  ]  # fmt: skip
  assert [name for name in gone if not re.search('[A-Z]{2}', name)] == []  # FOLDER/x.md is a pattern


def missing_module(dotted):
  """The part of a dotted name behind acrl_jax that is neither a module nor defined by the package before it."""
  place = PACKAGE
  for part in dotted.strip('.').split('.'):
    if (place / part).is_dir():
      place = place / part
    elif (place / f'{part}.py').is_file():
      return None  # the rest is an attribute, which only running it can tell
    else:
      defined = rf"""^{part}\b|'{part}'|(def|class|import) .*\b{part}\b"""
      return None if re.search(defined, (place / '__init__.py').read_text(), re.MULTILINE) else part
  return None


@pytest.mark.parametrize('file', WRITTEN, ids=name_of)
def test_no_text_names_a_module_that_is_gone(file):
  text = re.sub(r'acrl_jax\.tar', '', file.read_text())
  assert [name for name in A_MODULE.findall(text) if missing_module(name)] == []


@pytest.mark.parametrize('file', [f for f in WRITTEN if '-m acrl_jax.' in f.read_text()], ids=name_of)
def test_what_is_run_as_a_module_can_be(file):
  for name in set(re.findall(r'-m acrl_jax((?:\.\w+)+)', file.read_text())):
    place = PACKAGE.joinpath(*name.strip('.').split('.'))
    assert (place / '__main__.py').is_file() or "__name__ == '__main__'" in place.with_suffix('.py').read_text(), name


def test_a_stale_name_is_seen():
  assert missing_module('.harness.Limits') is None and missing_module('.checkpoints.load') is None
  assert missing_module('.learning') == 'learning' and missing_module('.data.astkey.key') == 'astkey'
  assert A_FILE.findall('see steps.py, harness/pool.py; `x.py`') == ['steps.py', 'harness/pool.py', 'x.py']


# --- the package as it is installed -----------------------------------------------------------------


def package_data():
  parser = configparser.ConfigParser()
  parser.read(ROOT / 'setup.cfg')
  return {
    PACKAGE.parent.joinpath(*package.split('.')): [p.strip() for p in patterns.split(',')]
    for package, patterns in parser['options.package_data'].items()
  }


def test_every_file_of_the_package_is_installed_with_it():
  matched = {file for folder, patterns in package_data().items() for p in patterns for file in folder.glob(p)}
  assert all(any(folder.glob(p)) for folder, patterns in package_data().items() for p in patterns)
  data = {f for f in PACKAGE.rglob('*') if f.is_file() and f.suffix not in ('.py', '.pyc')}
  assert data <= matched and set(AUTHORED.glob('*.py')) <= matched
