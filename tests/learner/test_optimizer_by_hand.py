"""The optimiser against AdamW as its paper has it, and the schedule against numbers worked out by hand."""

import loop
import numpy as np
import pytest
import twin

# Stacked norms and biases have two axes as well: only the name tells what decays. Adapters are trained alone.
WHOLE = dict(kernel=(2, 4, 3), bias=(2, 3), scale=(2, 4), embed=(5, 4), head=(4, 5), pos=(6, 4))
ADAPTERS = dict(lora_a=(4, 2), lora_b=(2, 3))
LEAVES = pytest.mark.parametrize('shapes', [WHOLE, ADAPTERS], ids=['whole', 'adapters'])


def trees(shapes, count, scale=1.0):
  draw = np.random.default_rng(0).normal
  return [{'layer': {name: (scale * draw(size=shape)).astype(np.float32) for name, shape in shapes.items()}}
          for _ in range(count)]  # fmt: skip


@LEAVES
@pytest.mark.parametrize('scale', [0.01, 10.0], ids=['no gradient clipped', 'every gradient clipped'])
@pytest.mark.parametrize('schedule', ['linear', 'cosine'])
def test_updates_are_those_of_adamw_with_decay_on_what_multiplies_alone(shapes, schedule, scale):
  params, gradients = trees(shapes, 1)[0], trees(shapes, 7, scale)
  settings = dict(learning_rate=0.1, warmup_steps=2, schedule=schedule, total_steps=7)
  found, _ = loop.adamw(params, gradients, weight_decay=0.3, clip_norm=1.0, **settings)
  slow = twin.AdamW(lambda n: twin.rate(n, 0.1, 2, schedule, 7), clip=1.0, decay=0.3)
  due = params
  for got, gradient in zip(found, gradients):
    due = slow.update(due, gradient)
    for name in shapes:
      np.testing.assert_allclose(got['layer'][name], due['layer'][name], rtol=1e-5, atol=2e-6, err_msg=name)


@LEAVES
def test_without_a_gradient_matrices_decay_and_nothing_else_moves(shapes):
  (params,) = trees(shapes, 1)
  still = {'layer': {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}}
  (found,), _ = loop.adamw(params, [still], learning_rate=0.1, weight_decay=0.5)
  for name, got in found['layer'].items():
    before = params['layer'][name]
    due = before if name in ('bias', 'scale') else before * (1 - 0.1 * 0.5)
    np.testing.assert_allclose(got, due, rtol=1e-6, err_msg=name)


@pytest.mark.parametrize(
  ('settings', 'due'),
  [
    (dict(), [6, 6, 6, 6, 6, 6, 6]),
    (dict(warmup_steps=2), [2, 4, 6, 6, 6, 6, 6]),
    (dict(schedule='linear', total_steps=6), [6, 5, 4, 3, 2, 1, 0]),
    (dict(schedule='linear', total_steps=6, warmup_steps=2), [2, 4, 6, 4.5, 3, 1.5, 0]),
    (dict(schedule='cosine', total_steps=6, warmup_steps=2), [2, 4, 6, 5.12132, 3, 0.87868, 0]),
  ],
)
def test_the_rate_rises_over_the_warm_up_and_falls_over_what_is_left(settings, due):
  params, *gradients = trees(ADAPTERS, 8)
  _, rates = loop.adamw(params, gradients, learning_rate=6.0, **settings)
  np.testing.assert_allclose(rates, due, atol=1e-5)
