"""Every key of every job, its default and what it means; nothing else decides a default.

A file in `configs/` starts from `default()`, or from `generation()` for the job `data`, and states its differences.
Sizes are in rows, tokens, seconds or MiB, as named.
"""

from __future__ import annotations

from ml_collections import ConfigDict


def default(size: str = '') -> ConfigDict:
  """The config of the main job: sized for one accelerator, for two CPU cores ('cpu') or for a first look ('tiny')."""
  if size not in SIZES:
    raise ValueError(f'no size {size!r}; a config file takes {", ".join(map(repr, SIZES))}')
  c = ConfigDict()
  c.job = 'train'  # train | evaluate | export
  c.seed = 0
  c.model = 'smollm2'  # smollm2 | scratch | a Hugging Face folder | a GGUF file | a workdir | a hub id
  c.output = ''  # the folder that the job `export` writes; '' for WORKDIR/export
  c.problems = 'primer'  # what the job `evaluate` solves
  c.split = 'test'  # the split of `problems` that `evaluate` solves

  c.dtype = 'bfloat16'  # of the computation; parameters and optimiser states are float32
  c.lora = ConfigDict(
    dict(
      rank=0,  # of the adapters that are trained in the place of the parameters (models/adapters.py); 0 means none
      targets=('q', 'k', 'v', 'o', 'up', 'gate', 'down'),  # the linear maps that get one, where a layer has them
      alpha=16.0,  # what an adapter adds is scaled by alpha / rank
    )
  )
  c.remat = False  # recompute activations in the backward pass: less memory, a third more time
  c.mesh = ConfigDict(dict(data=-1, fsdp=1, tensor=1))  # devices along each axis; one of them may be -1, the rest
  c.hosts = ConfigDict(  # the same command on each of them, but for its index
    dict(
      count=1,
      index=0,
      coordinator='',  # ADDRESS:PORT of host 0, which also uses the next port; 'auto' on TPU VMs and under SLURM
      wait_s=60,  # how long those that came wait for the others
    )
  )
  c.scratch = ConfigDict(
    dict(width=128, layers=4, heads=4, kv_heads=4, mlp=384, vocab=512)  # the decoder of model='scratch'
  )

  # primer | synthetic:SEED | humaneval | mbpp:PATH | shards:DIR, or several: shards:A@2,primer@1 (data/sources.py);
  # max_problems is of each, 0 means all of the split
  c.data = ConfigDict(dict(train='primer', heldout='primer', heldout_split='test', max_problems=0))
  c.prompt = ConfigDict(
    dict(
      template='auto',  # chat where the tokenizer has a chat template, else base
      system='',  # system message of the chat template; '' for the template's own
      lengths=(64, 96, 128, 192, 256, 384, 512),  # columns that prompts are left-padded to
    )
  )
  c.rollout = ConfigDict(
    dict(
      problems=64,  # problems per step
      samples=8,  # programs per problem
      overlap=False,  # sample the next step's programs while this step's are judged: they are one policy old (ahead.py)
      keep=0,  # programs a step that are learned from, those that tell most (rollout.telling); 0 means all
      max_new_tokens=256,
      temperature=1.0,
      top_p=1.0,  # below 1 the learner sees the truncated distribution's log-probs as behaviour
    )
  )
  c.harness = ConfigDict(
    dict(
      workers=0,  # lanes that judge programs; 0 means one a core
      wall_s=5.0,  # of one program, all its tests together
      memory_mb=512,
      allow=(),  # 'fs', 'network' or 'unsafe': what may stay open where the kernel cannot close it
    )
  )
  c.feedback = 'partial_credit'  # partial_credit | sparse_complete | pass_share | binary | outcome | rltf | stepcoder

  c.algorithm = ConfigDict(dict(name='ac'))  # name and the arguments of its factory in acrl_jax/algorithms
  c.critic = ConfigDict(
    dict(
      mode='online',  # online | frozen (trained for pretrain_steps, then fixed) | none
      learning_rate=1e-4,
      updates=1,  # critic updates per actor update
      pretrain_steps=0,  # rollouts that train the critic alone before the actor moves
    )
  )
  c.replay = ConfigDict(
    dict(
      enabled=True,
      share=0.5,  # of each update's rows
      capacity=6400,
      per_problem=32,
      unparsable_share=0.25,
      max_staleness=50,  # learner steps
    )
  )
  c.optimizer = ConfigDict(
    dict(
      learning_rate=2e-6,
      schedule='constant',  # constant | cosine | linear
      warmup_steps=10,
      weight_decay=0.0,
      clip_norm=1.0,
      b1=0.9,
      b2=0.95,
    )
  )
  c.steps = 200  # learner steps after the warm start
  c.updates = 1  # actor updates per rollout, each over an equal share of its rows
  c.microbatch = 0  # rows per forward and backward pass; 0 means all of an update's
  c.warm_start = ConfigDict(  # supervised steps on reference solutions before the reinforcement learning
    dict(steps=0, rows=64, learning_rate=2e-5)
  )
  c.nonfinite_limit = 5  # consecutive non-finite updates that stop the run

  c.eval = ConfigDict(
    dict(
      every=20,  # learner steps; 0 means never; the start and the end are evaluated too where it is not 0
      problems=0,  # of the held-out split; 0 means all
      samples=8,
      temperature=0.8,  # 0 means greedy, one sample
      top_p=0.95,
      k=(1,),
      rows=256,  # programs generated at a time
    )
  )
  c.checkpoint = ConfigDict(dict(every=20, keep=2))  # learner steps
  c.log = ConfigDict(dict(samples_every=10, samples=8, tensorboard=True, wandb=False))
  c.export_at_end = True  # write WORKDIR/export when the training ends
  SIZES[size](c)
  return c


