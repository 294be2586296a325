"""The tables of system calls: one number a call and a machine, and no call on two lists that contradict each other."""

import pytest

from acrl_jax.sandbox import syscalls

LISTS = {name: getattr(syscalls, name) for name in ('FREE', 'CHECKED', 'PARENT', 'METADATA', 'SETUP')}


@pytest.mark.parametrize('machine, getpid', [('x86_64', 39), ('aarch64', 172)])
def test_no_two_calls_of_a_machine_share_a_number(monkeypatch, machine, getpid):
  monkeypatch.setattr(syscalls, 'MACHINE', machine)
  numbers = [n for table in LISTS.values() for n in syscalls.numbers(table).values()]
  assert len(set(numbers)) == len(numbers) and syscalls.numbers(syscalls.FREE)['getpid'] == getpid
  assert machine in syscalls.AUDIT


def test_a_call_that_a_machine_lacks_has_no_number_there(monkeypatch):
  monkeypatch.setattr(syscalls, 'MACHINE', 'aarch64')
  assert 'open' not in syscalls.numbers(syscalls.FREE) and syscalls.numbers(syscalls.PARENT) == {'setrlimit': 164}


def test_what_changes_a_file_system_is_free_elsewhere(monkeypatch):
  monkeypatch.setattr(syscalls, 'MACHINE', 'x86_64')
  assert set(syscalls.CHANGES) <= set(syscalls.numbers(syscalls.FREE))
