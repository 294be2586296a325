"""Our own problems in their splits."""

from acrl_jax.data import sources


def test_the_splits_of_the_primer_are_its_parts():
  parts = {split: sources.load('primer', split) for split in sources.SPLITS}
  whole = sources.load('primer', None)
  assert sorted(p.id for part in parts.values() for p in part) == sorted(p.id for p in whole)
  assert len(parts['train']) > len(parts['test']) > len(parts['validation']) > 0
  assert all(p.source == 'primer' and p.solution.startswith(p.prompt) and p.tests for p in whole)
