"""On-policy imitation: the likelihood of the policy's own programs that pass all tests, and nothing else.

What a policy gradient has to beat: no critic, no baseline, no wrong program has a say.

  python -m acrl_jax.main --config=configs/imitation.py[:cpu|:tiny] --workdir=runs/imitation
"""

from acrl_jax.config import default


def get_config(size: str = ''):
  config = default(size)
  config.reward = 'binary'  # 1 where all tests passed
  config.algorithm = dict(name='rest', threshold=0.5)
  config.critic.update(mode='none', pretrain_steps=0)
  return config
