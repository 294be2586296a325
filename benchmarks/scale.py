"""What a training step of larger models needs on paper: memory of a device and time, with the mesh that is fastest.

  python benchmarks/scale.py [--output benchmarks/results/scale]

Nothing is run and no weights are made: memory is that of acrl_jax/jobs/memory.py on shapes alone, time is a roofline
over the numbers below. For each model and machine every mesh and microbatch is tried; the table shows the fastest that
fits, and what others would cost. It is a model: what it leaves out (host time, verdicts, imperfect overlap) comes on
top.
"""

from __future__ import annotations

import argparse
import itertools
import pathlib
from types import SimpleNamespace
from typing import NamedTuple

import jax
from jax.sharding import AbstractMesh

from acrl_jax.config import default
from acrl_jax.distributed import sharding
from acrl_jax.jobs import memory
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.policy import make_policy

PROBLEMS, SAMPLES, P, C = 64, 8, 512, 512
ROWS, T = PROBLEMS * SAMPLES, P + C
LLAMA = dict(max_length=T, dtype='bfloat16')
MODELS = {
  '1B': DecoderConfig(V=128256, D=2048, N=32, K=8, H=64, F=8192, layers=16, tied=True, **LLAMA),
  '7B': DecoderConfig(V=32000, D=4096, N=32, K=32, H=128, F=11008, layers=32, tied=False, **LLAMA),
  '34B': DecoderConfig(V=32000, D=8192, N=64, K=8, H=128, F=22016, layers=48, tied=False, **LLAMA),
}


class Machine(NamedTuple):
  """Devices and what each of them can do."""

  devices: int
  flops: float  # dense bfloat16, per second
  hbm: float  # bytes per second
  gib: float
  links: tuple[tuple[int, float], ...]  # (size, bytes a second each way of a device along a mesh axis up to that size)
  latency: float  # seconds of a collective that moves nothing


MACHINES = {
  '8 x H100': Machine(8, 989e12, 3.35e12, 80e9 / 2**30, ((8, 450e9),), 10e-6),
  # A chip has four links of 50 GB/s each way, two along each axis of a 16 x 16 torus; part of an axis is no ring.
  'v5e-256': Machine(256, 197e12, 819e9, 16.0, ((8, 50e9), (16, 100e9), (128, 150e9), (256, 200e9)), 5e-6),
}
COMPUTE, STREAM, FULL = 0.4, 0.8, 0.9  # shares that are reached: of products, of bytes a second, of the memory
FORWARD, BACKWARD = 2, 6  # FLOP for each weight and token; backward with the layers computed again


class Plan(NamedTuple):
  """A mesh, a microbatch and what they cost."""

  mesh: AbstractMesh
  microbatch: int
  parts: dict  # GiB
  learn_gib: float
  generate_gib: float
  seconds: dict

  @property
  def total(self) -> float:
    return sum(self.seconds.values())

  @property
  def peak(self) -> float:
    return max(self.learn_gib, self.generate_gib)


def link(machine: Machine, ways: int) -> float:
  """Bytes a second along a mesh axis of this size."""
  return STREAM * next(speed for size, speed in machine.links if ways <= size)


def gather(machine: Machine, size: float, ways: int) -> float:
  """Seconds of an all-gather (or a reduce-scatter) of `size` bytes in all over `ways` devices."""
  return size * (ways - 1) / ways / link(machine, ways) + machine.latency if ways > 1 else 0.0


def weights(model: DecoderConfig) -> tuple[int, int]:
  """(weights of all layers, weights of the output projection)."""
  attention = model.D * model.H * (2 * model.N + 2 * model.K)
  return model.layers * (attention + 3 * model.D * model.F), model.V * model.D


def products(model: DecoderConfig, machine: Machine, tokens: float, scored: float, read: float) -> float:
  """Seconds of the forward pass: `tokens` that read `read` columns each, of which `scored` are projected to logits."""
  inner, head = weights(model)
  attention = 4 * read * model.N * model.H * model.layers
  return (tokens * (FORWARD * inner + attention) + FORWARD * scored * head) / (
    machine.devices * machine.flops * COMPUTE
  )


