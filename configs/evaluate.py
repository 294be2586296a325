"""pass@k of a model on problems with tests, with a bootstrap interval over the problems.

  python -m acrl_jax.main --config=configs/evaluate.py --config.model=runs/ac --config.problems=humaneval \\
    --workdir=runs/eval
"""

from acrl_jax.config import default


def get_config():
  config = default()
  config.job = 'evaluate'
  config.dtype = 'float32'
  config.rollout.max_new_tokens = 256
  config.eval.update(samples=10, k=(1, 10), rows=64)
  return config
