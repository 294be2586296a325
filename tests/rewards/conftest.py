"""The pool that programs are judged by in the tests of rewards."""

import pytest

from acrl_jax.harness import Limits, Pool


@pytest.fixture(scope='package')
def pool():
  with Pool(1, Limits(wall_s=3.0)) as pool:
    yield pool
