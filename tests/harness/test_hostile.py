"""No program passes without being right, hangs its lane or leaves a trace; with and without namespaces."""

import os
import socket
import time

import forged_programs
import hostile_programs
import pytest

from acrl_jax.harness import Limits, Pool
from acrl_jax.records import Job, Outcome, Test

WALL = 0.5
TESTS = (
  Test(code='assert f(3) == 9'),
  Test(code='assert f(10) == 100'),
  Test(code='f(4)', expected='16'),
  Test(code='f(5) == 25'),
  Test(code='import math\nassert math.isclose(f(4), 16)'),
  Test(code='assert abs(f(5) - 25) < 1e-3'),
  Test(code='assert list(map(f, [2, 3])) == [4, 9]'),
  Test(code='assert all(f(k) == k * k for k in (2, 3))'),
  Test(code='assert all(y == 4 for y in map(f, [2]))'),
  Test(code='def check(candidate):\n  assert candidate(7) == 49'),
)
SYSTEM = {**hostile_programs.HARMFUL, **hostile_programs.ESCAPES}  # what the layers are for
ALL = {**forged_programs.FORGED, **SYSTEM, **hostile_programs.HANGING}


class World:
  """What programs may not touch, and what became of it."""

  def __init__(self, folder):
    self.mark, self.data = folder / 'mark', folder / 'data'
    self.data.write_text('9')
    self.before = os.stat(self.data)
    self.sockets = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
    for sock in self.sockets:
      sock.bind(('127.0.0.1', self.sockets[0].getsockname()[1]))
      sock.setblocking(False)
    self.sockets[0].listen()

  def program(self, text):
    port = self.sockets[0].getsockname()[1]
    return text.replace('MARK', str(self.mark)).replace('DATA', str(self.data)).replace('PORT', str(port))

  def check(self):
    after = os.stat(self.data)
    assert not os.path.lexists(self.mark)
    assert self.data.read_text() == '9'
    assert (after.st_mode, after.st_mtime) == (self.before.st_mode, self.before.st_mtime)
    for sock, receive in zip(self.sockets, (lambda s: s.accept(), lambda s: s.recv(1))):
      with pytest.raises(BlockingIOError):
        receive(sock)
      sock.close()


def judge(programs, folder, layers, allow=()):
  world = World(folder)
  jobs = [Job(program=world.program(text), tests=TESTS, entry_point='f') for text in programs.values()]
  with Pool(2, Limits(wall_s=WALL), layers=layers, allow=allow) as pool:
    reports = dict(zip(programs, pool.run(jobs)))
    on = pool.layers
  world.check()
  return reports, on


@pytest.fixture(scope='module')
def reports(tmp_path_factory):
  return judge(ALL, tmp_path_factory.mktemp('world'), ('namespaces', 'landlock', 'seccomp'))


@pytest.mark.parametrize('name', ALL)
def test_hostile_program_passes_no_test(reports, name):
  report = reports[0][name]
  if reports[1] == ('seccomp',) and name.startswith('reads_data'):
    pytest.skip('neither landlock nor namespaces on this machine')
  assert report.outcome in (Outcome.NO_COMPILE, Outcome.CRASHED, Outcome.FAILED)
  assert not any(report.passed), report


@pytest.mark.parametrize('name', ALL)
def test_hostile_program_is_answered_in_time(reports, name):
  assert reports[0][name].seconds < WALL + 1.0


@pytest.mark.parametrize('layers', [('landlock', 'seccomp'), ('namespaces', 'seccomp')])
def test_every_second_layer_is_enough(tmp_path, layers):
  reports, on = judge(SYSTEM, tmp_path, layers)
  if on != layers:
    pytest.skip(f'only {on} on this machine')
  assert [name for name, r in reports.items() if any(r.passed) or r.outcome == Outcome.HARNESS_ERROR] == []


def test_programs_are_refused_where_nothing_confines_them():
  with pytest.raises(RuntimeError, match="kill, limits, metadata, network, process, read, write got.*allow='unsafe'"):
    Pool(1, layers=())
  with pytest.raises(RuntimeError, match='kill, limits, process got through nothing'):
    Pool(1, layers=(), allow=('fs', 'network'))
  with pytest.raises(ValueError, match="allow='files'; it must be of fs, network, unsafe"):
    Pool(1, allow=('files',))


def test_open_files_are_refused_unless_they_are_allowed_by_name(caplog):
  with pytest.raises(RuntimeError, match="read got through seccomp.*allow='fs'"):
    Pool(1, layers=('seccomp',))
  with Pool(1, layers=('seccomp',), allow=('fs',)) as pool:
    assert pool.level == 'D'
  assert 'level D: read got through seccomp' in caplog.text


@pytest.mark.parametrize(
  'layers, level',
  [
    (('namespaces', 'landlock', 'seccomp'), 'A'),
    (('landlock', 'seccomp'), 'B'),
    (('namespaces', 'seccomp'), 'C'),
    (('namespaces', 'landlock'), 'E'),
    ((), 'E'),
  ],
)
def test_levels_are_told_by_behaviour(layers, level, caplog):
  with Pool(1, layers=layers, allow=('unsafe',)) as pool:
    if pool.layers != layers:
      pytest.skip(f'only {pool.layers} on this machine')
    assert pool.level == level
  assert ('judged at level' in caplog.text) == (level == 'E')


def test_seccomp_alone_still_keeps_files_from_being_written(tmp_path):
  names = ('writes', 'mkdir', 'links', 'deletes', 'truncates', 'renames', 'changes_mode', 'ctypes_open')
  judge({name: SYSTEM[name] for name in names}, tmp_path, ('seccomp',), ('fs',))


def test_seccomp_alone_still_hides_the_judge(tmp_path):
  stat = 'open(f"/proc/{os.getppid()}/stat").read().rsplit(")", 1)[1].split()[1]'
  program = f'import os\nlane = {stat}\ndef f(x):\n  open(f"/proc/{{lane}}/mem", "rb")\n  return x * x'
  reports, _ = judge({'judge': program}, tmp_path, ('seccomp',), ('fs',))
  assert reports['judge'].error == 'PermissionError' and not any(reports['judge'].passed)


def test_a_hang_leaves_other_lanes_at_work():
  hang = Job(program='while True: pass', tests=TESTS, entry_point='f')
  good = Job(program='def f(x): return x * x', tests=TESTS, entry_point='f')
  with Pool(2, Limits(wall_s=1.5)) as pool:
    waiting = pool.submit([hang])
    started = time.monotonic()
    assert pool.run([good])[0].outcome == Outcome.PASSED
    assert not waiting.done() and time.monotonic() - started < 1.5
    assert waiting.result()[0].error == 'Timeout'
