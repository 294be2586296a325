"""A Hugging Face folder of a trained model, for transformers 4 and 5.

  python -m acrl_jax.main --config=configs/export.py --config.model=runs/ac --config.output=out/
"""

from acrl_jax.config import default


def get_config():
  config = default()
  config.job = 'export'
  config.dtype = 'float32'
  return config
