"""Where things are kept that can be made or fetched again."""

from __future__ import annotations

import os
import pathlib


def path() -> pathlib.Path:
  """$ACRL_CACHE, else ~/.cache/acrl_jax; it need not exist."""
  return pathlib.Path(os.environ.get('ACRL_CACHE') or '~/.cache/acrl_jax').expanduser()
