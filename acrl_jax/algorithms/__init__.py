"""RL algorithms: from rewards to advantages and losses, pure functions of [B, T] arrays; one file each."""

from acrl_jax.algorithms.ac import ac
from acrl_jax.algorithms.rest import rest

ALGORITHMS = {'ac': ac, 'rest': rest}
