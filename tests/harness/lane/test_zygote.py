"""Programs find the same surroundings, whatever those before them left."""

import os
import subprocess
import sys

from one_program import judge

from acrl_jax.records import Outcome


def test_programs_start_in_an_empty_folder(pool):
  leave = 'import os\nos.makedirs("a/b")\nopen("c", "w").write("x")\nos.open("a/d", os.O_CREAT, 0)\ndef f(): pass'
  assert judge(pool, leave, 'f() is None').outcome == Outcome.PASSED
  assert judge(pool, 'import os\ndef f(): return os.listdir()', 'f() == []').outcome == Outcome.PASSED


def test_nothing_of_this_environment_reaches_a_program(pool):
  program = (
    'import os\ndef f():\n'
    '  return sorted(os.environ), os.environ["HOME"] == os.environ["TMPDIR"] == os.getcwd()'
  )
  known = {'HOME', 'TMPDIR', 'PATH', 'LANG', 'LC_CTYPE', 'PYTHONHASHSEED', 'MALLOC_ARENA_MAX'}
  report = judge(pool, program, f'set(f()[0]) <= {known}', 'f()[1]')
  assert report.outcome == Outcome.PASSED, report


def test_a_process_that_is_ended_takes_what_it_started_along_and_tells_how_it_ended():
  code = (
    'import os, signal, time\nfrom acrl_jax.harness.lane import zygote\n'
    'pid = os.fork()\nif pid == 0:\n  time.sleep(60)\n'
    'status, usage = zygote.end_process(pid, [])\n'
    'print(os.WTERMSIG(status) == signal.SIGKILL, usage.ru_maxrss > 0, os.path.exists(f"/proc/{pid}"))'
  )
  done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)
  assert done.stdout.split() == ['True', 'True', 'False']


def test_the_standard_streams_of_the_surroundings_lead_nowhere(tmp_path):
  code = (
    'import os, sys\nfrom acrl_jax.harness.lane import zygote\n'
    'out = os.dup(1)\nzygote.set_surroundings(sys.argv[1])\nprint("lost")\n'
    'facts = os.getcwd(), os.environ["HOME"], sys.stdin.read(), sys.argv, os.umask(0)\n'
    'os.write(out, repr(facts).encode())'
  )
  done = subprocess.run([sys.executable, '-c', code, str(tmp_path)], capture_output=True, text=True, check=True)
  assert done.stdout == repr((os.path.realpath(tmp_path), str(tmp_path), '', ['program'], 0o077))
