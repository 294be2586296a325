"""A model whose parameters lie on two hosts goes in and out of one folder."""

import socket
import subprocess
import sys

import jax
import numpy as np

from acrl_jax.convert import hub
from acrl_jax.convert.export import export_folder
from acrl_jax.models import policy
from acrl_jax.models.decoder import DecoderConfig

CONFIG = dict(V=301, D=8, N=4, K=2, H=4, F=12, layers=2, max_length=32, tied=False)
HOST = """
import sys
import jax
from acrl_jax.convert import hub
from acrl_jax.convert.export import export_folder
from acrl_jax.distributed import sharding
from acrl_jax.models import decoder
port, index, source, target = sys.argv[1:]
jax.config.update('jax_cpu_collectives_implementation', 'gloo')
jax.distributed.initialize(f'127.0.0.1:{port}', 2, int(index))
mesh = sharding.make_mesh(data=1, fsdp=2, tensor=2)
made = hub.load(source, place=lambda shapes: sharding.shardings(shapes, decoder.DIMS, mesh), vocab_multiple=2)
assert not made.params['embed'].is_fully_addressable and made.config.V == 302
head = {'out': {'bias': made.params['layers']['mlp']['up']['kernel']}}
export_folder(target, made.config, made.params, None, made.hf_config, critic=head)
"""


def test_a_model_spread_over_two_hosts_is_exported_by_the_first(tmp_path):
  rng = np.random.default_rng(0)
  config = DecoderConfig(**CONFIG)
  shapes = jax.eval_shape(policy.make_functions(config).init, jax.random.key(0))
  params = jax.tree.map(lambda x: rng.normal(size=x.shape).astype(np.float32), shapes)
  source = export_folder(tmp_path / 'source', config, params, None)
  with socket.socket() as free:
    free.bind(('127.0.0.1', 0))
    port = free.getsockname()[1]
  words = [sys.executable, '-c', HOST, str(port)]
  env = dict(JAX_PLATFORMS='cpu', XLA_FLAGS='--xla_force_host_platform_device_count=2', PATH='/usr/bin:/bin')
  hosts = [
    subprocess.Popen([*words, str(index), source, tmp_path / 'out'], env=env, stderr=subprocess.PIPE, text=True)
    for index in range(2)
  ]
  errors = [host.communicate(timeout=300)[1] for host in hosts]
  assert [host.returncode for host in hosts] == [0, 0], errors
  made = hub.load(str(tmp_path / 'out'))
  assert made.config == config
  jax.tree.map(np.testing.assert_array_equal, made.params, params)
  np.testing.assert_array_equal(
    hub.read_critic(tmp_path / 'out')['out']['bias'], params['layers']['mlp']['up']['kernel']
  )
