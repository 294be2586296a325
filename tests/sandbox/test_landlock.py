"""A restricted process opens what it was given, as it was given, and nothing else."""

import errno

from in_a_child import in_a_child

RESTRICTED = """
folder, result = sys.argv[1], None
if landlock.version():
  landlock.restrict([f'{folder}/read'], [f'{folder}/list'], [f'{folder}/write'], ['/dev/null'])
  result = [
    errno_of(open, f'{folder}/read/file'), errno_of(open, f'{folder}/read/file', 'a'),
    errno_of(os.listdir, f'{folder}/list'), errno_of(open, f'{folder}/list/file'),
    errno_of(open, f'{folder}/write/new', 'w'), errno_of(os.mkdir, f'{folder}/write/d'),
    errno_of(open, f'{folder}/other/file'), errno_of(os.listdir, folder), errno_of(os.mkdir, f'{folder}/d'),
    errno_of(open, '/dev/null', 'a'), errno_of(os.execv, '/bin/true', ['true']),
  ]
"""


def test_files_by_what_they_were_given_for(tmp_path):
  for name in ('read', 'list', 'write', 'other'):
    (tmp_path / name).mkdir()
    (tmp_path / name / 'file').write_text('x')
  no = errno.EACCES
  assert in_a_child(RESTRICTED, tmp_path, layer='landlock') == [0, no, 0, no, 0, 0, no, no, no, 0, no]
  assert (tmp_path / 'read' / 'file').read_text() == 'x' and not (tmp_path / 'd').exists()


def test_what_is_not_there_is_not_needed(tmp_path):
  code = """
  result = None
  if landlock.version():
    landlock.restrict([sys.argv[1] + '/none'], [], [], [])
    result = errno_of(os.listdir, sys.argv[1])
  """
  assert in_a_child(code, tmp_path, layer='landlock') == errno.EACCES
