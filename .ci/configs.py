"""Runs every config file in every size for two steps of each phase: python .ci/configs.py [FILE[:SIZE] ...]

All stays as the file has it, but for counts that only cost time (few problems, short programs) and for float32, as
there may be no accelerator. The commands are printed.
"""

import inspect
import pathlib
import runpy
import shlex
import subprocess
import sys
import tempfile

from acrl_jax import config as keys

ROOT = pathlib.Path(__file__).parents[1]
MOST = {  # of the numbers of a config
  'rollout.problems': 2, 'rollout.samples': 2, 'rollout.keep': 2, 'rollout.max_new_tokens': 32, 'microbatch': 2,
  'warm_start.steps': 2, 'warm_start.rows': 2, 'critic.pretrain_steps': 2, 'steps': 2, 'data.max_problems': 20,
  'eval.problems': 2, 'eval.samples': 1, 'eval.rows': 2, 'generate.max_functions': 10,
}  # fmt: skip
INSTEAD = {'dtype': 'float32', 'eval.k': (1,)}
HERE = {'export': ['--config.output={here}/export']}  # what a job must be told besides


def sizes(file):
  """The names of the sizes that a config file has."""
  takes = inspect.signature(runpy.run_path(str(file))['get_config']).parameters
  return list(keys.SIZES) if takes else ['']


def options(config):
  """The keys of a config that are to be other than it says; 0 steps stay none, but 0 problems mean all."""
  steps = ('rollout.keep', 'microbatch', 'warm_start.steps', 'critic.pretrain_steps', 'steps')
  for name, value in keys.flat(config).items():
    if name in INSTEAD and value != INSTEAD[name]:
      yield f'--config.{name}={INSTEAD[name]}'
    elif name in MOST and (value > MOST[name] or not value and name not in steps):
      yield f'--config.{name}={MOST[name]}'


def run(file, size, here):
  """The exit code of the job that a config file names."""
  config = runpy.run_path(str(file))['get_config'](*[size] if size else [])
  target = str(file.relative_to(ROOT)) + (f':{size}' if size else '')
  command = [
    sys.executable, '-m', 'acrl_jax.main', f'--config={target}', f'--workdir={here}/run', *options(config),
    *(option.format(here=here) for option in HERE.get(config.job, ())),
  ]  # fmt: skip
  print(f'-- {shlex.join(command)}', flush=True)
  return subprocess.run(command, cwd=ROOT).returncode


def main(wanted):
  failed = []
  for file in sorted((ROOT / 'configs').glob('*.py')):
    for size in sizes(file):
      name = file.name + (f':{size}' if size else '')
      if wanted and f'configs/{name}' not in wanted:
        continue
      with tempfile.TemporaryDirectory() as here:
        if run(file, size, here):
          failed.append(name)
  if failed:
    sys.exit(f'failed: {", ".join(failed)}')


if __name__ == '__main__':
  main(sys.argv[1:])
