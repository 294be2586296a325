"""The actor-critic and, with equal weight, imitation of the policy's own programs that pass all tests.

Not the method of the paper: where few programs pass, most of the push on those that do is imitation.

  python -m acrl_jax.main --config=configs/ac_ce.py[:cpu|:tiny] --workdir=runs/ac_ce
"""

from acrl_jax.config import default


def get_config(size: str = ''):
  config = default(size)
  config.algorithm = dict(
    name='ac', discount=1.0, entropy_cost=0.0, ce_cost=1.0, kl_cost=0.0, ratio_clip=1.0, normalize=False,
    aggregation='token', horizon=config.rollout.get_ref('max_new_tokens'),
  )  # fmt: skip
  return config
