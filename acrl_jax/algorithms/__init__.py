"""How numbers become gradients: one file a method, pure functions of [B, T] arrays."""

from acrl_jax.algorithms.ac import ac
from acrl_jax.algorithms.rest import rest

ALGORITHMS = {'ac': ac, 'rest': rest}
