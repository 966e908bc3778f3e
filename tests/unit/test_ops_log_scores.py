import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from looksgood.ops.decibans import decibans, log_bayes_factor_nats
from looksgood.ops.log_quadrature import log_integral
from looksgood.ops.log_scores import (
    beta_binomial_log_score_nats,
    binomial_log_score_nats,
    log_choose,
    log_rising,
    normal_log_score_nats,
    normal_mixture_log_score_nats,
    scaled_beta_log_score_nats,
)

numbers = st.floats(-20, 20)
sds = st.floats(0.05, 20)
shapes = st.floats(0.2, 50)


@given(numbers, numbers, sds, st.floats(0, 5))
def test_a_normal_prediction_is_widened_by_the_error(outcome, mean, sd, error):
    expected = stats.norm(mean, math.sqrt(sd**2 + error**2)).logpdf(outcome)
    assert math.isclose(
        normal_log_score_nats(outcome, mean, sd, error), expected, rel_tol=1e-12, abs_tol=1e-12
    )


@given(st.lists(st.tuples(st.floats(0.1, 1), numbers, sds), min_size=1, max_size=4), numbers, sds)
def test_a_mixture_is_the_mean_of_its_densities(parts, outcome, error):
    weights, means, each_sd = (np.array(column) for column in zip(*parts, strict=True))
    weights /= weights.sum()
    found = normal_mixture_log_score_nats(outcome, weights, means, each_sd, error)
    expected = mpmath.log(
        sum(
            w * mpmath.npdf(outcome, m, mpmath.sqrt(s**2 + error**2))
            for w, m, s in zip(weights, means, each_sd, strict=True)
        )
    )
    assert math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)


def test_a_part_of_weight_zero_changes_nothing():
    alone = normal_log_score_nats(1.0, 0.0, 1.0)
    arrays = np.array([1.0, 0.0]), np.array([0.0, 5.0]), np.array([1.0, 1.0])
    assert math.isclose(normal_mixture_log_score_nats(1.0, *arrays), alone)


@pytest.mark.parametrize(
    ("outcome", "alpha", "beta", "error", "expected"),
    [
        (0.3, 2.0, 3.0, 0.1, 0.49011825298880474),
        (0.3, 0.3, 0.2, 0.05, -0.9049463537050796),  # both ends infinite
        (0.02, 0.5, 8.0, 0.01, 2.4080420428608575),
        (-0.5, 100.0, 1.0, 0.05, -243.1998071081132),  # a normal and a beta that hardly meet
        (3.0, 2.0, 2.0, 0.2, -55.41045295662821),
        (0.3, 900.0, 100.0, 0.1, -16.455696207736246),
        (0.5, 4.0, 4.0, 10.0, -3.2216625010598254),
        (0.3, 2.0, 3.0, 1e-4, 0.5675838827546648),
    ],
)
def test_a_beta_prediction_is_convolved_with_the_error(outcome, alpha, beta, error, expected):
    """Expected values: mpmath, 40 digits, Gauss-Legendre in log-odds."""
    found = scaled_beta_log_score_nats(outcome, alpha, beta, error_sd=error)
    assert math.isclose(found, expected, rel_tol=1e-12)


@given(st.floats(-2, 3), st.floats(1e-4, 2))
def test_a_uniform_prediction_with_error_is_a_difference_of_normals(outcome, error):
    z = np.array([outcome, outcome - 1]) / error
    z = -z if z[0] > 0 and z[1] > 0 else z  # the tail that keeps its digits
    share = abs(special.ndtr(z[0]) - special.ndtr(z[1]))
    found = scaled_beta_log_score_nats(outcome, 1.0, 1.0, error_sd=error)
    if share > 1e-200:
        assert math.isclose(found, math.log(share), rel_tol=1e-9, abs_tol=1e-9)


@given(st.floats(0.01, 0.99), shapes, shapes, numbers, sds, st.sampled_from([0.0, 0.1]))
def test_the_beta_scales_with_its_range(share, alpha, beta, low, width, error):
    unit = scaled_beta_log_score_nats(share, alpha, beta, error_sd=error)
    scaled = scaled_beta_log_score_nats(
        low + width * share, alpha, beta, low, low + width, error * width
    )
    assert math.isclose(scaled, unit - math.log(width), rel_tol=1e-7, abs_tol=1e-7)


