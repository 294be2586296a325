"""Ports for hosts to meet at."""

import socket


def free_port():
  """A port that is free, as is the next."""
  while True:
    with socket.socket() as one, socket.socket() as other:
      one.bind(('', 0))
      try:
        other.bind(('', one.getsockname()[1] + 1))
      except OSError:
        continue
      return one.getsockname()[1]
