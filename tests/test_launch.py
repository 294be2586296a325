"""The scripts that start a run on several hosts, by the commands that they print."""

import os
import pathlib
import shlex
import subprocess

import pytest
import yaml

from acrl_jax import cli

LAUNCH = pathlib.Path(__file__).parents[1] / 'launch'
SCRIPTS = sorted(LAUNCH.glob('*.sh'))


def script(name, *arguments, **environ):
  """The finished process of a launch script, outside of any cluster."""
  clean = {key: value for key, value in os.environ.items() if not key.startswith('SLURM_')}
  return subprocess.run(
    ['bash', str(LAUNCH / name), *arguments], capture_output=True, text=True, cwd='/', env=clean | environ
  )


def printed(name, *arguments, **environ):
  """The commands that a dry run prints, as lists of words."""
  done = script(name, '--dry-run', *arguments, **environ)
  assert done.returncode == 0, done.stderr
  return [shlex.split(line) for line in done.stdout.splitlines()]


def trained(words):
  """The options of the training command in `words`, once they parse as the program's own."""
  start = words.index('acrl_jax.main')
  assert words[start - 2 : start] == ['.venv/bin/python', '-m']
  given = [word.replace('configs/', f'{LAUNCH.parent}/configs/') for word in words[start:]]
  return cli.parse(given)


@pytest.mark.parametrize('file', SCRIPTS, ids=lambda file: file.name)
def test_a_script_is_bash_and_stops_at_the_first_failure(file):
  assert subprocess.run(['bash', '-n', str(file)]).returncode == 0
  text = file.read_text()
  assert 'set -euo pipefail' in text or 'env.sh' in text


@pytest.mark.parametrize('name', ['gpu.sh', 'tpu_vm.sh', 'slurm.sh'])
def test_a_script_without_a_workdir_tells_its_usage(name):
  for arguments in ([], ['--dry-run'], ['--config=configs/ac.py']):
    done = script(name, *arguments)
    assert done.returncode == 2 and 'WORKDIR' in done.stderr and not done.stdout


def test_one_machine_needs_no_host():
  (command,) = printed('gpu.sh', 'runs/a b', '--config.seed=3')
  found = trained(command)
  assert found.workdir == 'runs/a b' and found.config.seed == 3 and found.config.hosts.count == 1


def test_several_machines_get_the_same_command_but_for_the_index():
  commands = printed('gpu.sh', '/shared/a b', '--config=configs/sft.py', HOSTS='left right', PORT='9000')
  assert [command[-2] for command in commands] == ['left', 'right']
  for index, command in enumerate(commands):
    assert command[0] == 'ssh'
    folder, _, rest = command[-1].partition(' && exec ')
    assert folder == f'cd {LAUNCH.parent}'
    found = trained(shlex.split(rest))
    assert found.workdir == '/shared/a b' and found.config.warm_start.steps
    assert dict(found.config.hosts, wait_s=0) == dict(count=2, index=index, coordinator='left:9000', wait_s=0)


def test_every_tpu_worker_runs_the_same_command():
  *before, last = printed('tpu_vm.sh', '/nfs/run', TPU='pod', ZONE='us-a', PROJECT='mine')
  assert before[0][:2] == ['git', 'archive'] and before[1][4] == 'scp'
  for command in (*before[1:], last):
    assert {'--zone=us-a', '--project=mine', '--worker=all'} <= set(command)
  found = trained(shlex.split(last[-1].removeprefix('--command=cd acrl_jax && exec ')))
  assert found.workdir == '/nfs/run' and found.config.hosts.coordinator == 'auto'


def test_a_tpu_without_a_name_is_refused():
  done = script('tpu_vm.sh', '--dry-run', '/nfs/run', TPU='')
  assert done.returncode and 'TPU' in done.stderr


def test_slurm_queues_the_script_which_then_starts_one_task_a_node():
  folder, queue, start = printed('slurm.sh', '/shared/run', '--config.steps=7', NODES='4')
  assert folder == ['mkdir', '-p', '/shared/run']
  assert queue[:2] == ['sbatch', '--nodes=4'] and queue[3] == 'launch/slurm.sh'
  assert '#SBATCH --ntasks-per-node=1' in (LAUNCH / 'slurm.sh').read_text()
  (inside,) = printed('slurm.sh', *queue[4:], SLURM_JOB_ID='12', SLURM_SUBMIT_DIR=str(LAUNCH.parent))
  assert inside == start and inside[0] == 'srun'
  found = trained(inside)
  assert found.config.steps == 7 and found.config.hosts.coordinator == 'auto'


def test_the_pods_of_gke_are_as_many_as_their_hosts_and_reach_the_first():
  service, job = yaml.safe_load_all((LAUNCH / 'gke.yaml').read_text())
  assert service['spec']['clusterIP'] == 'None'
  assert service['spec']['selector'] == {'job-name': job['metadata']['name']}
  pod = job['spec']['template']['spec']
  assert pod['subdomain'] == service['metadata']['name'] and pod['terminationGracePeriodSeconds'] >= 300
  (container,) = pod['containers']
  env = {one['name']: one.get('value') for one in container['env']}
  hosts = int(env['HOSTS'])
  assert job['spec']['completionMode'] == 'Indexed'
  assert job['spec']['completions'] == job['spec']['parallelism'] == hosts
  address, port = env['COORDINATOR'].split(':')
  assert address == f'{job["metadata"]["name"]}-0.{pod["subdomain"]}'
  assert [one['containerPort'] for one in container['ports']] == [int(port), int(port) + 1]
  words = [*container['command'], *container['args']]
  for name, value in (env | {'INDEX': str(hosts - 1)}).items():
    words = [word.replace(f'$({name})', value) for word in words]
  found = trained(words)
  assert (found.config.hosts.count, found.config.hosts.index) == (hosts, hosts - 1)
  chips = container['resources']['limits']['google.com/tpu'] * hosts
  width, depth = map(int, pod['nodeSelector']['cloud.google.com/gke-tpu-topology'].split('x'))
  assert chips == width * depth
