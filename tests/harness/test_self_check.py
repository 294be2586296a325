"""Each layer of protection is shown to hold, and to be what holds."""

import pytest

from acrl_jax.harness import __main__ as cli
from acrl_jax.harness import self_check

# What each layer stops by itself; nothing else stops all of it.
STOPPED_BY = {
  'namespaces': {'read a file outside', 'change the mode of a file', 'TCP', 'UDP', 'see other processes'},
  'landlock': {'read a file outside', 'write a file outside', 'make a file outside', 'list a folder', 'TCP'},
  'seccomp': {'fork', 'start a program', 'signal the parent', 'trace the parent', 'set limits', 'make a namespace'},
}


@pytest.fixture(scope='module')
def found():
  return {column.name: column for column in self_check.columns()}


def test_with_all_layers_nothing_gets_through(found):
  assert found['all'].open == frozenset()


def test_without_any_the_attacks_work(found):
  assert set().union(*STOPPED_BY.values()) <= found['none'].open
  assert found['none'].level == 'E' and found['none'].layers == ()


@pytest.mark.parametrize('layer', STOPPED_BY)
def test_each_layer_stops_its_own(found, layer):
  if found[layer].layers != (layer,):
    pytest.skip(f'no {layer} on this machine')
  assert not found[layer].open & STOPPED_BY[layer]
  assert found[layer].open and found[layer].level in 'DE'


def test_limits_and_verdicts_hold_without_any_layer(found):
  always = {'take 1 GB of memory', 'run for ever', 'hang in C', 'end the process', 'return what equals all'}
  assert not found['none'].open & always


def test_the_table_is_printed(found, monkeypatch, capsys):
  monkeypatch.setattr(self_check, 'columns', lambda: list(found.values()))
  assert cli.main(['--check']) == 0
  out = capsys.readouterr().out.splitlines()
  assert out[0].split() == ['all', 'namespaces', 'landlock', 'seccomp', 'none']
  assert next(row for row in out if row.startswith('fork')).split()[1] == 'held'
  assert out[-2].startswith(f'level {found["all"].level}: ') and out[-1] == 'nothing gets through'
  broken = found['all']._replace(open=frozenset({'fork'}))
  monkeypatch.setattr(self_check, 'columns', lambda: [broken, *list(found.values())[1:]])
  assert cli.main(['--check']) == 1
  assert capsys.readouterr().out.splitlines()[-1] == 'open: fork'
