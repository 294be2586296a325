"""How fast a model samples, scores and learns: acrl_jax against transformers with torch, and google-tunix's sampler.

  python benchmarks/speed.py [--pairs 5] [--only a,b,c,d] [--peers transformers,tunix] [--threads 2] [--dtype float32]
    [--tunix-python PYTHON] [--peak-tflops X] [--output benchmarks/results/speed]

  a  sample C tokens for each of B prompts of P tokens, all of them (nothing ends a row); C = 1 is prefill and one token
  b  one actor update on B rows: forward, policy-gradient loss on the completion columns, backward, clip, AdamW
  c  log-probs of the completion columns of B rows
  d  as a, but four programs for each of B / 4 prompts, as reinforcement learning draws them

Each program has a process of its own (speed_child.py) on the same cores, with the same weights, rows and dtype, and is
asked in turn, ABAB; ratios are taken within a round. Before that its logits, log-probs and first loss have to agree
with ours. tunix needs a Python of its own, as it wants other versions:

  python -m venv tunix && tunix/bin/pip install google-tunix

On a machine with an accelerator JAX takes it, torch where it is CUDA; leave tunix out there (--peers transformers).
Model FLOPs, of M = layers (D (N + 2 K) H + N H D + 3 D F) weights in the layers of a gated MLP:

  forward of n tokens = 2 n M + 4 layers N H (keys seen, summed over the n) + 2 D V (columns with logits)

A prompt is counted once for each of its samples. An update is three forwards; C sampled tokens a row are P + C - 1
tokens through the layers. Utilisation is model FLOPs over seconds and peak; it is given where --peak-tflops is, the
most that one such device does in the dtype.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import sys
import tempfile
from typing import Any

import jax
import numpy as np
from speed_child import Child

import acrl_jax
from acrl_jax.data import sources

P, T = 128, 192
TEMPERATURE = 0.8
WORKS = {  # name -> flag, method, arguments
  'sample 64 tokens': ('a', 'generate', dict(B=32, C=T - P)),
  'sample 1 token': ('a', 'generate', dict(B=32, C=1)),
  'actor update': ('b', 'update', dict(B=8)),
  'score': ('c', 'score', dict(B=16)),
  'sample 64 tokens, 4 a prompt': ('d', 'generate', dict(B=32, C=T - P, samples=4)),
}
WHOLE, FIRST = 'sample 64 tokens', 'sample 1 token'
DECODE = 'decode 63 tokens'  # the difference of these
PEERS = dict(transformers='transformers', tunix='google-tunix')
TITLES = dict(ours='acrl_jax', **PEERS)
CHECKED = dict(B=2, columns=8)  # whose logits are compared
MOST = {  # the largest differences from ours
  'float32': {'logits': 1e-3, 'log-probs': 1e-3, 'first loss': 1e-4},
  'bfloat16': {'logits': 1.0, 'log-probs': 0.5, 'first loss': 2e-2},
}


def write_folder(folder: pathlib.Path, spec: str) -> None:
  """The model as transformers reads it; rows [32, T] cut from solutions, none twice; advantages [32, T - P]."""
  jax.config.update('jax_platforms', 'cpu')  # an accelerator is for the programs that are timed
  made = acrl_jax.load(spec)
  acrl_jax.export(folder / 'model', made)
  text = '\n\n'.join(problem.solution for problem in sources.load('primer'))
  B = max(arguments['B'] for _, _, arguments in WORKS.values())
  tokens = np.asarray(made.tokenizer(text)['input_ids'][: B * T], np.int32)
  np.save(folder / 'rows.npy', tokens.reshape(B, T))
  np.save(folder / 'advantages.npy', np.random.default_rng(0).normal(size=(B, T - P)).astype(np.float32))


def start(folder: pathlib.Path, flags: argparse.Namespace) -> dict[str, Child]:
  options = dict(
    folder=str(folder), dtype=flags.dtype, P=P, temperature=TEMPERATURE, learning_rate=1e-5, threads=flags.threads
  )
  python = dict.fromkeys(TITLES, sys.executable) | dict(tunix=flags.tunix_python)
  arms = ['ours', *flags.peers]
  return {arm: Child(f'speed_{arm}.py', python[arm], options, flags.threads) for arm in arms}


def works(flags: argparse.Namespace, arm: str) -> dict[str, tuple[str, dict]]:
  """Name -> (method, arguments) of what an arm is asked to do."""
  able = 'ad' if arm == 'tunix' else 'abcd'
  return {name: work for name, (letter, *work) in WORKS.items() if letter in flags.only and letter in able}


def warm_up(children: dict[str, Child], folder: pathlib.Path, flags: argparse.Namespace) -> dict[str, dict]:
  """Compiles, and compares with ours: by peer the differences. ValueError for one that does not compute the same."""
  found: dict[str, dict[str, Any]] = {}
  file = str(folder / 'found.npy')
  for arm, child in children.items():
    child.ask('write_logits', file=file, **CHECKED)
    found[arm] = dict(logits=np.load(file))
    if arm != 'tunix':
      child.ask('write_log_probs', file=file)
      found[arm]['log-probs'] = np.load(file)
  old = found['ours']['log-probs']  # an older policy's are a little off
  old = old + np.random.default_rng(1).normal(0, 0.1, old.shape)
  np.save(folder / 'log_probs.npy', old.astype(np.float32))
  for arm, child in children.items():
    for method, arguments in works(flags, arm).values():
      answer = child.ask(method, **arguments)
      found[arm] |= {'first loss': answer['loss']} if 'loss' in answer else {}
  return {arm: differences(arm, found, MOST[flags.dtype]) for arm in flags.peers}


def differences(arm: str, found: dict[str, dict], most: dict[str, float]) -> dict[str, float]:
  """The largest from ours, by what was found; ValueError above `most`."""
  gaps = {what: float(np.abs(value - found['ours'][what]).max()) for what, value in found[arm].items()}
  for what, gap in gaps.items():
    if not gap <= most[what]:
      raise ValueError(f'{arm}: its {what} and ours differ by {gap:.2g}, must be at most {most[what]:g}; see it')
  return gaps


def rounds(children: dict[str, Child], flags: argparse.Namespace) -> list[dict]:
  """One row for each round, work and arm."""
  rows = []
  for i in range(flags.pairs):
    for work in WORKS:
      for arm, child in children.items():
        if work not in works(flags, arm):
          continue
        method, arguments = works(flags, arm)[work]
        rows.append(dict(work=work, round=i, arm=arm, **child.ask(method, **arguments)))
        print(json.dumps(rows[-1]), flush=True)
        if method == 'generate' and rows[-1]['tokens'] != arguments['B'] * arguments['C']:
          raise ValueError(f'{arm} sampled {rows[-1]["tokens"]} tokens of {arguments["B"] * arguments["C"]}')
  return rows


def seconds(rows: list[dict], work: str, arm: str) -> list[float]:
  """By round."""
  if work == DECODE:
    return [whole - first for whole, first in zip(seconds(rows, WHOLE, arm), seconds(rows, FIRST, arm))]
  return [row['seconds'] for row in rows if (row['work'], row['arm']) == (work, arm)]


def cores(rows: list[dict], work: str, arm: str) -> str:
  """How many it kept busy, the median round; fewer than it may use where others took them from it."""
  busy = [row['cpu'] / row['seconds'] for row in rows if (row['work'], row['arm']) == (work, arm)]
  return f'{statistics.median(busy):.2f}' if busy else ''


def tokens(work: str) -> int:
  """What a rate counts: sampled tokens, or all that pass the layers."""
  if work == DECODE:
    return tokens(WHOLE) - tokens(FIRST)
  _, _, arguments = WORKS[work]
  return arguments['B'] * arguments.get('C', T)


def model_flops(work: str, hf: dict) -> float:
  """By the formula above."""
  if work == DECODE:
    return model_flops(WHOLE, hf) - model_flops(FIRST, hf)
  D, F, V, layers = (hf[k] for k in ('hidden_size', 'intermediate_size', 'vocab_size', 'num_hidden_layers'))
  N, K, H = hf['num_attention_heads'], hf['num_key_value_heads'], hf['head_dim']
  weights = layers * (D * (N + 2 * K) * H + N * H * D + 3 * D * F)
  _, method, arguments = WORKS[work]
  length = P + arguments['C'] - 1 if method == 'generate' else T
  columns = arguments.get('C', T - P)
  keys = length * (length + 1) / 2
  forward = 2 * length * weights + 4 * layers * N * H * keys + 2 * D * V * columns
  return arguments['B'] * forward * (3 if method == 'update' else 1)


def spread(values: list[float], digits: int) -> str:
  """Median [least, most]."""
  texts = [f'{value:.{digits}f}' for value in (statistics.median(values), min(values), max(values))]
  return f'{texts[0]} [{texts[1]}, {texts[2]}]'


def table(rows: list[dict], hf: dict, peak_tflops: float | None) -> str:
  """All works and arms that rows has."""
  heads = ['work', 'program', 'seconds', 'cores', 'tokens/s', 'model GFLOP/s', 'utilisation', 'seconds over ours']
  lines = [heads, ['---'] * len(heads)]
  for work in (WHOLE, FIRST, DECODE, *list(WORKS)[2:]):
    ours = seconds(rows, work, 'ours')
    for arm, title in TITLES.items():
      if found := seconds(rows, work, arm):
        gflops = model_flops(work, hf) / statistics.median(found) / 1e9
        used = f'{gflops / peak_tflops / 10:.1f} %' if peak_tflops else ''
        faster = '' if arm == 'ours' else spread([theirs / mine for theirs, mine in zip(found, ours)], 2)
        rate = f'{tokens(work) / statistics.median(found):.0f}'
        lines.append([work, title, spread(found, 2), cores(rows, work, arm), rate, f'{gflops:.0f}', used, faster])
  if not peak_tflops:
    lines = [line[:6] + line[7:] for line in lines]
  return '\n'.join(f'| {" | ".join(line)} |' for line in lines)


def environment(children: dict[str, Child]) -> dict[str, Any]:
  """What the figures depend on."""
  with open('/proc/cpuinfo') as f:
    models = [line.partition(':')[2].strip() for line in f if line.startswith('model name')]
  linux = platform.release().split('-')[0]
  system = f'{(models or [platform.machine()])[0]}, Linux {linux}, Python {platform.python_version()}'
  programs = {arm: child.facts | dict(settings=child.ask('settings')['settings']) for arm, child in children.items()}
  return dict(system=system, date=str(datetime.date.today()), load=os.getloadavg(), programs=programs)


def document(found: dict[str, Any], hf: dict, flags: argparse.Namespace) -> str:
  facts = found['facts']
  names = lambda arm: (f'{k} {v}' for k, v in facts['programs'][arm].items() if k not in ('settings', 'device'))
  versions = '; '.join(f'{TITLES[arm]}: {", ".join(names(arm))}' for arm in facts['programs'])
  devices = ', '.join(dict.fromkeys(str(program['device']) for program in facts['programs'].values()))
  taken = [f'{what} {tried["taken"]}' for what, tried in _tried(facts)]
  listed = lambda gaps: ', '.join(f'{what} {gap:.1e}' for what, gap in gaps.items())
  same = '; '.join(f'{TITLES[arm]} {listed(gaps)}' for arm, gaps in facts['differences'].items())
  sizes = ', '.join(f'{name}: B {arguments["B"]}' for name, (_, _, arguments) in WORKS.items() if name != FIRST)
  return f"""# Speed of sampling, updates and scores

