"""In its namespaces a process sees what it was shown, writes to one folder in memory, and reaches no other process."""

import email
import errno
import importlib
import os

from in_a_child import in_a_child

ENTERED = """
shown, other, result = *sys.argv[1:], None
where = [shown], [f'{shown}/metadata'], ['/dev/null'], 1
if os.fork() == 0:  # tried by a child first: half done, it would leave this process in no usable state
  os._exit(errno_of(namespaces.enter, *where) != 0)
if os.wait()[1] == 0:
  writable = namespaces.enter(*where)
  file = os.open(f'{writable}/file', os.O_CREAT | os.O_WRONLY)
  os.write(file, bytes(1 << 19))
  result = [
    os.path.exists(f'{shown}/__init__.py'), os.listdir(f'{shown}/metadata'), os.path.exists(other), os.listdir('/'),
    errno_of(open, f'{shown}/__init__.py', 'a'), errno_of(os.mkdir, '/new'), errno_of(open, '/dev/null', 'a'),
    writable, os.write(file, bytes(1 << 20)) < 1 << 20, errno_of(os.write, file, b'x'),
  ]
"""


def test_only_what_is_shown_is_there_and_only_one_folder_takes_files():
  shown, other = (os.path.realpath(os.path.dirname(module.__file__)) for module in (importlib, email))
  result = in_a_child(ENTERED, shown, other, layer='namespaces')
  assert result[:3] == [True, [], False] and set(result[3]) == {'dev', 'tmp', shown.split('/')[1]}
  assert result[4:7] == [errno.EROFS, errno.EROFS, 0]
  assert result[7:] == ['/tmp', True, errno.ENOSPC]
