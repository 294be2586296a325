"""The public way in and out: `load` a model from anywhere, `export` a Hugging Face folder; and the job `export`."""

from __future__ import annotations

import pathlib
from typing import Any, NamedTuple

import jax

from acrl_jax import checkpoint, policy, workdir
from acrl_jax.convert import hub
from acrl_jax.data import completions
from acrl_jax.generate import stop_table
from acrl_jax.models.decoder import DecoderConfig
from acrl_jax.records import Critic, Policy


class Loaded(NamedTuple):
  """A model ready to run."""

  config: DecoderConfig
  params: Any
  tokenizer: Any  # a transformers tokenizer, None where the folder has none
  policy: Policy
  end_ids: tuple[int, ...]  # any of these ends a text
  pad_id: int
  hf_config: dict
  source: str  # the folder it came from
  critic: Critic | None = None
  critic_params: Any = None


def load(
  spec: str, *, dtype: str = 'float32', remat: bool = False, scratch=None, seed: int = 0, train: str = ''
) -> Loaded:
  """The model that `spec` names: smollm2, a Hugging Face folder, a workdir of ours, a hub id, or 'scratch'.

  'scratch' is a decoder of the sizes in `scratch` (config.scratch) with fresh parameters and a tokenizer trained on the
  source `train`. ValueError in one line when there is no such model or its files are damaged.
  """
  if spec == 'scratch':
    return _scratch(scratch, dtype, remat, seed, train)
  if workdir.is_workdir(spec):
    return _workdir(pathlib.Path(spec), dtype, remat)
  made = hub.load(spec, dtype=dtype)
  return _assemble(made.config, made.params, made.tokenizer, hub.end_ids(made), made.hf_config, made.source, remat)


def _assemble(config, params, tokenizer, end_ids, hf_config, source, remat) -> Loaded:
  pad, stop, vocab = 0, None, None
  if tokenizer is not None:
    pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else end_ids[0]
    completions.check(tokenizer)
    stop = stop_table(completions.token_texts(tokenizer))
    vocab = min(len(tokenizer), config.V)
  made = policy.make_policy(config, remat=remat, end_ids=end_ids, pad_id=pad, stop=stop, vocab=vocab)
  return Loaded(
    config=config, params=params, tokenizer=tokenizer, policy=made, end_ids=tuple(end_ids), pad_id=pad,
    hf_config=hf_config, source=str(source),
  )  # fmt: skip


def _scratch(sizes, dtype: str, remat: bool, seed: int, train: str) -> Loaded:
  """A small Llama with fresh parameters; its tokenizer is trained on the programs of the source `train`."""
  from acrl_jax.data import bpe, sources

  if sizes is None:
    raise ValueError(
      "model='scratch' needs sizes: config.scratch=dict(width=, layers=, heads=, kv_heads=, mlp=, vocab=)"
    )
  if sizes.width % sizes.heads or sizes.heads % sizes.kv_heads:
    told = f'config.scratch: heads={sizes.heads} must divide width={sizes.width}'
    raise ValueError(f'{told}, and kv_heads={sizes.kv_heads} must divide heads')
  tokenizer = bpe.train(sources.load(train, 'train'), sizes.vocab)
  config = DecoderConfig(
    V=len(tokenizer), D=sizes.width, N=sizes.heads, K=sizes.kv_heads, H=sizes.width // sizes.heads, F=sizes.mlp,
    layers=sizes.layers, max_length=1024, dtype=dtype,
  )  # fmt: skip
  hf_config = hub.to_hf_config(config) | {'eos_token_id': tokenizer.eos_token_id, 'bos_token_id': None}
  made = _assemble(config, None, tokenizer, (tokenizer.eos_token_id,), hf_config, 'scratch', remat)
  return made._replace(params=jax.jit(made.policy.init)(jax.random.key(seed)))


def write_skeleton(folder: pathlib.Path, made: Loaded) -> None:
  """Config and tokenizer without weights, so that a workdir can be read back alone."""
  hub.export(folder, made.config, None, made.tokenizer, made.hf_config, source=_source(made), end_ids=made.end_ids)


def _source(made: Loaded) -> str | None:
  return made.source if pathlib.Path(made.source).is_dir() else None


def _workdir(path: pathlib.Path, dtype: str, remat: bool) -> Loaded:
  """The newest checkpoint of a run, with its critic where it has one."""
  step = checkpoint.newest(path)
  if not (path / 'model').is_dir():
    raise ValueError(f'{path}/model is missing; the command that trained {path} writes it when it is given again')
  bare = hub.load(str(path / 'model'), dtype=dtype, weights=False)
  made = _assemble(bare.config, None, bare.tokenizer, hub.end_ids(bare), bare.hf_config, path / 'model', remat)
  shapes = jax.eval_shape(made.policy.init, jax.random.key(0))
  made = made._replace(params=checkpoint.restore_params(path, step, on_one_device(shapes)))
  head = checkpoint.saved_shapes(path, step, 'critic_params')
  if head is None:
    return made
  critic = policy.make_critic(bare.config, width=head['out']['bias'][0])
  like = on_one_device(jax.eval_shape(critic.init, jax.random.key(0)))
  return made._replace(critic=critic, critic_params=checkpoint.restore_params(path, step, like, 'critic_params'))


def on_one_device(shapes):
  """The same tree of shapes, each placed whole on the first device."""
  place = jax.sharding.SingleDeviceSharding(jax.devices()[0])
  return jax.tree.map(lambda x: jax.ShapeDtypeStruct(x.shape, x.dtype, sharding=place), shapes)


def export(folder: str | pathlib.Path, made: Loaded, scores: dict | None = None) -> pathlib.Path:
  """A folder that transformers 4 and 5 load, with the critic beside it as critic.npz; its path."""
  params = jax.device_get(made.params)
  folder = pathlib.Path(folder)
  critic = jax.device_get(made.critic_params) if made.critic_params is not None else None
  hub.export(
    folder, made.config, params, made.tokenizer, made.hf_config, source=_source(made), end_ids=made.end_ids,
    card=card(made, scores or {}), critic=critic,
  )  # fmt: skip
  return folder


def card(made: Loaded, scores: dict) -> str:
  """The model card's text: where it came from and what was measured."""
  start = pathlib.Path(made.source).name
  lines = ['# A code model tuned with acrl_jax', '', f'Started from `{start}`; tuned with unit-test rewards.']
  rows = [(k, v) for k, v in scores.items() if '/pass@' in k and not k.endswith(('_lo', '_hi'))]
  if rows:
    lines += ['', '| held-out problems | value | 95 % interval |', '|---|---|---|']
    for k, v in rows:
      lines.append(f'| {k.removeprefix("eval/")} | {v:.3f} | {scores[k + "_lo"]:.3f} to {scores[k + "_hi"]:.3f} |')
  return '\n'.join(lines) + '\n'


def run(config, path: str, dry_run: bool) -> None:
  """The job `export`."""
  target = config.output or (f'{path}/export' if path else '')
  if not target:
    raise ValueError('config.output is empty; name the folder to write, as in --config.output=out/')
  hub.check_target(pathlib.Path(target))
  made = load(config.model, dtype=config.dtype)
  if dry_run:
    print(f'would write {target}: {made.config}, {sum(x.size for x in jax.tree.leaves(made.params)):,} parameters')
    return
  print(f'exported: {export(target, made)}')
