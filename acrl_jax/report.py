"""python -m acrl_jax.report WORKDIR: what a training run changed, in a screen of text and plots/."""

import sys

from acrl_jax.jobs.report import main

if __name__ == '__main__':
  sys.exit(main(sys.argv))
