"""The public way in and out: `load` a model from anywhere, `export` a Hugging Face folder; and the job `export`."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from acrl_jax.checkpoints import orbax
from acrl_jax.convert import export as export_module
from acrl_jax.convert import hub
from acrl_jax.data import completions
from acrl_jax.distributed import sharding
from acrl_jax.models import lora as adapters
from acrl_jax.models import policy
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.models.sampler import stop_table
from acrl_jax.records import Critic, Policy
from acrl_jax.run import metrics, workdir


class LoadedModel(NamedTuple):
  """A model ready to run."""

  config: Any  # DecoderConfig or T5Config
  params: Any
  tokenizer: Any  # a transformers tokenizer, None where the folder has none
  policy: Policy
  end_ids: tuple[int, ...]  # any of these ends a text; () where nothing says
  pad_id: int
  hf_config: dict  # its vocab_size is the tokens that the model has; config.V may be padded
  source: str  # the folder it came from
  critic: Critic | None = None
  critic_params: Any = None


def load(
  spec: str,
  *,
  dtype: str = 'float32',
  remat: bool = False,
  scratch=None,
  seed: int = 0,
  train: str = '',
  mesh: jax.sharding.Mesh | None = None,
  lora: Mapping[str, Any] | None = None,
) -> LoadedModel:
  """The model that `spec` names: smollm2, a Hugging Face folder, a GGUF file, a workdir, a hub id, or 'scratch'.

  'scratch' is a decoder of the sizes in `scratch` (config.scratch) with fresh parameters and a tokenizer trained on the
  source `train`. The parameters go over `mesh`, with a vocabulary padded to fit its axis `tensor`; without one they go
  to the first device. `lora`: lora_rank, lora_targets and lora_alpha of adapters, which begin by `seed`; a workdir says
  its own. ValueError in one line when there is no such model or its files are damaged.
  """
  ways = mesh.shape['tensor'] if mesh else 1
  if spec == 'scratch':
    return _scratch(scratch, dtype, remat, seed, train, mesh, ways, lora or {})
  if workdir.is_workdir(spec):
    return _workdir(pathlib.Path(spec), dtype, remat, mesh, ways)
  bare = hub.load(spec, dtype=dtype, weights=False, vocab_multiple=ways)
  config = dataclasses.replace(bare.config, **(lora or {}))
  made = _assemble(config, bare.tokenizer, hub.end_ids(bare), bare.hf_config, bare.source, remat)
  place = lambda shapes: _where(shapes, made.policy.dims, mesh)
  params = hub.read_params(bare, place)
  if config.lora_rank:
    params = adapters.add(params, made.policy.init, jax.random.key(seed), place)
  made = made._replace(params=params)
  head = hub.read_critic(bare.source)
  if head is None:
    return made
  critic = policy.make_critic(config, width=head['out']['bias'].shape[0])
  return made._replace(critic=critic, critic_params=jax.device_put(head, _where(head, critic.dims, mesh)))


def _assemble(config, tokenizer, end_ids, hf_config, source, remat) -> LoadedModel:
  """The model without its parameters."""
  pad, stop, vocab = end_ids[0] if end_ids else 0, None, hf_config['vocab_size']
  if tokenizer is not None:
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else pad
    completions.check(tokenizer)
    stop = stop_table(completions.token_texts(tokenizer))
    vocab = min(len(tokenizer), vocab)
  made = policy.make_policy(config, remat=remat, end_ids=end_ids, pad_id=pad, stop=stop, vocab=vocab)
  return LoadedModel(
    config=config, params=None, tokenizer=tokenizer, policy=made, end_ids=tuple(end_ids), pad_id=pad,
    hf_config=hf_config, source=str(source),
  )  # fmt: skip


def _scratch(sizes, dtype: str, remat: bool, seed: int, train: str, mesh, ways: int, lora: Mapping) -> LoadedModel:
  """A small Llama with fresh parameters; its tokenizer is trained on the programs of the source `train`."""
  from acrl_jax.convert.tokenizers import bpe_training
  from acrl_jax.data import sources

  if sizes is None:
    raise ValueError(
      "model='scratch' needs sizes: config.scratch=dict(width=, layers=, heads=, kv_heads=, mlp=, vocab=)"
    )
  if sizes.width % sizes.heads or sizes.heads % sizes.kv_heads:
    told = f'config.scratch: heads={sizes.heads} must divide width={sizes.width}'
    raise ValueError(f'{told}, and kv_heads={sizes.kv_heads} must divide heads')
  tokenizer = bpe_training.train(sources.load(train, 'train'), sizes.vocab)
  plain = DecoderConfig(
    V=len(tokenizer), D=sizes.width, N=sizes.heads, K=sizes.kv_heads, H=sizes.width // sizes.heads, F=sizes.mlp,
    layers=sizes.layers, max_length=1024, dtype=dtype,
  )  # fmt: skip
  hf_config = export_module.to_hf_config(plain) | {'eos_token_id': tokenizer.eos_token_id, 'bos_token_id': None}
  plain = dataclasses.replace(plain, **lora)
  config = dataclasses.replace(plain, V=-(-plain.V // ways) * ways)
  made = _assemble(config, tokenizer, (tokenizer.eos_token_id,), hf_config, 'scratch', remat)
  init = policy.make_policy(plain).init  # the numbers are the same on every mesh
  return made._replace(params=_fitted(init, jax.random.key(seed), made, mesh))


def write_skeleton(folder: pathlib.Path, made: LoadedModel) -> None:
  """Config and tokenizer without weights, so that a workdir can be read back alone."""
  hub.export(folder, made.config, None, made.tokenizer, made.hf_config, source=_source(made), end_ids=made.end_ids)


def _source(made: LoadedModel) -> str | None:
  return made.source if pathlib.Path(made.source).is_dir() else None


def _workdir(path: pathlib.Path, dtype: str, remat: bool, mesh, ways: int) -> LoadedModel:
  """The newest checkpoint of a run, with its critic where it has one; it may be that of another mesh."""
  step = orbax.newest(path)
  if not (path / 'model').is_dir():
    raise ValueError(f'{path}/model is missing; the command that trained {path} writes it when it is given again')
  bare = hub.load(str(path / 'model'), dtype=dtype, weights=False, vocab_multiple=ways)
  config = dataclasses.replace(bare.config, **hub.read_adapters(bare.source))
  made = _assemble(config, bare.tokenizer, hub.end_ids(bare), bare.hf_config, bare.source, remat)
  saved = orbax.saved_shapes(path, step, 'params')
  then = dataclasses.replace(config, V=saved['embed'][0] if saved else config.V)
  like = _placed(jax.eval_shape(policy.make_policy(then).init, jax.random.key(0)), made.policy.dims, mesh)
  params = orbax.restore_params(path, step, like)
  made = made._replace(params=params if then == config else _fitted(lambda tree: tree, params, made, mesh))
  head = orbax.saved_shapes(path, step, 'critic_params')
  if head is None:
    return made
  critic = policy.make_critic(config, width=head['out']['bias'][0])
  like = _placed(jax.eval_shape(critic.init, jax.random.key(0)), critic.dims, mesh)
  return made._replace(critic=critic, critic_params=orbax.restore_params(path, step, like, 'critic_params'))


# --- where parameters live ------------------------------------------------------------------------


def _where(tree, dims: Mapping[str, str], mesh):
  """A sharding for each leaf: over the mesh by its letters, or without a mesh whole on the first device."""
  if mesh is not None:
    return sharding.shardings(tree, dims, mesh)
  place = jax.sharding.SingleDeviceSharding(jax.local_devices()[0])
  return jax.tree.map(lambda _: place, tree)


def _placed(shapes, dims: Mapping[str, str], mesh):
  """The same tree of shapes, each with its sharding."""
  place = lambda x, where: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=where)
  return jax.tree.map(place, shapes, _where(shapes, dims, mesh))


def _fitted(make, argument, made: LoadedModel, mesh):
  """make(argument), a tree of parameters of which the vocabulary may be padded otherwise, as `made` has them."""
  due = _placed(jax.eval_shape(made.policy.init, jax.random.key(0)), made.policy.dims, mesh)

  def fit(x, wanted):
    x = x[tuple(slice(size) for size in wanted.shape)]
    return jnp.pad(x, [(0, size - had) for had, size in zip(x.shape, wanted.shape)])

  fitted = jax.jit(
    lambda argument: jax.tree.map(fit, make(argument), due), out_shardings=jax.tree.map(lambda x: x.sharding, due)
  )
  return fitted(argument)


# --- out ------------------------------------------------------------------------------------------


def export(folder: str | pathlib.Path, made: LoadedModel, scores: dict | None = None) -> pathlib.Path:
  """A folder that transformers 4 and 5 load, with the critic beside it as critic.npz; its path.

  On several hosts all call it, unless each has the whole parameters; the first writes.
  """
  folder = pathlib.Path(folder)
  hub.export(
    folder, made.config, made.params, made.tokenizer, made.hf_config, source=_source(made), end_ids=made.end_ids,
    card=card(made, scores or {}), critic=made.critic_params,
  )  # fmt: skip
  return folder


def card(made: LoadedModel, scores: dict) -> str:
  """The model card's text: where it came from and what was measured."""
  start = pathlib.Path(made.source)
  if workdir.is_workdir(start.parent):  # the source of a run that was read back is its own folder `model`
    start = pathlib.Path(workdir.read_config(start.parent)['model'])
  lines = ['# A code model tuned with acrl_jax', '', f'Started from `{start.name}`; tuned with unit-test rewards.']
  rows = [(k, v) for k, v in scores.items() if '/pass@' in k and not k.endswith(('_lo', '_hi')) and v is not None]
  if rows:
    lines += ['', '| held-out problems | value | 95 % interval |', '|---|---|---|']
    for k, v in rows:
      lines.append(f'| {k.removeprefix("eval/")} | {v:.3f} | {scores[k + "_lo"]:.3f} to {scores[k + "_hi"]:.3f} |')
  return '\n'.join(lines) + '\n'


def run(config, path: str, dry_run: bool) -> None:
  """The job `export`; the card of a run's model says what the run last measured."""
  target = config.output or (f'{path}/export' if path else '')
  if not target:
    raise ValueError('config.output is empty; name the folder to write, as in --config.output=out/')
  export_module.check_target(pathlib.Path(target))
  made = load(config.model, dtype=config.dtype, mesh=sharding.make_mesh(**config.mesh))
  if dry_run:
    print(f'would write {target}: {made.config}, {sum(x.size for x in jax.tree.leaves(made.params)):,} parameters')
    return
  measured = pathlib.Path(config.model) / 'metrics.jsonl'
  scores = metrics.last_scores(measured) if workdir.is_workdir(config.model) and measured.is_file() else {}
  print(f'exported: {export(target, made, scores)}')
