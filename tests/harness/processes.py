"""What becomes of processes."""

import contextlib
import glob
import time


def descendants(pid):
  """Processes below `pid`, without their own threads."""
  parents = {}
  for entry in glob.glob('/proc/[0-9]*/stat'):
    try:
      with open(entry) as f:
        fields = f.read().rsplit(')', 1)[1].split()
    except OSError:
      continue
    parents.setdefault(int(fields[1]), []).append(int(entry.split('/')[2]))
  found, queue = [], [pid]
  while queue:
    queue += (children := parents.get(queue.pop(), []))
    found += children
  return found


def resident_pages(pids):
  total = 0
  for pid in pids:
    with contextlib.suppress(FileNotFoundError), open(f'/proc/{pid}/statm') as f:
      total += int(f.read().split()[1])
  return total


def runs(pid):
  """Whether there is such a process; one that only waits to be collected by the system's first process is none."""
  try:
    with open(f'/proc/{pid}/stat') as f:
      return f.read().rsplit(')', 1)[1].split()[0] != 'Z'
  except OSError:
    return False


def wait_until(condition, seconds=10.0):
  end = time.monotonic() + seconds
  while not condition() and time.monotonic() < end:
    time.sleep(0.02)
  return condition()
