"""Where things are kept that can be made again."""

import pathlib

from acrl_jax.run import cache_dir


def test_the_cache_is_where_the_environment_says_and_else_in_the_home(monkeypatch):
  monkeypatch.setenv('ACRL_CACHE', '~/elsewhere')
  assert cache_dir.path() == pathlib.Path.home() / 'elsewhere'
  monkeypatch.setenv('ACRL_CACHE', '')
  assert cache_dir.path() == pathlib.Path.home() / '.cache' / 'acrl_jax'
