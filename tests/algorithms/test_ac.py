"""The actor-critic's targets and losses: by hand, against a slow twin, and by identities."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from rollouts import make, random_case, scores

from acrl_jax.algorithms import ac
from acrl_jax.records import Estimates, Outcome, Targets, TokenScores


def test_two_rows_by_hand():
  # Row 0: reward 1 on two actions (columns 1, 2); values .5 and .25 -> advantages .5, .75.
  # Row 1: reward -1 on one action (column 1); value 0 -> advantage -1.
  # log pi = log mu everywhere, so w = 1.  L = -(.5 * -1 + .75 * -2 + -1 * -3) / 3 = -(1 / 3)
  rollout = make(actions=[[0, 1, 1, 0], [0, 1, 0, 0]], reward=[1, -1], log_probs=[[0, -1, -2, 0], [0, -3, 0, 0]])
  values = np.asarray([[0, 0.5, 0.25, 9], [9, 0, 9, 9]], np.float32)[..., None]
  algorithm = ac()
  targets = algorithm.targets(rollout, Estimates(values=values))
  np.testing.assert_allclose(targets.advantages, [[0, 0.5, 0.75, 0], [0, -1, 0, 0]])
  np.testing.assert_allclose(targets.returns, [[0, 1, 1, 0], [0, -1, 0, 0]])
  loss, metrics = algorithm.actor_loss(scores([[-5, -1, -2, -5], [-5, -3, -5, -5]]), rollout, targets)
  np.testing.assert_allclose(loss, -1 / 3, rtol=1e-6)
  np.testing.assert_allclose(metrics['ratio_mean'], 1)
  # critic: 1/2 mean of (.5^2, .75^2, 1^2)
  loss, _ = algorithm.critic_loss(values, rollout, targets)
  np.testing.assert_allclose(loss, 0.5 * (0.25 + 0.5625 + 1) / 3, rtol=1e-6)


@pytest.mark.parametrize('seed', range(4))
def test_the_losses_equal_a_slow_twin(seed):
  rollout, estimates, scored = random_case(seed)
  algorithm = ac(discount=0.9, entropy_cost=0.1, ratio_clip=1.0)
  targets = algorithm.targets(rollout, estimates)
  loss, _ = algorithm.actor_loss(scored, rollout, targets)
  critic_loss, _ = algorithm.critic_loss(estimates.values, rollout, targets)
  B, T = rollout.actions.shape
  pg = entropy = total = 0.0
  errors = []  # of all that was judged, whatever its credit
  for b in range(B):
    columns = [t for t in range(T) if rollout.actions[b, t]]
    value_after = 0.0
    for t in reversed(columns):
      value_after = rollout.bonus[b, t] + (rollout.reward[b] if t == columns[-1] else 0) + 0.9 * value_after
      ratio = min(1.0, np.exp(scored.log_prob[b, t] - rollout.log_probs[b, t]))
      weight = rollout.credit[b, t]
      pg -= weight * ratio * (value_after - estimates.values[b, t, 0]) * scored.log_prob[b, t]
      entropy += weight * scored.entropy[b, t]
      errors.append(estimates.values[b, t, 0] - value_after)
      total += weight
  np.testing.assert_allclose(loss, (pg - 0.1 * entropy) / total, rtol=1e-5)
  np.testing.assert_allclose(critic_loss, 0.5 * np.mean(np.square(errors)), rtol=1e-5)


def padded(x, value=0):
  return np.pad(x, ((0, 0), (0, 3)) + ((0, 0),) * (x.ndim - 2), constant_values=value)


def test_padding_and_the_order_of_rows_do_not_matter():
  rollout, estimates, scored = random_case(7)
  algorithm = ac(normalize=True)

  def loss(rollout, estimates, scored):
    targets = algorithm.targets(rollout, estimates)
    actor, _ = algorithm.actor_loss(scored, rollout, targets)
    critic, _ = algorithm.critic_loss(estimates.values, rollout, targets)
    return actor, critic

  fields = {name: padded(getattr(rollout, name)) for name in ('tokens', 'valid', 'actions', 'credit', 'bonus')}
  wide = rollout._replace(**fields, log_probs=padded(rollout.log_probs, np.nan))
  wide_scores = TokenScores(*(padded(x, 5.0) for x in scored))
  expected = loss(rollout, estimates, scored)
  wide_estimates = Estimates(values=padded(estimates.values, 9.0))
  np.testing.assert_allclose(loss(wide, wide_estimates, wide_scores), expected, rtol=1e-5)
  order = np.asarray([3, 1, 4, 0, 2])
  turned = jax.tree.map(lambda x: x[order], (rollout, estimates, scored))
  np.testing.assert_allclose(loss(*turned), expected, rtol=1e-5)
  np.testing.assert_allclose(jax.jit(loss)(rollout, estimates, scored), expected, rtol=1e-5)


def test_no_advantage_no_gradient_and_no_credit_no_gradient():
  rollout, estimates, scored = random_case(3)
  algorithm = ac()
  loss = lambda log_prob, r, t: algorithm.actor_loss(scored._replace(log_prob=log_prob), r, t)[0]
  gradient = lambda r, t: jax.grad(loss)(jnp.asarray(scored.log_prob), r, t)
  zero = Targets(advantages=np.zeros_like(rollout.log_probs), returns=np.zeros_like(rollout.log_probs))
  assert np.all(gradient(rollout, zero) == 0)
  silent = rollout._replace(credit=rollout.credit * (np.arange(5) != 2)[:, None])
  found = gradient(silent, algorithm.targets(silent, estimates))
  assert np.all(found[2] == 0) and np.any(found != 0)
  nothing = gradient(rollout._replace(credit=0 * rollout.credit), algorithm.targets(rollout, estimates))
  assert np.all(nothing == 0)  # an all-masked batch gives zero, not NaN


def test_replayed_programs_are_weighted_by_their_truncated_ratio():
  rollout = make(actions=[[0, 1, 1]], reward=[1.0], log_probs=[[0, -1.0, -1.0]])
  algorithm = ac(baseline='none', ratio_clip=1.0)
  targets = algorithm.targets(rollout, Estimates())
  plain = scores(np.zeros((1, 3)))
  gradient = jax.grad(lambda s: algorithm.actor_loss(plain._replace(log_prob=s), rollout, targets)[0])
  # pi = e^-3 is e^-2 of mu; pi = e^-.5 is more than mu, cut to 1.  Each token counts half.
  np.testing.assert_allclose(gradient(jnp.asarray([[0.0, -3.0, -0.5]])), [[0, -np.exp(-2) / 2, -0.5]], rtol=1e-5)


def test_only_what_passed_is_imitated_with_a_ce_cost_replayed_programs_by_their_weight():
  outcomes = [Outcome.PASSED, Outcome.FAILED, Outcome.PASSED, Outcome.PASSED]
  rollout = make(
    actions=[[0, 1]] * 4, reward=[0.0] * 4, outcome=outcomes, log_probs=[[0, -1.0], [0, -1.0], [0, 1.0], [0, -3.0]]
  )
  algorithm = ac(baseline='none', ce_cost=2.0)
  plain, targets = scores(np.zeros((4, 2))), algorithm.targets(rollout, Estimates())
  gradient = jax.grad(lambda s: algorithm.actor_loss(plain._replace(log_prob=s), rollout, targets)[0])
  # A quarter each, times 2: fresh and solved, failed, e^-2 as likely as it was, more likely than it was.
  found = gradient(jnp.full((4, 2), -1.0).at[:, 0].set(0.0))
  np.testing.assert_allclose(found, [[0, -0.5], [0, 0], [0, -0.5 * np.exp(-2)], [0, -0.5]], rtol=1e-6)


def test_a_kl_cost_lowers_the_return_where_the_policy_left_the_reference():
  rollout = make(actions=[[0, 1, 1]], reward=[1.0], log_probs=[[0, -1.0, -2.0]])
  algorithm = ac(kl_cost=0.5)
  assert algorithm.reference
  estimates = Estimates(values=np.zeros((1, 3, 1), np.float32), reference=scores([[0, -2.0, -2.0]]))
  np.testing.assert_allclose(algorithm.targets(rollout, estimates).returns, [[0, 1 - 0.5, 1.0]])


def test_a_baseline_of_the_row_comes_before_the_critic_which_learns_what_is_left():
  rollout = make(actions=[[0, 1, 1]], reward=[1.0])._replace(baseline=np.asarray([0.75], np.float32))
  values = np.asarray([[9, 0.125, -0.25]], np.float32)[..., None]
  algorithm = ac()
  targets = algorithm.targets(rollout, Estimates(values=values))
  np.testing.assert_allclose(targets.advantages, [[0, 1 - 0.875, 1 - 0.5]])
  np.testing.assert_allclose(targets.returns, [[0, 1, 1]])
  np.testing.assert_allclose(targets.values[:, 1:], [[0.875, 0.5]])
  np.testing.assert_allclose(algorithm.critic_loss(values, rollout, targets)[0], 0.5 * (0.125**2 + 0.5**2) / 2)
  alone = ac(baseline='none').targets(rollout, Estimates())
  np.testing.assert_allclose(alone.advantages, [[0, 0.25, 0.25]])


def test_what_was_not_judged_moves_nothing_and_what_has_no_credit_the_critic_alone():
  rollout, estimates, scored = random_case(2)
  rollout = rollout._replace(judged=np.arange(5) != 1, credit=rollout.credit * (np.arange(5) != 3)[:, None])
  algorithm = ac()
  targets = algorithm.targets(rollout, estimates)
  actor = jax.grad(lambda s: algorithm.actor_loss(scored._replace(log_prob=s), rollout, targets)[0])
  critic = jax.grad(lambda v: algorithm.critic_loss(v, rollout, targets)[0])
  moved = np.any(np.asarray(actor(jnp.asarray(scored.log_prob))) != 0, 1)
  assert not moved[1] and not moved[3] and moved.sum() >= 2
  fitted = np.any(np.asarray(critic(jnp.asarray(estimates.values))) != 0, (1, 2))
  assert fitted.tolist() == [True, False, True, True, True]


def test_a_row_that_stands_for_two_moves_both_networks_twice_as_much():
  rollout, estimates, scored = random_case(4)
  algorithm = ac()

  def gradients(rollout):
    targets = algorithm.targets(rollout, estimates)
    actor = jax.grad(lambda s: algorithm.actor_loss(scored._replace(log_prob=s), rollout, targets)[0])
    critic = jax.grad(lambda v: algorithm.critic_loss(v, rollout, targets)[0])
    return actor(jnp.asarray(scored.log_prob)), critic(jnp.asarray(estimates.values))[..., 0]

  weight = np.asarray([1, 2, 1, 0.5, 1], np.float32)
  for plain, weighed in zip(gradients(rollout), gradients(rollout._replace(weight=weight))):
    np.testing.assert_allclose(weighed, plain * weight[:, None], rtol=1e-6)


def test_wrong_arguments_are_named():
  with pytest.raises(ValueError, match="aggregation='mean'.*token, sequence, constant"):
    ac(aggregation='mean')
  with pytest.raises(ValueError, match='horizon=0'):
    ac(horizon=0)
  with pytest.raises(ValueError, match="baseline='mean'"):
    ac(baseline='mean')
  with pytest.raises(TypeError, match='entropy'):
    ac(entropy=1.0)