def test_what_a_prediction_excluded_scores_minus_infinity_until_error_allows_it():
    assert scaled_beta_log_score_nats(1.1, 2.0, 2.0) == -math.inf
    assert math.isfinite(scaled_beta_log_score_nats(1.1, 2.0, 2.0, error_sd=0.01))
    assert binomial_log_score_nats(1, 5, 0.0) == -math.inf
    assert binomial_log_score_nats(0, 5, 0.0) == 0


def test_a_small_error_changes_little():
    exact = scaled_beta_log_score_nats(0.3, 2.0, 3.0)
    assert math.isclose(
        scaled_beta_log_score_nats(0.3, 2.0, 3.0, error_sd=1e-5), exact, rel_tol=1e-8
    )


@given(st.integers(0, 60), shapes, shapes)
def test_predictions_of_a_count_sum_to_one(trials, alpha, beta):
    beta_binomial = [
        beta_binomial_log_score_nats(x, trials, alpha, beta) for x in range(trials + 1)
    ]
    binomial = [binomial_log_score_nats(x, trials, 0.3) for x in range(trials + 1)]
    assert math.isclose(np.exp(beta_binomial).sum(), 1, rel_tol=1e-11)
    assert math.isclose(np.exp(binomial).sum(), 1, rel_tol=1e-11)


@given(st.integers(0, 2000), st.floats(0, 1))
def test_a_uniform_rate_makes_every_count_equally_likely(trials, share):
    successes = int(share * trials)
    found = beta_binomial_log_score_nats(successes, trials, 1.0, 1.0)
    assert math.isclose(found, -math.log(trials + 1), rel_tol=1e-10, abs_tol=1e-10)


def test_a_sharp_beta_is_the_rate_it_is_sharp_at():
    """Differences of log Γ at 1e12 would be noise of 1e-3."""
    sharp = beta_binomial_log_score_nats(3, 10, 3e12, 7e12)
    assert math.isclose(sharp, binomial_log_score_nats(3, 10, 0.3), rel_tol=1e-10)


@given(st.floats(1e-3, 1e9), st.integers(0, 200))
def test_rising_factorials(start, steps):
    expected = float(np.log(start + np.arange(steps)).sum())
    assert math.isclose(log_rising(start, steps), expected, rel_tol=1e-11, abs_tol=1e-11)


def test_choices_of_five():
    for k, count in enumerate([1, 5, 10, 10, 5, 1]):
        assert math.isclose(log_choose(5, k), math.log(count), abs_tol=1e-13)


def test_an_integral_that_underflows():
    nodes = np.linspace(-10, 10, 5)
    found = log_integral(lambda x: -5000 - 0.5 * ((x - 0.3) / 1e-4) ** 2, nodes)
    assert math.isclose(found, -5000 + math.log(1e-4 * math.sqrt(2 * math.pi)), rel_tol=1e-14)


def test_an_integral_without_an_end_is_not_made_up():
    with pytest.raises(ArithmeticError, match="still moves"):
        log_integral(lambda x: -0.9999 * np.log(x), np.array([1e-300, 1.0]))


def test_weight_of_evidence():
    assert math.isclose(decibans(math.log(10)), 10)
    assert math.isclose(decibans(log_bayes_factor_nats(math.log(0.2), math.log(0.02))), 10)
    assert log_bayes_factor_nats(-1.0, -math.inf) == math.inf
    assert log_bayes_factor_nats(-math.inf, -1.0) == -math.inf


def test_what_has_no_score_is_refused():
    with pytest.raises(ValueError, match="both predictions excluded"):
        log_bayes_factor_nats(-math.inf, -math.inf)
    with pytest.raises(ValueError, match="nan"):
        log_bayes_factor_nats(math.nan, 0.0)
    with pytest.raises(ValueError, match="sd=0"):
        normal_log_score_nats(0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="outcome=nan"):
        normal_log_score_nats(math.nan, 0.0, 1.0)
    with pytest.raises(ValueError, match="weights sum to"):
        normal_mixture_log_score_nats(0.0, np.array([0.5]), np.zeros(1), np.ones(1))
    with pytest.raises(ValueError, match="high - low=0"):
        scaled_beta_log_score_nats(0.5, 1.0, 1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="alpha=0"):
        scaled_beta_log_score_nats(0.5, 0.0, 1.0)
    with pytest.raises(ValueError, match="6 successes of 5"):
        binomial_log_score_nats(6, 5, 0.5)
    with pytest.raises(ValueError, match="rate="):
        binomial_log_score_nats(1, 5, 1.5)
