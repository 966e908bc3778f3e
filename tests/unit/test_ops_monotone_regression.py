"""Isotonic and unimodal regression against brute force, and the test between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.monotone_regression import isotonic_fit, monotone_or_unimodal, unimodal_fit

curves = st.lists(st.tuples(st.floats(-5, 5), st.floats(0.1, 3)), min_size=1, max_size=9).map(
    lambda rows: tuple(np.array(rows).T.copy())
)


def cost(score, fitted, weights):
    return float(weights @ (score - fitted) ** 2)


def unimodal_by_all_splits(score, weights):
    """The best of a rise followed by a fall, over all places to split."""
    best = np.inf
    for split in range(len(score) + 1):
        a, b = slice(0, split), slice(split, None)
        total = 0.0
        if split:
            total += cost(score[a], isotonic_fit(score[a], weights[a]), weights[a])
        if split < len(score):
            falling = -isotonic_fit(-score[b], weights[b])
            total += cost(score[b], falling, weights[b])
        best = min(best, total)
    return best


@given(curves)
def test_the_unimodal_fit_is_the_best_split(curve):
    score, weights = curve
    found = unimodal_fit(score, weights)
    assert found.cost == pytest.approx(unimodal_by_all_splits(score, weights), abs=1e-9)
    assert found.cost == pytest.approx(cost(score, found.fitted, weights), abs=1e-9)
    steps = np.diff(found.fitted)
    assert (steps[: found.mode] >= 0).all()
    assert (steps[found.mode :] <= 0).all()


@given(curves)
def test_it_is_never_further_than_the_isotonic_fit_nor_than_its_mirror(curve):
    score, weights = curve
    found = unimodal_fit(score, weights).cost
    assert found <= cost(score, isotonic_fit(score, weights), weights) + 1e-9
    assert found <= cost(score, -isotonic_fit(-score, weights), weights) + 1e-9
    assert unimodal_fit(score[::-1].copy(), weights[::-1].copy()).cost == pytest.approx(
        found, abs=1e-9
    )


@given(curves, st.floats(-3, 3), st.floats(0.1, 5))
def test_shift_and_scale_pass_through(curve, shift, scale):
    score, weights = curve
    np.testing.assert_allclose(
        isotonic_fit(shift + scale * score, weights),
        shift + scale * isotonic_fit(score, weights),
        atol=1e-9,
    )


def test_by_hand():
    ones = np.ones(5)
    np.testing.assert_allclose(
        isotonic_fit(np.array([1.0, 3.0, 2.0, 4.0, 0.0]), ones), [1, 2.25, 2.25, 2.25, 2.25]
    )
    # 1 | 3 2 pooled | 4 | 0: rises to the fourth point, falls to the fifth
    found = unimodal_fit(np.array([1.0, 3.0, 2.0, 4.0, 0.0]), ones)
    np.testing.assert_allclose(found.fitted, [1, 2.5, 2.5, 4, 0])
    assert (found.mode, found.cost) == (3, pytest.approx(0.5))
    # weight 3 on the second: 3·3 + 2 over 4
    weighted = isotonic_fit(np.array([3.0, 2.0]), np.array([3.0, 1.0]))
    np.testing.assert_allclose(weighted, [2.75, 2.75])


def test_the_isotonic_fit_is_the_quadratic_programme():
    score = Seed(("isotonic",)).numpy().standard_normal(6)
    weights = np.arange(1.0, 7)
    constraints = [{"type": "ineq", "fun": lambda x, i=i: x[i + 1] - x[i]} for i in range(5)]
    found = minimize(
        lambda x: cost(score, x, weights), np.sort(score), constraints=constraints, tol=1e-14
    )
    np.testing.assert_allclose(isotonic_fit(score, weights), found.x, atol=1e-5)


def test_a_curve_that_rises_has_its_mode_at_the_end():
    assert unimodal_fit(np.arange(4.0), np.ones(4)).mode == 3
    assert unimodal_fit(-np.arange(4.0), np.ones(4)).mode == 0


def test_a_fall_is_seen_and_a_rise_is_none():
    sd, seed = np.full(8, 0.3), Seed(("fall",))
    fall = monotone_or_unimodal(np.array([0, 1, 2, 3, 3, 2, 1, 0.0]), sd=sd, seed=seed, draws=200)
    assert fall.p_value == pytest.approx(1 / 201)
    assert fall.unimodal.mode in (3, 4)
    rise = monotone_or_unimodal(np.arange(8.0), sd=sd, seed=seed, draws=200)
    assert (rise.statistic, rise.p_value) == (0, 1)


def test_its_statistic_is_the_difference_of_costs():
    rng = Seed(("statistic",)).numpy()
    score, sd = rng.standard_normal(9), rng.uniform(0.5, 2, 9)
    weights = sd**-2.0
    found = monotone_or_unimodal(score, sd=sd, seed=Seed(("s",)), draws=1)
    expected = cost(score, isotonic_fit(score, weights), weights)
    assert found.statistic == pytest.approx(expected - unimodal_by_all_splits(score, weights))


def test_errors_shared_by_all_points_do_not_make_a_fall():
    """With a common error the curve's shape is sure, so the same fall weighs more."""
    score = np.array([0.0, 1.0, 2.0, 1.2])
    apart = monotone_or_unimodal(score, sd=np.ones(4), seed=Seed(("a",)), draws=400)
    together = monotone_or_unimodal(
        score, covariance=0.95 + 0.05 * np.eye(4), seed=Seed(("a",)), draws=400
    )
    assert together.p_value < 0.05 < apart.p_value


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: isotonic_fit(np.array([]), np.array([])), ValueError, "empty"),
        (lambda: isotonic_fit(np.ones(2), np.zeros(2)), ValueError, "above 0"),
        (lambda: unimodal_fit(np.array([np.nan]), np.ones(1)), ValueError, "NaN"),
        (
            lambda: monotone_or_unimodal(np.ones(2), sd=np.ones(2), seed=Seed(("s",))),
            TooFew,
            "3 or more",
        ),
        (lambda: monotone_or_unimodal(np.ones(3), seed=Seed(("s",))), ValueError, "scores err"),
        (
            lambda: monotone_or_unimodal(np.ones(3), sd=np.ones(3), seed=Seed(("s",)), draws=0),
            ValueError,
            "draws=0",
        ),
    ],
)
def test_what_cannot_be_fitted_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
