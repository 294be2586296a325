"""What a function does stays in its child: no files, no network, no output, no state for the next."""

import os
import signal
import threading

import pytest
from wild import TOOLS, corpus, function, observe

from acrl_jax.datagen.python.oracle import PythonOracle
from acrl_jax.datagen.records import Reject


@pytest.fixture(scope='module')
def oracle(tmp_path_factory):
  fetched = corpus(tmp_path_factory.mktemp('corpus'), tools=TOOLS, broken='import no_such_module\n')
  running = PythonOracle(fetched, 0)
  yield running
  running.close()


def test_threads_left_behind_and_state_reach_no_other_function(oracle):
  body = '''
    def leave(x):
        threading.Thread(target=time.sleep, args=(1e6,)).start()
        CALLS.append(x)
        return len(CALLS)
  '''
  assert [o.value for o in oracle.run(function(body), [(1,), (1,)]).observations] == [1, 2]
  assert observe(oracle, 'def fresh(x):\n    return [len(CALLS), threading.active_count()]', 0).value == [0, 1]


def test_no_files_no_network_no_processes(oracle, tmp_path):
  secret = tmp_path / 'secret'
  secret.write_text('s')
  assert observe(oracle, 'def read(x):\n    return open(x).read()', str(secret)).error in (
    'FileNotFoundError', 'PermissionError',
  )  # fmt: skip
  write = 'def write(x):\n    try:\n        open(x, "w").close()\n    except OSError:\n        return "no"'
  assert observe(oracle, write, os.path.abspath(__file__) + '.new').value == 'no'
  for attempt in ('socket.create_connection(("127.0.0.1", 9))', 'os.fork()', 'os.kill(os.getppid(), 9)'):
    body = f'def f(x):\n    try:\n        {attempt}\n    except OSError as e:\n        return type(e).__name__'
    assert observe(oracle, body, 1).value in ('OSError', 'PermissionError', 'ProcessLookupError'), attempt


def test_nothing_is_printed(oracle, capfd):
  assert observe(oracle, 'def loud(x):\n    print("x" * 10**6)\n    sys.stderr.write("y")\n    return x', 1).value == 1
  assert capfd.readouterr() == ('', '')


def test_a_module_that_cannot_be_imported(oracle):
  with pytest.raises(Reject) as e:
    oracle.run(function('def f(x):\n    return x', module='wild.broken'), [(1,)])
  assert (e.value.stage, e.value.reason) == ('execute', 'import') and 'no_such_module' in e.value.detail


def children(pid: int) -> list[int]:
  with open(f'/proc/{pid}/task/{pid}/children') as f:
    return [int(p) for p in f.read().split()]


def test_a_killed_worker_changes_nothing(tmp_path):
  """Killed before a request, and in the middle of one."""
  oracle = PythonOracle(corpus(tmp_path, tools=TOOLS), 0)
  slow = function('def slow(x):\n    time.sleep(0.02)\n    return x')
  inputs = [(i,) for i in range(40)]
  due = oracle.run(slow, inputs)
  os.killpg(oracle._process.pid, signal.SIGKILL)
  assert oracle.run(slow, inputs) == due and oracle.restarts == 1
  kill = threading.Timer(0.3, os.killpg, (oracle._process.pid, signal.SIGKILL))
  kill.start()
  assert oracle.run(slow, inputs) == due and oracle.restarts == 2
  kill.join()
  oracle.close()
  oracle.close()
  assert not children(os.getpid()) or oracle._process is None