def generation() -> ConfigDict:
  """The config of the job `data`, which makes problems from source code."""
  c = ConfigDict()
  c.job = 'data'
  c.seed = 0
  c.generate = ConfigDict(
    dict(
      corpora=(),  # names in acrl_jax/datagen/corpora.py; those that cannot be had are left out
      cache='',  # the folder of their files; '' for ~/.cache/acrl_jax/corpora
      max_functions=0,  # of each corpus; 0 means all
      part=200,  # functions in a part: what is lost at most, for each worker, when a build is cut off
      engine='local',  # local | ray: the cores of this machine, or those of a Ray cluster
      workers=0,  # processes, or Ray actors; 0 means one a core
    )
  )
  c.generate.limits = ConfigDict(  # of one function
    dict(
      first_inputs=40,  # a look at it, which turns most of the useless ones away
      most_inputs=160,
      more_inputs=240,  # aimed at the mutants that survived
      most_cases=96,  # that mutants are run on
      most_mutants=60,
    )
  )
  c.generate.bars = ConfigDict(  # of a problem that is kept
    dict(
      mutation_score=0.8,  # killed of covered mutants
      mutants=5,  # covered, at least
      branch_coverage=0.8,
      trivial_best=0.7,  # the largest share of tests that a trivial program may pass
      trivial_bool=0.6,  # the same where results are True or False
      fewest_tests=5,
      most_tests=12,
    )
  )
  return c


def _accelerator(c: ConfigDict) -> None:
  """SmolLM2-135M on 64 problems x 8 programs a step."""
  c.remat = True
  c.microbatch = 64


def _cpu(c: ConfigDict) -> None:
  """SmolLM2-135M in about a quarter of an hour on two cores.

  An update costs five times what the programs that it reads cost to sample: of 96 programs a step 24 are learned from.
  """
  c.dtype = 'float32'
  c.prompt.lengths = (152, 256, 384)  # the longest of the primer has 150 tokens: one compiled program for all
  c.rollout.update(problems=12, samples=8, keep=24, max_new_tokens=64, temperature=0.8)
  c.warm_start.update(rows=24, learning_rate=1e-4)
  c.steps = 10
  c.microbatch = 12  # its activations fit 16 GiB; recomputing them (remat) would save memory and no time
  c.optimizer.update(learning_rate=3e-5, schedule='linear', warmup_steps=1)
  c.critic.update(learning_rate=5e-4, updates=4)
  c.replay.enabled = False  # ten steps leave nothing to repeat
  c.eval.update(every=100, samples=2, rows=52)
  c.checkpoint.every = 4
  c.log.samples_every = 2


def _tiny(c: ConfigDict) -> None:
  """A decoder of half a million parameters, from nothing, on problems out of a grammar: ten minutes on one core."""
  c.model = 'scratch'
  c.dtype = 'float32'
  c.scratch.update(width=96, mlp=288, vocab=640)
  c.data.update(train='synthetic:0', heldout='synthetic:0')
  c.prompt.lengths = (40, 48, 64)
  c.rollout.update(problems=32, samples=2, max_new_tokens=56)
  c.warm_start.update(steps=240, rows=64, learning_rate=3e-3)
  c.steps = 200
  c.optimizer.update(learning_rate=5e-4, warmup_steps=10)
  c.critic.update(learning_rate=3e-3, updates=4, pretrain_steps=5)
  c.replay.share = 0.25
  c.eval.update(every=100, temperature=0.0, samples=1, rows=300)
  c.checkpoint.every = 100
  c.log.samples_every = 50


SIZES = {'': _accelerator, 'cpu': _cpu, 'tiny': _tiny}
