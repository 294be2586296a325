"""Hosts that meet, part, die or stay away. JAX has no part in it."""

import pathlib
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from free_ports import free_port

from acrl_jax.distributed import heartbeat
from acrl_jax.distributed.topology import Place

# A host of a run whose job is one line of code, with beats and silences of a fraction of a second.
HOST = """
import sys, time
from acrl_jax.distributed import heartbeat
from acrl_jax.distributed.topology import Place
heartbeat.BEAT_S, heartbeat.SILENCE_S, heartbeat.BLAME_S = 0.2, 3, 0.2
index, count, port, job = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
with heartbeat.meet(Place('localhost', port, count, index), {}, 20):
  print('met', flush=True)
  exec(job)
print('left', flush=True)
"""
ROOT = pathlib.Path(__file__).parents[2]


def hosts(*jobs):
  """A process for each job, all met."""
  port = free_port()
  started = [
    subprocess.Popen(
      [sys.executable, '-c', HOST, str(index), str(len(jobs)), str(port), job], cwd=ROOT, text=True,
      stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )
    for index, job in enumerate(jobs)
  ]  # fmt: skip
  for process in started:
    while process.stdout.readline() not in ('met\n', ''):
      pass
  return started


def ends(processes):
  """(exit code, rest of stdout, stderr) of each."""
  out = []
  for process in processes:
    stdout, stderr = process.communicate(timeout=60)
    out.append((process.returncode, stdout, stderr))
  return out


def test_hosts_leave_together():
  assert ends(hosts('time.sleep(1)', 'pass', 'time.sleep(0.3)')) == [(0, 'left\n', '')] * 3


@pytest.mark.parametrize('dead', [0, 2])
def test_a_killed_host_ends_the_others_which_name_it(dead):
  processes = hosts(*['time.sleep(100)'] * 3)
  processes[dead].kill()
  found = ends(processes)
  for index in {0, 1, 2} - {dead}:
    code, stdout, stderr = found[index]
    assert code == heartbeat.DEAD and not stdout
    assert f'host {dead} ({socket.gethostname()}) is gone: its connection closed; host {index} stops too' in stderr
    assert 'give the same command again on each host' in stderr


def test_a_host_that_is_silent_ends_the_others_which_name_it():
  processes = hosts(*['time.sleep(100)'] * 3)
  processes[1].send_signal(signal.SIGSTOP)
  found = ends([processes[0], processes[2]])
  processes[1].kill()
  ends([processes[1]])
  for code, _, stderr in found:
    assert code == heartbeat.DEAD and f'host 1 ({socket.gethostname()}) is gone: nothing heard of it' in stderr


@pytest.mark.parametrize('failing', [0, 1])
def test_a_host_that_fails_tells_the_others_why(failing):
  jobs = ['time.sleep(100)'] * 3
  jobs[failing] = "raise RuntimeError('no such luck')"
  found = ends(hosts(*jobs))
  for index, (code, _, stderr) in enumerate(found):
    if index == failing:
      assert code == 1 and stderr.endswith('RuntimeError: no such luck\n')
    else:
      why = f'host {failing} ({socket.gethostname()}) failed: RuntimeError: no such'
      assert code == heartbeat.DEAD and why in stderr


def test_a_failure_that_follows_a_death_is_not_taken_for_its_cause():
  """A collective raises on each host that waits in it, before anybody has said who is gone."""
  processes = hosts('time.sleep(100)', "time.sleep(1); raise RuntimeError('peer closed')", 'time.sleep(100)')
  time.sleep(1)
  processes[2].kill()
  code, _, stderr = ends(processes)[0]
  assert code == heartbeat.DEAD and 'host 2 (' in stderr and 'host 1 (' not in stderr


def call(port):
  """A connection to whom listens on `port`, once somebody does."""
  deadline = time.monotonic() + 10
  while True:
    try:
      return socket.create_connection(('localhost', port))
    except OSError:
      assert time.monotonic() < deadline
      time.sleep(0.05)


