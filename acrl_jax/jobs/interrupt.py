"""Signals that ask a run to stop."""

from __future__ import annotations

import signal


class Stop:
  """Turns SIGTERM and the first SIGINT into a wish to stop after the step, so that a checkpoint is written."""

  def __init__(self):
    self.asked = False
    self.old = {s: signal.signal(s, self._ask) for s in (signal.SIGTERM, signal.SIGINT)}

  def _ask(self, number, frame):
    if self.asked and number == signal.SIGINT:
      raise KeyboardInterrupt
    self.asked = True
    print('\nstopping after this step; once more to stop at once', flush=True)

  def close(self) -> None:
    """Gives the signals back."""
    for number, handler in self.old.items():
      signal.signal(number, handler)
