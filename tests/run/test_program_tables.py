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


def test_the_share_that_passed_is_of_what_was_judged(tmp_path):
  outcomes = {'a': ['passed', 'failed', 'harness_error', 'crashed'], 'b': ['harness_error'], 'c': ['passed']}
  rows = [{'id': ident, 'outcome': each} for ident, found in outcomes.items() for each in found]
  file = program_tables.write_samples(tmp_path, 7, rows[::-1])
  assert file == program_tables.samples_file(tmp_path, 7)
  found = program_tables.read_samples(file)
  assert [len(found[ident]) for ident in 'abc'] == [4, 1, 1]
  assert program_tables.pass_shares(found) == {'a': 1 / 3, 'c': 1.0}
  assert program_tables.read_samples(program_tables.write_samples(tmp_path, 8, [])) == {}
