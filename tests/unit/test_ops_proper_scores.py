import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.crps import crps_empirical, crps_normal, crps_normal_mixture
from looksgood.ops.proper_scores import (
    brier_score,
    brier_score_of_classes,
    interval_score,
    log_score_of_events_nats,
)

numbers = st.floats(-10, 10)


@given(st.lists(numbers, min_size=1, max_size=12), numbers)
def test_the_sorted_formula_is_the_definition(draws, outcome):
    x = np.array(draws)
    expected = np.abs(x - outcome).mean() - np.abs(x[:, None] - x).mean() / 2
    assert math.isclose(crps_empirical(x, outcome), expected, rel_tol=1e-9, abs_tol=1e-12)


@given(numbers, numbers, st.floats(0.1, 5))
def test_the_normal_score_is_the_integral(outcome, mean, sd):
    reach = abs(outcome - mean) + 9 * sd
    below, above = (np.linspace(outcome, outcome + side * reach, 20_001) for side in (-1, 1))
    under = np.trapezoid(special.ndtr((below[::-1] - mean) / sd) ** 2, below[::-1])
    over = np.trapezoid(special.ndtr((mean - above) / sd) ** 2, above)
    assert math.isclose(crps_normal(outcome, mean, sd), under + over, rel_tol=1e-5)


def test_a_standard_normal_at_its_centre():
    """(√2 − 1)/√π = 0.23369 (Gneiting & Raftery 2007)."""
    assert math.isclose(crps_normal(0.0, 0.0, 1.0), (math.sqrt(2) - 1) / math.sqrt(math.pi))


@given(numbers, numbers, st.floats(0.1, 5))
def test_a_mixture_of_equal_parts_is_its_part(outcome, mean, sd):
    two = np.full(2, 0.5), np.full(2, mean), np.full(2, sd)
    single = crps_normal(outcome, mean, sd)
    assert math.isclose(crps_normal_mixture(outcome, *two), single, rel_tol=1e-9, abs_tol=1e-11)


@given(st.lists(numbers, min_size=1, max_size=8), numbers)
def test_a_mixture_of_points_is_the_empirical_score(draws, outcome):
    x = np.array(draws)
    points = np.full(len(x), 1 / len(x)), x, np.zeros(len(x))
    found = crps_normal_mixture(outcome, *points)
    assert math.isclose(found, crps_empirical(x, outcome), rel_tol=1e-9, abs_tol=1e-12)


def test_many_draws_approach_the_distribution():
    draws = stats.norm.ppf((np.arange(4000) + 0.5) / 4000)
    assert math.isclose(crps_empirical(draws, 0.7), crps_normal(0.7, 0.0, 1.0), abs_tol=1e-3)


def test_naming_one_value_costs_the_absolute_error():
    assert crps_empirical(np.array([3.0]), 1.0) == 2


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_honesty_is_best(belief, said):
    """Expected scores under a belief are least where it is what is said."""

    def expected(score, p):
        yes, no = (score(np.array([p]), np.array([x])) for x in (True, False))
        return belief * yes + (1 - belief) * no

    for score in (brier_score, log_score_of_events_nats):
        assert expected(score, belief) <= expected(score, said) + 1e-12


def test_the_central_interval_is_best():
    outcomes = Seed(("interval",)).numpy().normal(size=1000)

    def mean_score(z):
        return np.mean([interval_score(float(y), -z, z) for y in outcomes])

    assert mean_score(1.96) < min(mean_score(1.4), mean_score(2.7))


def test_by_hand():
    assert interval_score(2.0, 0.0, 1.0, 0.9) == pytest.approx(1 + 20)
    assert interval_score(0.5, 0.0, 1.0, 0.9) == 1
    assert brier_score(np.array([0.5, 0.5]), np.array([True, False])) == 0.25
    assert log_score_of_events_nats(np.array([0.0]), np.array([True])) == math.inf
    assert log_score_of_events_nats(np.array([0.25]), np.array([True])) == math.log(4)
    assert brier_score_of_classes(np.array([[0.2, 0.8]]), np.array([0])) == pytest.approx(1.28)


def test_what_is_no_prediction_is_refused():
    with pytest.raises(TooFew, match="draws"):
        crps_empirical(np.array([]), 0.0)
    with pytest.raises(ValueError, match="outcome=nan"):
        crps_empirical(np.ones(2), math.nan)
    with pytest.raises(ValueError, match="sd=0"):
        crps_normal(0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="weights sum to 2"):
        crps_normal_mixture(0.0, np.ones(2), np.ones(2), np.ones(2))
    with pytest.raises(ValueError, match=r"1\.5"):
        brier_score(np.array([1.5]), np.array([True]))
    with pytest.raises(ValueError, match="in order"):
        interval_score(0.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="class 2"):
        brier_score_of_classes(np.array([[0.5, 0.5]]), np.array([2]))
    with pytest.raises(ValueError, match="sum to 1 in each row"):
        brier_score_of_classes(np.array([[0.5, 0.6]]), np.array([1]))
