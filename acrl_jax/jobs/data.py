"""The job `data`: problems with unit tests out of source code; needs no JAX."""

from __future__ import annotations

import datetime
import json

from ml_collections import ConfigDict

from acrl_jax import config as keys
from acrl_jax.datagen.build import build, pipeline, work
from acrl_jax.datagen.cases.bars import Bars
from acrl_jax.run import workdir


def run(config: ConfigDict, path: str, dry: bool) -> None:
  """Shards in the folder `path`; ValueError when it cannot begin. `dry`: what there is to do is printed."""
  generate, settings = config.generate, make_settings(config)
  build.make_engine(generate.engine)  # one that is not installed is refused before any download
  sources = build.open_corpora(generate.corpora, build.corpora_folder(generate.cache))
  if dry:
    tasks, rejects = build.plan(sources, settings, generate.part, generate.max_functions)
    print(f'{sum(len(t.functions) for t in tasks)} functions in {len(tasks)} parts, {len(rejects)} screened out')
    return
  flat = json.loads(json.dumps(keys.flat(config)))
  folder = workdir.begin(path, flat)
  workdir.describe(folder, flat, datetime.datetime.now(datetime.timezone.utc).isoformat())
  try:
    build.build(folder, sources, settings, make_options(config))
  except OSError as error:
    if error.errno not in work.FULL:
      raise
    way = 'make room and give the same command again; it goes on from its last part'
    raise ValueError(f'{error}: the disk is full; {way}') from error


def make_settings(config: ConfigDict) -> pipeline.Settings:
  """How much is tried, and how good the outcome has to be; ValueError names a limit or a bar that there is not."""
  for name, value in keys.flat(config.generate, 'generate.').items():
    keys.check_value(name, value)
  return pipeline.Settings(**config.generate.limits, bars=Bars(**config.generate.bars), seed=config.seed)


def make_options(config: ConfigDict) -> build.Options:
  """How the build is cut up and spread."""
  generate = config.generate
  return build.Options(
    engine=generate.engine, workers=generate.workers, part=generate.part, max_functions=generate.max_functions
  )
