"""The first signal asks, the second interrupts, and the signals are given back."""

import os
import signal

import pytest

from acrl_jax.jobs.interrupt import Stop


def test_sigterm_and_the_first_sigint_ask_and_the_second_sigint_interrupts(capsys):
  before = [signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT)]
  stop = Stop()
  try:
    assert not stop.asked
    os.kill(os.getpid(), signal.SIGTERM)
    assert stop.asked and 'stopping after this step' in capsys.readouterr().out
    with pytest.raises(KeyboardInterrupt):
      os.kill(os.getpid(), signal.SIGINT)
      signal.sigtimedwait([], 1)  # the handler has run by then
  finally:
    stop.close()
  assert [signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT)] == before
