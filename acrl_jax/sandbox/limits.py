"""What a program may use."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
  """What one program may use, all of its tests together."""

  wall_s: float = 5.0  # from the first test to the last, less what it waits for a processor; at most four times that
  per_test_s: float | None = None  # None: half of what is left of wall_s, all of it for the last test
  cpu_s: float | None = None  # of each of its processes, threads added up; None: wall_s
  memory_mb: int = 512  # of address space, on top of the interpreter's own
  scratch_mb: int = 64  # of files in its working folder
  output_kb: int = 1024  # of standard output per test
  float_tolerance: float = 0.0  # relative and absolute, where a test has an `expected` value; 0.0: exact; else 2 is 2.0
  lines: bool = True  # report the lines that were executed


def check_limits(limits: Limits) -> None:
  """Raises ValueError for a limit that no program could keep to."""
  for name, value in limits._asdict().items():
    may_be_zero = name in ('float_tolerance', 'lines')
    if value is not None and not (value >= 0 if may_be_zero else value > 0):
      raise ValueError(f'limit {name} is {value}; it must be {"at least 0" if may_be_zero else "above 0"}')
