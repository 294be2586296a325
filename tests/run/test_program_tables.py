"""Tables of programs."""

from acrl_jax.records import Outcome, Problem, Test, TestReport
from acrl_jax.run import program_tables


def test_a_sample_row_tells_each_test(tmp_path):
  problem = Problem(id='p', prompt='def f(x):\n', entry_point='f', tests=(Test('f(1)', '1'), Test('f(2)', '4')))
  report = TestReport(outcome=Outcome.FAILED, passed=(True, False))
  row = program_tables.sample_row(problem, 'def f(x):\n  return 1\n', report, 0.35)
  assert [t['passed'] for t in row['tests']] == [True, False]
  file = program_tables.write_samples(tmp_path, 12, [row])
  assert file.name == 'step_000012.jsonl' and file.read_text().count('\n') == 1
  assert '[.x]' in program_tables.sample_table([row])
