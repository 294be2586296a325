"""Safetensors files of a Hugging Face folder, one or sharded, read tensor by tensor and written with an index."""

from __future__ import annotations

import contextlib
import json
import pathlib
from collections.abc import Iterator, Mapping

import ml_dtypes  # noqa: F401  safetensors reads bfloat16 only when this is loaded
import numpy as np
import safetensors
from safetensors import numpy as safetensors_numpy

FLOATS = ('F32', 'F16', 'BF16')
SINGLE, INDEX = 'model.safetensors', 'model.safetensors.index.json'


class Tensors(Mapping):
  """Name -> float32 array, read when asked for, so that a model is never in memory twice."""

  def __init__(self, files: dict):
    self._files = files  # name -> open file

  def __getitem__(self, name: str) -> np.ndarray:
    file = self._files[name]
    dtype = file.get_slice(name).get_dtype()
    if dtype not in FLOATS:
      raise ValueError(f'{name} is of type {dtype}, due {", ".join(FLOATS)}; quantised weights cannot be trained')
    return file.get_tensor(name).astype(np.float32)

  def __iter__(self) -> Iterator[str]:
    return iter(self._files)

  def __len__(self) -> int:
    return len(self._files)


@contextlib.contextmanager
def open_folder(folder: pathlib.Path) -> Iterator[Tensors]:
  """All tensors of a folder; ValueError when a file is missing, cut short, or the index and the files disagree."""
  due = _index(folder)
  with contextlib.ExitStack() as stack:
    files = {}
    for name in sorted(set(due.values())) if due else [SINGLE]:
      path = folder / name
      if not path.is_file():
        raise ValueError(f'{path} is missing, though {INDEX} lists it; fetch the folder again')
      try:
        file = stack.enter_context(safetensors.safe_open(path, framework='numpy'))
      except (safetensors.SafetensorError, OSError) as error:
        raise ValueError(f'{path} cannot be read ({error}); it is damaged or cut short, fetch it again') from None
      for key in file.keys():
        if due and due.get(key) != name:
          raise ValueError(f'{path} holds {key}, which {INDEX} places in {due.get(key)}; fetch the folder again')
        files[key] = file
    if lost := sorted(set(due) - set(files)):
      raise ValueError(f'{folder / INDEX} lists {lost[0]}, which {due[lost[0]]} does not hold; fetch the folder again')
    yield Tensors(files)


def _index(folder: pathlib.Path) -> dict[str, str]:
  """Tensor -> file of a sharded folder; {} for one that is not."""
  if (folder / SINGLE).is_file():
    return {}
  if (folder / INDEX).is_file():
    try:
      return dict(json.loads((folder / INDEX).read_text())['weight_map'])
    except (ValueError, KeyError, TypeError) as error:
      raise ValueError(f'{folder / INDEX} cannot be read ({error}); fetch it again') from None
  if others := sorted(path.name for path in [*folder.glob('*.bin'), *folder.glob('*.pth')]):
    raise ValueError(f'{folder} has weights only as {others[0]}; save the model once with safe_serialization=True')
  raise ValueError(f'{folder} has no {SINGLE} nor {INDEX}; fetch its weights, or name a folder that has some')


def write(folder: pathlib.Path, state: Mapping[str, np.ndarray], shard_bytes: int = 5 * 10**9) -> None:
  """model.safetensors, or numbered shards of at most `shard_bytes` (one tensor at least) with their index."""
  shards: list[dict[str, np.ndarray]] = [{}]
  size = 0
  for name, x in state.items():
    if shards[-1] and size + x.nbytes > shard_bytes:
      shards.append({})
      size = 0
    shards[-1][name] = x
    size += x.nbytes
  names = [SINGLE] if len(shards) == 1 else [
    f'model-{number:05d}-of-{len(shards):05d}.safetensors' for number in range(1, len(shards) + 1)
  ]  # fmt: skip
  for name, shard in zip(names, shards):
    file = folder / name
    file.touch()
    mode = file.stat().st_mode  # as the user's umask has it; safetensors alone would make the file private
    safetensors_numpy.save_file(shard, file, metadata={'format': 'pt'})  # readers refuse files without it
    file.chmod(mode)
  if len(shards) > 1:
    weight_map = {key: name for name, shard in zip(names, shards) for key in shard}
    index = {'metadata': {'total_size': sum(x.nbytes for x in state.values())}, 'weight_map': weight_map}
    (folder / INDEX).write_text(json.dumps(index, indent=2) + '\n')