def learning(model: DecoderConfig, machine: Machine, mesh: AbstractMesh, microbatch: int) -> dict[str, float]:
  """{part: seconds} of the update on all rows."""
  data, fsdp, tensor = (mesh.shape[axis] for axis in sharding.MESH_AXES)
  pieces = ROWS // microbatch
  count = sum(weights(model)) + (0 if model.tied else model.V * model.D)
  compute = products(model, machine, ROWS * T, ROWS * C, T) * (FORWARD + BACKWARD) / FORWARD
  # Weights forward and backward in bfloat16, gradients back in float32; behind the products, where it does not exceed.
  moved = pieces * (2 * gather(machine, 2 * count / tensor, fsdp) + gather(machine, 4 * count / tensor, fsdp))
  moved += pieces * 2 * gather(machine, 4 * count / tensor / fsdp, data)
  local = microbatch * T / (data * fsdp) * model.D * 2
  reduced = pieces * model.layers * 6 * 2 * gather(machine, local, tensor)  # two forward, two again, two backward
  # Gradient, weight and two moments are read, three of them written.
  optimiser = 28 * count / (fsdp * tensor) / (machine.hbm * STREAM)
  return {
    'learn: products': compute,
    'learn: FSDP beyond them': max(0.0, moved - compute),
    'learn: tensor': reduced,
    'learn: optimiser': optimiser,
  }


def generating(model: DecoderConfig, machine: Machine, mesh: AbstractMesh, cache_gib: float) -> dict[str, float]:
  """{part: seconds} of sampling all rows to the last column."""
  data, fsdp, tensor = (mesh.shape[axis] for axis in sharding.MESH_AXES)
  inner, head = weights(model)
  stored = 2 * (inner + head)
  stream = machine.hbm * STREAM
  rows = ROWS / (data * fsdp)
  compute = products(model, machine, ROWS, ROWS, P + C / 2)
  reads = stored / tensor / stream + cache_gib * 2**30 * (P + C / 2) / T / stream
  reduced = 2 * model.layers * 2 * gather(machine, rows * model.D * 2, tensor)
  return {
    'read the prompts': products(model, machine, PROBLEMS * P, PROBLEMS, P)
    + gather(machine, stored / tensor, fsdp),
    'decode: products or bytes': C * max(compute, reads),
    'decode: tensor': C * reduced,
  }


def plan(name: str, machine: Machine, shape: tuple[int, int, int], microbatch: int) -> Plan | None:
  """The plan of a mesh, None where rows or heads do not divide over it."""
  model, mesh = MODELS[name], AbstractMesh(shape, sharding.MESH_AXES)
  ways = shape[0] * shape[1]
  if PROBLEMS % ways or microbatch % ways or model.N % shape[2] or model.F % shape[2]:
    return None
  config = default()
  config.rollout.update(problems=PROBLEMS, samples=SAMPLES, max_new_tokens=C)
  config.prompt.lengths = (P,)
  config.replay.enabled = False
  config.microbatch = microbatch
  policy = make_policy(model, remat=True)
  params = jax.eval_shape(policy.init, jax.eval_shape(lambda: jax.random.key(0)))
  parts = memory.estimate(config, SimpleNamespace(config=model, params=params, policy=policy), mesh)
  learn = sum(size for part, size in parts.items() if part not in (memory.COPY, memory.CACHE))
  generate = sum(parts[part] for part in (memory.WEIGHTS, memory.COPY, memory.CACHE, memory.MOMENTS))
  seconds = generating(model, machine, mesh, parts[memory.CACHE]) | learning(model, machine, mesh, microbatch)
  return Plan(mesh, microbatch, parts, learn, generate, seconds)


def plans(name: str, machine: Machine) -> list[Plan]:
  """All, the fastest first; of like ones that with fewer microbatches."""
  powers = [2**n for n in range(10)]
  found = []
  for data, fsdp in itertools.product(powers, powers):
    tensor = machine.devices // (data * fsdp)
    if tensor:
      found += [plan(name, machine, (data, fsdp, tensor), microbatch) for microbatch in powers if microbatch <= ROWS]
  return sorted((one for one in found if one), key=lambda one: (round(one.total, 2), -one.microbatch))


def sized(shape: AbstractMesh) -> str:
  return ' x '.join(str(shape.shape[axis]) for axis in sharding.MESH_AXES)


def table(heads: list[str], rows: list[tuple]) -> str:
  """A Markdown table."""
  lines = [heads, ['---'] * len(heads), *rows]
  return '\n'.join(f'| {" | ".join(map(str, line))} |' for line in lines)


