"""The least change that moves means: against the closed tilt, and where there is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.seeds import Seed
from looksgood.ops.moment_tilt import OutOfReach, moment_tilt
from looksgood.ops.tilt import tilted_policy


def pools(number, scores=2, prompts=3, pool=40):
    return Seed(("pools", number)).numpy().normal(size=(scores, prompts, pool))


@given(st.integers(0, 20), st.floats(-2, 2), st.floats(-2, 2))
def test_a_tilt_is_found_from_its_means(number, one, other):
    scores = pools(number)
    lift = one * scores[0] + other * scores[1]
    expected = np.exp(lift) / np.exp(lift).sum(1, keepdims=True)
    targets = (expected * scores).sum(-1).mean(-1)
    found = moment_tilt(scores, targets)
    np.testing.assert_allclose(found.multipliers, [one, other], atol=1e-6)
    np.testing.assert_allclose(found.weights, expected, atol=1e-8)


@given(st.integers(0, 20), st.floats(0, 3))
def test_with_one_score_and_one_prompt_it_is_the_kl_optimal_policy(number, inverse_beta):
    reward = pools(number, 1, 1)
    expected = tilted_policy(np.full(40, 1 / 40), reward[0, 0], inverse_beta)
    found = moment_tilt(reward, np.array([expected.reward]))
    assert found.kl_nats[0] == pytest.approx(expected.kl_nats, abs=1e-7)


def test_of_all_with_these_means_it_is_the_nearest():
    scores = pools(1, 1, 2, 6)
    found = moment_tilt(scores, np.array([0.4]))
    rng = Seed(("others",)).numpy()
    for _ in range(50):  # moves that keep each prompt's sum and the mean score
        move = rng.normal(size=(2, 6))
        constraints = np.stack([np.repeat([1, 0], 6), np.repeat([0, 1], 6), scores[0].ravel()])
        flat = move.ravel()
        flat -= constraints.T @ np.linalg.lstsq(constraints @ constraints.T, constraints @ flat)[0]
        other = found.weights + 1e-3 * flat.reshape(2, 6)
        kl = (other * np.log(other * 6)).sum(1).mean()
        assert kl > found.kl_nats.mean()


def test_nothing_moves_where_nothing_has_to():
    scores = pools(2)
    found = moment_tilt(scores, scores.mean((1, 2)))
    np.testing.assert_allclose(found.weights, 1 / 40, atol=1e-9)
    assert found.effective_samples == pytest.approx(40)


def test_a_score_that_follows_from_another_is_no_obstacle():
    scores = pools(3, 1)
    found = moment_tilt(np.concatenate([scores, 2 * scores]), np.array([0.3, 0.6]))
    assert (found.weights * scores[0]).sum(-1).mean() == pytest.approx(0.3)


@pytest.mark.parametrize("targets", [[9.0, 0.0], [0.5, -9.0]])
def test_means_that_no_policy_has_are_refused(targets):
    with pytest.raises(OutOfReach, match="no weights of 40 samples"):
        moment_tilt(pools(4), np.array(targets))


def test_means_that_contradict_each_other_are_refused():
    scores = pools(5, 1)
    with pytest.raises(OutOfReach):
        moment_tilt(np.concatenate([scores, scores]), np.array([0.3, 0.2]))
