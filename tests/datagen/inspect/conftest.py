"""A small finished build to look into."""

import builds
import fakes
import pytest
from inspected import NAMES

from acrl_jax.datagen.build import build
from acrl_jax.datagen.build.pipeline import Settings
from acrl_jax.datagen.output import report


@pytest.fixture
def make(tmp_path, monkeypatch):
  """Builds a folder of functions with some behaviours."""

  def make(**behaviours):
    (tmp_path / 'c').mkdir()
    (tmp_path / 'c' / 'functions.txt').write_text('\n'.join(f'{n} {behaviours.get(n, "")}' for n in NAMES))
    (tmp_path / 'out').mkdir()
    sources = [(fakes.fetched(tmp_path / 'c'), fakes.FRONT)]
    monkeypatch.setattr(build, 'make_engine', lambda name: builds.in_process)
    monkeypatch.setattr(report, 'plots', lambda *_: None)
    monkeypatch.setattr(build, 'open_corpora', lambda names, *_: [s for s in sources if s[0].name in names])
    options = build.Options(engine='local', workers=1, part=100, max_functions=0)
    build.build(tmp_path / 'out', sources, Settings(), options, lambda _: None)
    return tmp_path / 'out'

  return make
