"""The pool that the tests of a lane's parts judge by."""

import pytest

from acrl_jax.harness import Limits, Pool


@pytest.fixture(scope='package')
def pool():
  with Pool(1, Limits(wall_s=4.0)) as pool:
    yield pool
