"""The main job: the actor-critic of arXiv 2310.13669 on unit tests.

  python -m acrl_jax.main --config=configs/ac.py      --workdir=runs/ac    one accelerator: 64 problems x 8 programs
  python -m acrl_jax.main --config=configs/ac.py:cpu  --workdir=runs/cpu   SmolLM2 on the primer, sized for two cores
  python -m acrl_jax.main --config=configs/ac.py:tiny --workdir=runs/tiny  a small decoder from nothing, ten minutes

The policy gradient alone: with ce_cost above 0 the policy's own successes are imitated as well, which is another method
(configs/ac_ce.py).
"""

from acrl_jax.config import default


def get_config(size: str = ''):
  config = default(size)
  config.algorithm = dict(
    name='ac', discount=1.0, entropy_cost=0.0, ce_cost=0.0, kl_cost=0.0, ratio_clip=1.0, normalize=False,
    aggregation='token', horizon=config.rollout.get_ref('max_new_tokens'),
  )  # fmt: skip
  return config
