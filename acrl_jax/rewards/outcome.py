"""The reward of CodeRL: four levels, by what became of the program."""

from __future__ import annotations

import numpy as np

from acrl_jax.records import Feedback, TestReport
from acrl_jax.rewards import levels, token_credit


def outcome(report: TestReport, token_lines: np.ndarray) -> Feedback:
  """-1 does not compile, -0.6 crashes, -0.3 fails a test, 1 passes all (arXiv 2207.01780)."""
  return token_credit.to_feedback(report, levels.LEVELS[report.outcome], token_lines)
