"""Confidence limits: published and closed-form values, laws, and refusals. Coverage: science/."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.betting import betting_high, betting_low
from looksgood.ops.clopper_pearson import (
    clopper_pearson,
    clopper_pearson_high,
    clopper_pearson_low,
)
from looksgood.ops.empirical_bernstein import empirical_bernstein_high, empirical_bernstein_low

counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
shares = arrays(np.float64, st.integers(2, 60), elements=st.floats(0, 1))
alphas = st.floats(1e-6, 0.5)
HIGHS = [empirical_bernstein_high, betting_high]


@given(counts, alphas)
def test_clopper_pearson_solves_the_binomial_tails(count, alpha):
    hits, trials = count
    low, high = (f(hits, trials, alpha) for f in (clopper_pearson_low, clopper_pearson_high))
    assert low <= hits / trials <= high
    if hits:
        assert binom.sf(hits - 1, trials, low) == pytest.approx(alpha, rel=1e-9)
    if hits < trials:
        assert binom.cdf(hits, trials, high) == pytest.approx(alpha, rel=1e-9)


def test_clopper_pearson_by_published_numbers():
    # Newcombe (1998), Stat. Med. 17:857, Table I, method 5
    for hits, trials, low, high in (
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ):
        found = clopper_pearson(hits, trials, 0.95)
        assert found == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**9), alphas)
def test_without_hits_the_limit_has_a_closed_form(n, alpha):
    assert clopper_pearson_low(0, n, alpha) == 0
    expected = -math.expm1(math.log(alpha) / n)
    assert clopper_pearson_high(0, n, alpha) == pytest.approx(expected, rel=1e-9)
    assert clopper_pearson_high(n, n, alpha) == 1
    assert clopper_pearson_low(n, n, alpha) == pytest.approx(1 - expected, rel=1e-9)


def test_empirical_bernstein_by_hand():
    values = np.array([0.0, 1.0, 0.0, 1.0, 0.5])
    term = math.log(2 / 0.3)
    expected = 0.5 + math.sqrt(2 * 0.25 * term / 5) + 7 * term / 12
    assert expected > 1
    assert empirical_bernstein_high(values, 0.3) == 1
    many = np.tile(values, 200)
    variance = 0.2 * 1000 / 999
    expected = 0.5 + math.sqrt(2 * variance * term / 1000) + 7 * term / (3 * 999)
    assert empirical_bernstein_high(many, 0.3) == pytest.approx(expected, rel=1e-12)


def test_a_bet_by_hand():
    # two values, alpha 1/2: λ₁ = √(ln 2/0.25); after 0, mean 1/4, variance (1/4 + 1/16)/2
    values = np.array([0.0, 0.2])
    bets = [math.sqrt(math.log(2) / 0.25), math.sqrt(math.log(2) / 0.15625)]
    high = betting_high(values, 0.5)
    capped = [min(bet, 0.75 / (1 - high)) for bet in bets]
    capital = (1 + capped[0] * high) * (1 + capped[1] * (high - 0.2))
    assert capital == pytest.approx(2, rel=1e-12)


@pytest.mark.parametrize("n", [100, 10_000])
def test_without_hits_betting_is_near_what_is_possible(n):
    exact = clopper_pearson_high(0, n, 0.05)
    assert exact < betting_high(np.zeros(n), 0.05) < 1.6 * exact
    assert betting_low(np.zeros(n), 0.05) == 0


@pytest.mark.parametrize("high", HIGHS)
@given(values=shares, alpha=alphas)
def test_limits_hold_the_mean_and_widen_with_confidence(high, values, alpha):
    limit = high(values, alpha)
    assert values.mean() - 1e-12 <= limit <= 1
    assert high(values, alpha / 10) >= limit - 1e-9


@given(shares, alphas)
def test_lower_limits_mirror_upper_ones(values, alpha):
    for low, high in (
        (betting_low, betting_high),
        (empirical_bernstein_low, empirical_bernstein_high),
    ):
        assert low(values, alpha) == pytest.approx(1 - high(1 - values, alpha), abs=1e-12)
        assert low(values, alpha) <= values.mean() + 1e-12


def test_betting_is_closer_than_empirical_bernstein():
    rng = Seed(("test", "width")).numpy()
    for values in (rng.random(200), rng.beta(0.5, 9, 200), (rng.random(200) < 0.03).astype(float)):
        assert betting_high(values, 0.025) < empirical_bernstein_high(values, 0.025)


@pytest.mark.parametrize("limit", [*HIGHS, betting_low, empirical_bernstein_low])
def test_what_is_not_bounded_is_refused(limit):
    for bad in (1.0000001, -0.1, math.nan, math.inf):
        with pytest.raises(ValueError, match=r"within \[0, 1\]"):
            limit(np.array([0.1, bad, 0.2]), 0.05)
    with pytest.raises(TooFew, match="no values"):
        limit(np.array([]), 0.05)
    for alpha in (0.0, 1.0, math.nan, -0.1):
        with pytest.raises(ValueError, match="strictly within"):
            limit(np.array([0.1, 0.2]), alpha)


def test_one_value_has_no_variance():
    with pytest.raises(TooFew, match="unknown, not 0"):
        empirical_bernstein_high(np.array([0.5]), 0.05)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((3, 2, 0.05), "3 of 2"),
        ((-1, 2, 0.05), "-1 of 2"),
        ((0, 0, 0.05), "0 trials"),
        ((1, 2, 0.0), "alpha = 0"),
        ((1, 2, math.nan), "alpha = nan"),
    ],
)
def test_counts_that_cannot_be_are_refused(arguments, says):
    for limit in (clopper_pearson_low, clopper_pearson_high):
        with pytest.raises(ValueError, match=says):
            limit(*arguments)
