"""A prompt falls into what stands before the entry point, its signature and its docstring, however written."""

import pytest

from acrl_jax.data import source_text, sources
from acrl_jax.records import Problem, Test


def split(prompt, entry_point='f'):
  return source_text.split(Problem(id='p', prompt=prompt, entry_point=entry_point, tests=()))


DOC = '    """Doc: of it."""\n'


@pytest.mark.parametrize(
  ('setup', 'signature', 'rest'),
  [
    ('', 'def f(x):', '\n' + DOC),
    ('import re\n\n\ndef g(a):\n    return {a: 1}\n\n\n', 'def f(x: dict[str, int]) -> int:', '\n' + DOC),
    ('', 'def f(\n    x: int,  # a size: small\n    y={1: 2},\n    z=lambda a: a,\n) -> int:', '\n' + DOC),
    ('X = 1\n', '@a.b(key=lambda x: x)\n@c\ndef f(x):', '\n' + DOC),
    ('', '@c\nasync def f(x):', '\n' + DOC),
    ('', 'def f(x):', '  # note: a comment\n' + DOC),
    ('', 'def f(x):', ' """Doc: of it."""\n'),
    ('', "def f(é='ü: ö'):", ' """Doc: of it."""\n'),
    ('', 'def f(x):', '\n    # Doc: to come\n'),  # without a body
    ('', 'def f(x) -> "a: b":', '\n'),
    ('', 'def f(x):', ''),
    ('"""A form feed\x0c and \u2028 are no line breaks to Python."""\n', 'def f(x):', '\n' + DOC),
    ('def f(x):\n    return 1\n\n', 'def f(x, y):', '\n' + DOC),  # the last one holds
  ],
)
def test_the_pieces_of_a_prompt(setup, signature, rest):
  found = split(setup + signature + rest)
  assert (found.setup, found.signature) == (setup, signature)
  assert found.docstring == ('Doc: of it.' if '"""Doc' in rest else '')


def test_a_docstring_is_what_python_sees():
  assert split('def f(x):\n    """One.\n\n    Two \\\\ three.\n    """\n').docstring == 'One.\n\nTwo \\ three.'


def test_a_backslash_in_a_docstring_is_no_warning():
  assert split('def f(x):\n    """Match \\d."""\n').docstring == 'Match \\d.'


def test_a_prompt_without_its_entry_point_is_refused_by_name():
  with pytest.raises(ValueError, match='^p: its prompt defines no g$'):
    split('def f(x):\n' + DOC, 'g')
  with pytest.raises(SyntaxError):
    split('def f(x:\n' + DOC)


def test_the_pieces_of_every_primer_problem_make_the_whole():
  for problem in sources.load('primer', None):
    found = source_text.split(problem)
    head = found.setup + found.signature
    assert problem.prompt.startswith(head + '\n    """') and found.signature.startswith(f'def {problem.entry_point}(')


def test_a_job_carries_the_helpers_of_the_prompt():
  prompt = 'import re\n\ndef g(x):\n    return x\n\ndef f(x):\n    """Doc."""\n'
  problem = Problem(id='p', prompt=prompt, entry_point='f', tests=(Test(code='f(1)', expected='1'),))
  job = source_text.job(problem, 'the program')
  assert job.setup == prompt[: prompt.index('def f')]
  assert (job.program, job.tests, job.entry_point) == ('the program', problem.tests, 'f')
  assert source_text.setup(problem._replace(prompt='no python (')) == ''
  assert source_text.setup(problem._replace(entry_point='h')) == ''