`{f'python benchmarks/speed.py {flags.command}'.strip()}`,
{facts['date']}, {flags.threads} cores of {facts['system']}; devices: {devices}.
{versions}.

{pathlib.Path(flags.model).name}, {flags.dtype}, P {P}, T {T}; {sizes}.
{flags.pairs} interleaved rounds; median [least, most], ratios within a round.
Tokens/s count sampled tokens, or all B T of an update and a score.

{table(found['rounds'], hf, flags.peak_tflops)}

- Largest differences from ours before the first round: {same}.
- Found fastest and taken: {', '.join(taken) or 'nothing to choose'}.
- Decoding is the difference of the two lines above it, round by round.
- Ours also gives the log-prob of each sampled token, and the entropy and log-sum-exp of each scored one; nobody else is
  asked for them.
- In front of all runs of a program the shapes were compiled, and one run thrown away. speed.json has every run, with
  its CPU seconds. Load averages at the end: {', '.join(f'{x:.1f}' for x in facts['load'])}.
"""


def _tried(facts: dict) -> list[tuple[str, dict]]:
  return [item for program in facts['programs'].values() for item in program['settings'].items()]


def arguments() -> argparse.Namespace:
  parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
  parser.add_argument('--pairs', type=int, default=5, help='rounds')
  names = lambda text: text.split(',')
  parser.add_argument('--only', type=names, default=list('abcd'), help='some of a,b,c,d')
  parser.add_argument('--peers', type=names, default=list(PEERS), help='some of transformers,tunix')
  parser.add_argument('--tunix-python', default='tunix/bin/python', help='the Python that has google-tunix')
  parser.add_argument('--threads', type=int, default=2)
  parser.add_argument('--model', default='smollm2', help='a Llama with a tokenizer, as in config.model')
  parser.add_argument('--dtype', choices=MOST, default='float32')
  parser.add_argument('--peak-tflops', type=float, help='of one device in the dtype; gives utilisation')
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/speed'))
  flags = parser.parse_args()
  flags.command = command(flags, parser)
  for name, known in (('only', 'abcd'), ('peers', PEERS)):
    if wrong := set(getattr(flags, name)) - set(known):
      parser.error(f'--{name}: {", ".join(wrong)}; take some of {",".join(known)}')
  if 'tunix' in flags.peers and not shutil.which(flags.tunix_python):
    parser.error(f'--tunix-python: no {flags.tunix_python}; make one as above, or leave tunix out of --peers')
  return flags


def command(flags: argparse.Namespace, parser: argparse.ArgumentParser) -> str:
  """The options that are not at their defaults; of paths the names alone, or nothing where they do not matter."""
  shown = {name: getattr(flags, name) for name in ('pairs', 'only', 'peers', 'threads', 'dtype', 'peak_tflops')}
  shown['model'] = pathlib.Path(flags.model).name
  text = lambda value: ','.join(value) if isinstance(value, list) else value
  changed = {name: value for name, value in shown.items() if value != parser.get_default(name)}
  return ' '.join(f'--{name.replace("_", "-")} {text(value)}' for name, value in changed.items())


def main() -> None:
  flags = arguments()
  flags.output.mkdir(parents=True, exist_ok=True)
  os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: flags.threads])
  with tempfile.TemporaryDirectory() as scratch:
    folder = pathlib.Path(scratch)
    write_folder(folder, flags.model)
    hf = json.loads((folder / 'model' / 'config.json').read_text())
    children = start(folder, flags)
    gaps = warm_up(children, folder, flags)
    rows = rounds(children, flags)
    facts = environment(children) | dict(differences=gaps)
    for child in children.values():
      child.close()
  found = dict(facts=facts, rounds=rows)
  (flags.output / 'speed.json').write_text(json.dumps(found, indent=1) + '\n')
  (flags.output / 'table.md').write_text(document(found, hf, flags))
  print(table(rows, hf, flags.peak_tflops))


if __name__ == '__main__':
  main()
