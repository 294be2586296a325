"""apt works in folders of ours, and offers source packages; the machine's own apt is left as it is."""

import pathlib
import subprocess

from acrl_jax.datagen.corpora import apt


def test_sources_of_both_formats_offer_source_packages_too():
  one_line = '# deb x\ndeb [signed-by=/k.gpg] http://host/debian stable main\ndeb-src http://host/debian stable main\n'
  assert apt.with_sources(one_line, '.list').splitlines() == [
    '# deb x',
    'deb [signed-by=/k.gpg] http://host/debian stable main',
    'deb-src [signed-by=/k.gpg] http://host/debian stable main',
  ]
  blocks = 'Types: deb\nURIs: http://host\nSuites: stable\n\nTypes: deb-src\nURIs: http://other\n'
  assert apt.with_sources(blocks, '.sources').splitlines() == [
    'Types: deb deb-src', 'URIs: http://host', 'Suites: stable', '', 'Types: deb-src', 'URIs: http://other',
  ]  # fmt: skip


def test_apt_is_told_to_keep_its_state_with_us(tmp_path, monkeypatch):
  etc = tmp_path / 'etc'
  (etc / 'parts').mkdir(parents=True)
  (etc / 'sources.list').write_text('deb http://host stable main\n')
  (etc / 'parts' / 'more.sources').write_text('Types: deb\n')
  (etc / 'parts' / 'ignored.save').write_text('deb http://old stable main\n')
  answer = f"file='{etc}/sources.list'\nparts='{etc}/parts/'\n"
  monkeypatch.setattr(apt.subprocess, 'run', lambda *_, **__: subprocess.CompletedProcess((), 0, answer))
  apt.prepare(tmp_path / 'state')
  written = {p.name: p.read_text() for p in (tmp_path / 'state' / 'sources').iterdir()}
  assert written == {
    '000.list': 'deb http://host stable main\ndeb-src http://host stable main\n',
    '001.sources': 'Types: deb deb-src\n',
  }
  assert not apt.has_lists(tmp_path / 'state')
  command = apt.command(tmp_path / 'state', 'update')
  places = dict(word.split('=', 1) for word in command if word.startswith('Dir::'))
  assert command[-1] == 'update' and places.pop('Dir::Etc::sourcelist') == '/dev/null'
  assert len(places) == 3 and all(pathlib.Path(p).is_relative_to(tmp_path / 'state') for p in places.values())