def test_what_is_wrong_for_all_each_tells_by_itself():
  for code, _, stderr in ends(hosts(*["raise ValueError('config.steps=0')"] * 3)):
    assert code == 1 and stderr.endswith('ValueError: config.steps=0\n') and 'stops too' not in stderr


def meeting(count, *others, wait_s=10.0):
  """What host 0 says and raises, and what each of `others`, (index, count, config), raises."""
  port, said = free_port(), []

  def come(index, count, config):
    try:
      with heartbeat.meet(Place('localhost', port, count, index), config, wait_s, said.append):
        pass
      return ''
    except ValueError as error:
      return str(error)

  with ThreadPoolExecutor() as threads:
    return said, list(threads.map(lambda host: come(*host), [(0, count, {'seed': 1}), *others]))


def test_all_that_came_tell_who_did_not():
  said, errors = meeting(4, (2, 4, {'seed': 1}), wait_s=1.0)
  for error in errors:
    assert error.startswith('hosts 1, 3 of 4 did not come; check that the same command runs on each host')
    assert 'of localhost, host 0, are open to them' in error
  assert said[0].startswith('host 0 of 4 at localhost:') and said[0].endswith('waiting for 3: hosts 1, 2, 3')


def test_who_is_waited_for_is_told_while_it_is_waited(monkeypatch):
  monkeypatch.setattr(heartbeat, 'REMIND_S', 0.3)
  said, _ = meeting(3, (1, 3, {'seed': 1}), wait_s=1.0)
  assert len([line for line in said if line.endswith('waiting for 1: host 2')]) >= 2


def test_a_host_without_a_coordinator_tells_where_it_looked():
  place = Place('localhost', free_port(), 2, 1)
  with pytest.raises(ValueError, match=rf'host 1 .* cannot reach host 0 at localhost port {place.port + 1}'):
    heartbeat.meet(place, {}, 0.5)


@pytest.mark.parametrize(
  'other, message',
  [
    ((1, 2, {'seed': 2}), r'host 1 \(.*\) has config.seed=2, host 0 1; each must run the same command'),
    ((1, 3, {'seed': 1}), r'came as number 1 of 3 to a run of 2 hosts'),
    ((2, 2, {'seed': 1}), r'came as number 2 of 2 to a run of 2 hosts'),
  ],
)
def test_a_host_of_another_run_is_refused_on_both_sides(other, message):
  for error in meeting(2, other)[1]:
    assert re.search(message, error)


def test_two_hosts_of_one_number_are_refused():
  errors = meeting(3, (1, 3, {'seed': 1}), (1, 3, {'seed': 1}))[1]
  assert all('have one number; each needs its own config.hosts.index' in error for error in errors)


def test_hosts_may_differ_in_what_is_their_own():
  others = {'seed': 1, 'harness.workers': 3, 'hosts.index': 1}
  assert meeting(2, (1, 2, others))[1] == ['', '']


def test_who_looks_for_open_ports_is_no_host():
  port = free_port()

  def come(index):
    with heartbeat.meet(Place('localhost', port, 2, index), {}, 10.0, lambda text: None):
      pass

  with ThreadPoolExecutor() as threads:
    zero = threads.submit(come, 0)
    for greeting in (b'GET / HTTP/1.1\r\n\r\n', b'[]\n', b'{"index": "x"}\n', b''):
      with call(port + 1) as connection:
        connection.sendall(greeting)
    threads.submit(come, 1).result()
    zero.result()


def test_a_port_in_use_is_named():
  port = free_port()
  with socket.create_server(('', port + 1)):
    with pytest.raises(ValueError, match=f'port {port + 1} of host 0 cannot be listened on'):
      heartbeat.meet(Place('localhost', port, 2, 0), {}, 1.0, lambda text: None)
