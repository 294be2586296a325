"""Solutions and variants that raise, print, stall or take their process down."""

from authoring import STRONG, problem

from acrl_jax.datagen.primer import exercise


def test_a_solution_that_raises_prints_or_never_ends_is_refused():
  body = 'def f(a: int) -> int:\n    """Return it."""\n    {}\n    return 1 // a\n\n\ncases = [(2,), (1,), (0,)]\n'
  problems = [problem(body.format(line)) for line in ('pass', 'print(a); a = 1', 'while True: pass')]
  raises, prints, endless = exercise.reference_values(problems, 0)
  assert raises == 'f(0,) raises ZeroDivisionError: integer division or modulo by zero'
  assert prints == 'f prints'
  assert 'takes more than' in endless


def test_variants_that_stall_or_kill_their_process_count_as_refused_and_the_rest_is_still_judged():
  p = problem(STRONG)
  head = 'def keep_longer(words, limit):\n  '
  lines = ['import os; os._exit(1)', 'while True: pass', "return 'x' * 10**12", 'return words', 'raise SystemExit']
  expected = exercise.reference_values([p], 0)[0]
  *wrong, right = exercise.first_failures(p, expected, [*(head + line for line in lines[:4]), p.solution])
  assert all(place >= 0 for place in wrong) and wrong[3] == 1 and right == -1
  assert exercise.first_failures(p, expected, [head + lines[4], p.solution])[1] == -1
