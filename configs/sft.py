"""Supervised fine-tuning (CLM) on reference solutions: the warm start alone, the baseline to beat.

  python -m acrl_jax.main --config=configs/sft.py[:cpu|:tiny] --workdir=runs/sft
"""

from acrl_jax.config import default


def get_config(size: str = ''):
  config = default(size)
  config.warm_start.steps += config.steps
  config.steps = config.critic.pretrain_steps = 0
  return config
