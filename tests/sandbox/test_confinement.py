"""What programs may read, the order of the layers, and a probe that tries whether they hold."""

import os
import sysconfig

from in_a_child import in_a_child

from acrl_jax.sandbox import confinement, kernel


def test_the_standard_library_may_be_read_and_installed_packages_may_not():
  where = confinement.reach()
  library = sysconfig.get_paths()['stdlib']
  assert any((library + '/').startswith(folder + '/') for folder in where.folders)
  assert os.path.join(library, 'json') in where.files and not [f for f in where.files if f.endswith('-packages')]
  assert all(h.endswith('-packages') for h in where.hidden)
  assert abs(where.address_space - kernel.address_space()) < 1 << 30


def test_a_process_without_layers_can_do_all_that_the_probe_tries(tmp_path):
  (tmp_path / 'file').write_text('x')
  (tmp_path / 'file').chmod(0o600)
  code = 'result = confinement.probe(sys.argv[1])\nif os.getpid() != int(sys.argv[2]):\n  pass'
  reached = in_a_child(code, tmp_path / 'file', 0)
  assert reached == ['read', 'write', 'metadata', 'network', 'process', 'kill', 'limits']
  assert (tmp_path / 'file').read_text() == 'x' and (tmp_path / 'file').stat().st_mode & 0o777 == 0o600


CONFINED = """
import resource
limits, where = Limits(wall_s=2.5, memory_mb=64, scratch_mb=3), confinement.reach()
wanted = sys.argv[2].split(',') if sys.argv[2] else []
layers = confinement.confine_zygote(sys.argv[1], limits, where, wanted)
child = os.fork()
if child:
  os.waitpid(child, 0)
  os._exit(0)
confinement.confine_program(limits, layers)
try:
  bytearray(200 << 20)
  memory = True
except MemoryError:
  memory = False
result = [
  layers, confinement.probe(sys.argv[1] + '/../file'), memory,
  [resource.getrlimit(which)[0] for which in (resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)],
]
"""


def confined(tmp_path, layers):
  (tmp_path / 'scratch').mkdir()
  (tmp_path / 'file').write_text('x')
  return in_a_child(CONFINED, tmp_path / 'scratch', ','.join(layers))


def test_limits_hold_without_any_layer(tmp_path):
  layers, reached, memory, numbers = confined(tmp_path, ())
  assert layers == [] and 'read' in reached and not memory
  assert numbers == [4, 3 << 20, 0]  # wall_s rounded up, and a second more


def test_landlock_and_seccomp_leave_the_probe_nothing(tmp_path):
  layers, reached, memory, _ = confined(tmp_path, ('landlock', 'seccomp'))
  assert not memory and (layers != ['landlock', 'seccomp'] or reached == [])