def section(machine_name: str) -> str:
  """The tables of a machine."""
  machine = MACHINES[machine_name]
  every = {name: plans(name, machine) for name in MODELS}
  found = {name: [one for one in some if one.peak <= FULL * machine.gib] for name, some in every.items()}
  best = {name: some[0] for name, some in found.items() if some}
  lines = [f'## {machine_name}', '']
  for name in MODELS.keys() - best.keys():
    least = min(every[name], key=lambda one: one.peak)
    told = f'{sized(least.mesh)} with microbatches of {least.microbatch} needs {least.peak:.1f} GiB'
    lines.append(f'No mesh holds {name}: the least, {told} of {FULL * machine.gib:.1f}.\n')
  rows = [('mesh (data x fsdp x tensor)', *(sized(one.mesh) for one in best.values()))]
  rows.append(('microbatch, rows', *(one.microbatch for one in best.values())))
  for part in next(iter(best.values())).parts:
    rows.append((f'{part}, GiB', *(f'{one.parts[part]:.2f}' for one in best.values())))
  rows.append(('peak while it learns, GiB', *(f'{one.learn_gib:.1f}' for one in best.values())))
  rows.append(('peak while it generates, GiB', *(f'{one.generate_gib:.1f}' for one in best.values())))
  for part in next(iter(best.values())).seconds:
    rows.append((f'{part}, s', *(f'{one.seconds[part]:.2f}' for one in best.values())))
  rows.append(('**step, s**', *(f'**{one.total:.1f}**' for one in best.values())))
  tokens = [f'{ROWS * C / one.total:,.0f}' for one in best.values()]
  rows.append(('sampled and learned tokens a second', *tokens))
  lines += [table(['one device of ' + str(machine.devices), *best], rows), '']
  for name in best:
    meshes: dict[str, float] = {}
    for one in found[name]:
      meshes.setdefault(sized(one.mesh), one.total)
    others = ', '.join(f'{mesh} {total:.1f} s' for mesh, total in list(meshes.items())[:5])
    lines.append(f'- {name}, the five fastest meshes: {others}')
  return '\n'.join(lines)


HEAD = f"""# Larger models on paper

Made by `python benchmarks/scale.py`; nothing was run. A step: {PROBLEMS} problems x {SAMPLES} programs, prompts of {P},
programs of {C} tokens, all as long as they may be, no replay, one update, layers computed again in the backward pass
(`config.remat`). Llama-shaped models: sizes of Llama-3.2-1B, Llama-2-7B, CodeLlama-34B.

What is assumed:

- Memory: `acrl_jax/jobs/memory.py` on shapes: float32 weights, gradients and two moments, bfloat16 computation, no
  reference policy. At most {FULL:.0%} of a device is used.
- Machines: H100 989 TFLOP/s dense bfloat16, 3.35 TB/s, 80 GB, NVLink 450 GB/s each way; v5e 197 TFLOP/s, 819 GB/s, 16
  GiB, 400 GB/s to and fro over the four links of a 16 x 16 torus (docs.cloud.google.com/tpu/docs/v5e), so 50 GB/s each
  way a link: an axis of 16 is a ring of two links, a part of one is a line.
- Reached: {COMPUTE:.0%} of the peak of products, {STREAM:.0%} of that of memory and links; a collective that moves
  nothing takes 10 us (H100) or 5 us (v5e).
- Products: 2 FLOP a weight and token forward, 6 more backward; attention reads all {T} columns of a row while it learns
  (nothing is saved by causality); logits of the {C} completion columns only.
- FSDP, for each microbatch: weights gathered twice in bfloat16, gradients scattered in float32; hidden behind the
  products up to their time. Data axis: gradients all-reduced in float32. Tensor axis: six all-reduces of the states a
  layer, not hidden.
- Decoding: weights that FSDP has cut are gathered once a rollout, and stay so while it samples; they are read once a
  token by each device, and the cache as far as it is filled.
- Left out: the harness (it overlaps with `config.rollout.overlap`), host time, the critic's head, checkpoints, and rows
  that end early, which make a real step shorter.
"""


def main() -> None:
  parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
  parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('benchmarks/results/scale'))
  output = parser.parse_args().output
  output.mkdir(parents=True, exist_ok=True)
  text = '\n\n'.join([HEAD.strip(), *map(section, MACHINES)]) + '\n'
  (output / 'table.md').write_text(text)
  print(text)


if __name__ == '__main__':
  main()
