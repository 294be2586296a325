"""How fast a model of a gigabyte is loaded, and how much memory that takes beside the model: acrl_jax against torch.

  python benchmarks/load.py [--pairs 5] [--layers 18] [--threads 2] [--output benchmarks/results/load]

A Llama of random weights (width 1024, untied vocabulary of 32,000) is written as one file and as five of float32, and
as one of bfloat16. Each load happens in a process of its own, after all imports, from files that the page cache holds;
ours and `from_pretrained` in turn, ABAB; ratios are taken within a pair. Both end with float32 parameters on the CPU.
torch may leave them in a map of the file until they are used: `touched` is the time until every number of the model
was read, by each library's sum; processor seconds are until then. In one more load each, memory is sampled every two
milliseconds, beyond what the process had before: all of its resident pages, anonymous pages (those that no file
backs), and the first of these less the parameters themselves.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time

EVERY_S = 0.002
LARGEST = 1.3  # memory at the peak, in the size of the largest file
KINDS = dict(one='one file, float32', five='five files, float32', half='one file, bfloat16')
ARMS = dict(ours='acrl_jax', torch='transformers')


# --- one load, in a process of its own ------------------------------------------------------------


def pages() -> dict[str, int]:
  """Resident bytes now: all of them, and those without a file."""
  with open('/proc/self/status') as file:
    lines = dict(line.split(':', 1) for line in file)
  return {name: int(lines[name].split()[0]) * 1024 for name in ('VmRSS', 'RssAnon')}


class Watch(threading.Thread):
  """The most that `pages` says until `stop`."""

  def __init__(self):
    super().__init__(daemon=True)
    self.ended, self.before, self.most = threading.Event(), pages(), pages()

  def run(self):
    while not self.ended.wait(EVERY_S):
      self.most = {name: max(self.most[name], now) for name, now in pages().items()}

  def stop(self) -> dict:
    self.ended.set()
    self.join()
    return {name: self.most[name] - self.before[name] for name in self.most}


def load_ours(folder: str, threads: int):
  """(load, sum of all numbers, bytes) of acrl_jax."""
  import jax

  from acrl_jax.convert import families, hub

  families.family_of({}, folder)  # imports the family's module, as the first load would

  place = jax.sharding.SingleDeviceSharding(jax.devices()[0])
  total = jax.jit(lambda tree: sum(x.sum() for x in jax.tree.leaves(tree)))
  jax.block_until_ready(jax.numpy.ones(8) + 1)
  return (
    lambda: hub.load(folder, place=lambda shapes: jax.tree.map(lambda _: place, shapes)).params,
    lambda params: float(total(params)),
    lambda params: sum(x.nbytes for x in jax.tree.leaves(params)),
  )


def load_torch(folder: str, threads: int):
  """The same of transformers."""
  import torch
  import transformers

  torch.set_num_threads(threads)
  transformers.LlamaForCausalLM(transformers.LlamaConfig(num_hidden_layers=1, hidden_size=64, vocab_size=8))
  return (
    lambda: transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32),
    lambda model: float(sum(x.sum() for x in model.parameters())),
    lambda model: sum(x.nbytes for x in model.parameters()),
  )


def child(arm: str, folder: str, threads: int, watched: bool) -> dict:
  """Seconds, or where it is watched bytes, of one load."""
  load, total, size = dict(ours=load_ours, torch=load_torch)[arm](folder, threads)
  if watched:
    watch = Watch()
    watch.start()
    made = load()
    return dict(peak=watch.stop(), parameters=size(made))
  start, cpu = time.perf_counter(), time.process_time()
  made = load()
  loaded = time.perf_counter()
  found = total(made)
  touched = time.perf_counter() - start
  return dict(seconds=loaded - start, touched=touched, cpu=time.process_time() - cpu, total=found)


# --- the whole ------------------------------------------------------------------------------------


def write_models(here: pathlib.Path, layers: int) -> dict[str, pathlib.Path]:
  """The three folders."""
  import jax
  import ml_dtypes
  import numpy as np
  from safetensors import numpy as safetensors_numpy

  from acrl_jax.convert.export import export_folder
  from acrl_jax.models import decoder, policy

  sizes = dict(V=32000, D=1024, N=16, K=8, H=64, F=2816, layers=layers, max_length=2048)
  config = decoder.DecoderConfig(**sizes, tied=False)
  shapes = jax.eval_shape(policy.make_functions(config).init, jax.random.key(0))
  rng = np.random.default_rng(0)
  params = jax.tree.map(lambda x: rng.standard_normal(x.shape, np.float32) / 32, shapes)
  total = 4 * sum(x.size for x in jax.tree.leaves(params))
  made = {
    name: export_folder(here / name, config, params, None, end_ids=(2,), shard_bytes=limit)
    for name, limit in dict(one=10**11, five=int(total / 4.8), half=10**11).items()
  }
  file = made['half'] / 'model.safetensors'
  state = {name: x.astype(ml_dtypes.bfloat16) for name, x in safetensors_numpy.load_file(file).items()}
  safetensors_numpy.save_file(state, file, metadata={'format': 'pt'})
  return made


def once(arm: str, folder: pathlib.Path, threads: int, *more: str) -> dict:
  """What `child` found, in a process of its own."""
  words = [sys.executable, __file__, '--child', arm, '--folder', str(folder), '--threads', str(threads), *more]
  env = os.environ | dict(
    OMP_NUM_THREADS=str(threads), JAX_PLATFORMS='cpu', TRANSFORMERS_VERBOSITY='error', HF_HUB_DISABLE_PROGRESS_BARS='1'
  )
  done = subprocess.run(words, capture_output=True, text=True, env=env)
  if done.returncode:
    raise RuntimeError(f'{arm} on {folder} failed: {done.stderr[-2000:]}')
  return json.loads(done.stdout.splitlines()[-1])


def measure(folders: dict[str, pathlib.Path], pairs: int, threads: int) -> dict:
  """kind -> arm -> one dict a pair."""
  found: dict = {kind: {arm: [] for arm in ARMS} for kind in folders}
  for kind, folder in folders.items():
    peaks = {arm: once(arm, folder, threads, '--watch') for arm in ARMS}  # these fill the page cache too
    for number in range(pairs):
      for arm in ARMS:
        row = once(arm, folder, threads)
        found[kind][arm].append(row | peaks[arm])
        print(f'{kind} {number} {arm}: {row["seconds"]:.2f} s, touched {row["touched"]:.2f} s', flush=True)
    totals = [row['total'] for arm in ARMS for row in found[kind][arm]]
    if max(totals) - min(totals) > 1e-3 * max(1.0, abs(totals[0])):
      raise RuntimeError(f'{kind}: the numbers do not add up to the same: {totals}')
  return found


def spread(values: list[float], form: str = '.2f') -> str:
  """'median [least, most]'."""
  return f'{statistics.median(values):{form}} [{min(values):{form}}, {max(values):{form}}]'


def table(found: dict, folders: dict[str, pathlib.Path], note: str) -> str:
  """The measurements as Markdown."""
  mib = 2**20
  lines = [
    '# Loading a model', '', note, '',
    '| files | acrl_jax, s | transformers, s | ratio | every number read | processor seconds |',
    '|---|---|---|---|---|---|',
  ]  # fmt: skip
  for kind, arms in found.items():
    pairs = list(zip(arms['ours'], arms['torch']))
    seconds = [spread([row['seconds'] for row in arms[arm]]) for arm in ARMS]
    ratios = [spread([ours[what] / theirs[what] for ours, theirs in pairs]) for what in ('seconds', 'touched', 'cpu')]
    lines.append(f'| {KINDS[kind]} | ' + ' | '.join(seconds + ratios) + ' |')
  lines += [
    '', f'Memory at the peak of a load, MiB. Of acrl_jax it must be at most {LARGEST} x the largest file, less the',
    'parameters where these are larger than that file.', '',
    '| files | | largest file | parameters | resident | anonymous | resident less parameters | in largest files |',
    '|---|---|---|---|---|---|---|---|',
  ]  # fmt: skip
  for kind, arms in found.items():
    largest = max(path.stat().st_size for path in folders[kind].glob('*.safetensors'))
    for arm, rows in arms.items():
      resident, anonymous = (rows[0]['peak'][name] for name in ('VmRSS', 'RssAnon'))
      own = rows[0]['parameters']
      numbers = [largest, own, resident, anonymous, resident - own]
      told = [f'{number / mib:.0f}' for number in numbers]
      share = f'{resident / largest:.2f}, less parameters {max(0, resident - own) / largest:.2f}'
      lines.append(f'| {KINDS[kind]} | {ARMS[arm]} | ' + ' | '.join(told) + f' | {share} |')
  return '\n'.join(lines) + '\n'


def processor() -> str:
  with open('/proc/cpuinfo') as file:
    models = [line.partition(':')[2].strip() for line in file if line.startswith('model name')]
  return (models or [platform.machine()])[0]


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--pairs', type=int, default=5)
  parser.add_argument('--layers', type=int, default=18)
  parser.add_argument('--threads', type=int, default=2)
  parser.add_argument('--output', default='benchmarks/results/load')
  parser.add_argument('--child', choices=ARMS, help=argparse.SUPPRESS)
  parser.add_argument('--folder', help=argparse.SUPPRESS)
  parser.add_argument('--watch', action='store_true', help=argparse.SUPPRESS)
  options = parser.parse_args()
  if options.child:
    print(json.dumps(child(options.child, options.folder, options.threads, options.watch)))
    return
  with tempfile.TemporaryDirectory() as here:
    folders = write_models(pathlib.Path(here), options.layers)
    found = measure(folders, options.pairs, options.threads)
    versions = ', '.join(f'{name} {importlib.metadata.version(name)}' for name in ('jax', 'transformers', 'torch'))
    load = ', '.join(f'{x:.1f}' for x in os.getloadavg())
    note = (
      f'`python benchmarks/load.py --pairs {options.pairs} --layers {options.layers} --threads {options.threads}`, '
      f'{datetime.date.today()}, {os.cpu_count()} cores of {processor()}, Python {platform.python_version()}, '
      f'{versions}; load averages at the end {load}.\n\nMedian [least, most] of {options.pairs} pairs; a ratio below 1 '
      'is a quicker acrl_jax.'
    )
    written = table(found, folders, note)
  output = pathlib.Path(options.output)
  output.mkdir(parents=True, exist_ok=True)
  (output / 'load.json').write_text(json.dumps(found, indent=1) + '\n')
  (output / 'table.md').write_text(written)
  print(written)


if __name__ == '__main__':
  main()
