import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from scipy.special import logsumexp
from scipy.stats import multivariate_normal, norm

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.e_process_bounded import rejected_after
from looksgood.ops.e_process_falling import DRIFTS, log_e_falling_mean
from looksgood.ops.isotonic_cost import IsotonicCost
from looksgood.ops.successive_sd import SuccessiveSd

value = st.floats(-5, 5)


@given(st.lists(st.tuples(value, st.floats(0.1, 5)), min_size=1, max_size=12))
def test_the_cost_of_never_falling_is_that_of_the_isotonic_fit(points):
    process = IsotonicCost()
    for n, point in enumerate(points, 1):
        score, weight = np.array(points[:n]).T
        left = score - isotonic_regression(score, weights=weight).x
        assert math.isclose(process.add(*point), weight @ left**2, rel_tol=1e-9, abs_tol=1e-9)


@given(st.lists(st.tuples(value, st.floats(0.2, 3)), min_size=2, max_size=8))
def test_e_is_the_forecasts_likelihood_over_that_of_the_best_rising_mean(points):
    values, sd = np.array(points).T
    n = len(values) - 1
    logs = []
    for drift in DRIFTS:  # a level from the first value on, that takes a step before each
        steps = np.tri(n) * drift * sd[1:]
        covariance = sd[0] ** 2 + steps @ steps.T + np.diag(sd[1:] ** 2)
        logs.append(multivariate_normal(np.full(n, values[0]), covariance).logpdf(values[1:]))
    best = isotonic_regression(values[1:], weights=1 / sd[1:] ** 2).x
    expected = logsumexp(logs) - math.log(len(logs)) - norm.logpdf(values[1:], best, sd[1:]).sum()
    assert math.isclose(log_e_falling_mean(values, sd)[-1], expected, rel_tol=1e-8, abs_tol=1e-8)


def test_where_nothing_starts_and_units_change_nothing():
    values = Seed(("falling", "units")).numpy().normal(size=30)
    unit = log_e_falling_mean(values, np.ones(30))
    moved = log_e_falling_mean(1e6 + 7 * values, np.full(30, 7.0))
    np.testing.assert_allclose(moved, unit, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("rise", [0.0, 0.1])
def test_a_mean_that_never_falls_is_said_to_in_fewer_than_one_run_in_twenty(rise):
    rng = Seed(("falling", "clean", str(rise))).numpy()
    runs = rng.normal(size=(100, 100)) + rise * np.arange(100)
    alarms = sum(rejected_after(log_e_falling_mean(run, np.ones(100))) is not None for run in runs)
    assert alarms <= 2  # 0 of 300 were seen; 5 % would be 5


def test_a_fall_by_three_sds_after_a_rise_is_seen_within_twenty_values():
    rng = Seed(("falling", "planted")).numpy()
    mean = np.minimum(np.arange(100), 50) * 0.05 - 3.0 * (np.arange(100) >= 60)
    delays = [
        rejected_after(log_e_falling_mean(mean + rng.normal(size=100), np.ones(100)))
        for _ in range(50)
    ]
    assert all(delay is not None and delay > 60 for delay in delays)
    assert np.median([delay - 60 for delay in delays if delay]) < 20


def test_what_is_no_value_is_refused():
    with pytest.raises(ValueError, match=r"sd=0\.0"):
        log_e_falling_mean(np.ones(3), np.zeros(3))
    with pytest.raises(ValueError, match="NaN"):
        log_e_falling_mean(np.array([1.0, math.nan]), np.ones(2))
    with pytest.raises(TooFew):
        log_e_falling_mean(np.empty(0), np.empty(0))


def test_neighbours_tell_the_noise_about_a_mean_that_moves():
    noise = Seed(("successive",)).numpy().normal(size=4000)
    spread = SuccessiveSd()
    assert spread.sd is None
    for n, x in enumerate(noise):
        spread.add(float(x) + 0.05 * n)
    assert spread.sd is not None
    assert 0.95 < spread.sd < 1.6  # at the largest, the twenty latest happen to be wide


def test_noise_that_grew_is_noticed_and_noise_that_shrank_is_not_counted_on():
    noise = Seed(("successive", "grows")).numpy().normal(size=200)
    found = {}
    for name, scale in {"grew": (1.0, 5.0), "shrank": (5.0, 1.0)}.items():
        spread = SuccessiveSd()
        for n, x in enumerate(noise):
            spread.add(float(x) * scale[n >= 150])
        found[name] = spread.sd
    assert found["grew"] > 3.5
    assert found["shrank"] > 3.5
