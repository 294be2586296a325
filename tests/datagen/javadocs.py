"""Javadoc comments of a method, and what is read out of them."""

import pytest

from acrl_jax.datagen.java import javadoc
from acrl_jax.datagen.records import Parameter, Reject, Type

INT, TEXT = Type('int', (), 'int'), Type('str', (), 'String')
LIST, BYTES = Type('list', (INT,), 'int[]'), Type('bytes', (), 'byte[]')


def read(comment, *parameters, returns=TEXT, name='cutOff', variadic=False, **constants):
  parameters = tuple(Parameter(n, t, t.source, t.source) for n, t in parameters)
  return javadoc.parse(f'/** {comment} */', javadoc.Documented(name, parameters, returns, variadic, constants))


def summary(comment, *parameters, **more):
  return read(comment, *parameters, **more).summary


def reason(comment, *parameters, **more):
  with pytest.raises(Reject) as caught:
    read(comment, *parameters, **more)
  assert caught.value.stage == 'extract'
  return caught.value.reason, caught.value.detail
