"""Bounds from other divergences: attained, never exceeded, and each only for what it names."""

import itertools
import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.seeds import Seed
from looksgood.ops.best_of_n_bound import best_of_n_kl_bound_nats
from looksgood.ops.binary_kl import binary_kl_nats, max_event_probability
from looksgood.ops.event_bounds import (
    best_of_n_max_event_probability,
    best_of_n_min_event_probability,
    chi2_max_event_probability,
    chi2_min_event_probability,
    max_ratio_max_event_probability,
    max_ratio_min_event_probability,
    tilted_max_event_probability,
)
from looksgood.ops.probability import Probability
from looksgood.ops.renyi import (
    binary_renyi_nats,
    renyi_max_event_probability,
    renyi_min_event_probability,
)

inner = st.floats(1e-9, 1 - 1e-9)
orders = st.sampled_from([0.1, 0.5, 0.9, 1.5, 2.0, 5.0, 50.0])


def renyi_exact(p, q, alpha):
    """D_α(p‖q) of two floats, with digits enough for the smallest of them."""
    with mpmath.workdps(400):
        p, q, alpha = mpmath.mpf(p), mpmath.mpf(q), mpmath.mpf(alpha)
        mixed = p**alpha * q ** (1 - alpha) + (1 - p) ** alpha * (1 - q) ** (1 - alpha)
        return mpmath.log(mixed) / (alpha - 1)


@given(inner, inner, orders)
def test_renyi_keeps_its_digits(p, q, alpha):
    exact = renyi_exact(p, q, alpha)
    assert abs(binary_renyi_nats(p, q, alpha) - exact) <= 1e-11 * exact + 1e-300


@pytest.mark.parametrize("q", [1e-300, 1e-9, 0.01, 0.5, 0.9, 1 - 1e-9])
@pytest.mark.parametrize("alpha", [0.5, 0.9, 2.0, 10.0, 200.0])
@pytest.mark.parametrize("nats", [1e-12, 1e-3, 1.0, 5.0, 600.0])
def test_renyi_is_inverted_with_all_digits(q, alpha, nats):
    found = renyi_max_event_probability(q, nats, alpha)
    if nats >= -math.log(q):
        assert found.p == 1
        return
    with mpmath.workdps(400):
        p = mpmath.mpf(found.p) if found.p < 0.5 else 1 - mpmath.mpf(found.not_p)
        step = min(p, 1 - p) * mpmath.mpf(10) ** -30  # by how much may p be off?
        slope = (renyi_exact(p + step, q, alpha) - renyi_exact(p, q, alpha)) / step
        assert abs((renyi_exact(p, q, alpha) - nats) / slope) < 1e-10 * min(p, 1 - p)


@given(inner, orders, st.floats(1e-6, 20))
def test_renyi_bounds_cost_just_the_divergence(q, alpha, nats):
    high = renyi_max_event_probability(q, nats, alpha)
    low = renyi_min_event_probability(q, nats, alpha)
    assert low.p < q < high.p
    for end in (low, high):
        if 0 < end.p < 1:
            assert binary_renyi_nats(end, q, alpha) == pytest.approx(nats, rel=1e-6)


@given(inner, st.floats(0, 30))
def test_a_larger_order_proves_more(q, nats):
    rates = [renyi_max_event_probability(q, nats, a).p for a in (0.5, 0.9, 1.1, 2.0, 10.0, 100.0)]
    rates.insert(2, max_event_probability(q, nats).p)
    rates.append(max_ratio_max_event_probability(q, nats).p)
    assert all(a >= b * (1 - 1e-9) for a, b in itertools.pairwise(rates))


@given(inner, st.floats(1e-3, 10))
def test_orders_about_one_enclose_the_kl(q, nats):
    about = [renyi_max_event_probability(q, nats, 1 + step).p for step in (-1e-5, 1e-5)]
    assert about[1] <= max_event_probability(q, nats).p <= about[0]
    assert about[0] == pytest.approx(about[1], rel=1e-2)


@given(inner, st.floats(0, 100))
def test_order_two_is_chi_squared(q, chi2):
    by_chi2 = chi2_max_event_probability(q, chi2)
    by_renyi = renyi_max_event_probability(q, math.log1p(chi2), 2.0)
    assert by_chi2 == pytest.approx(by_renyi.p, rel=1e-9)
    low = renyi_min_event_probability(q, math.log1p(chi2), 2.0)
    assert chi2_min_event_probability(q, chi2) == pytest.approx(low.p, rel=1e-9, abs=1e-12)


def test_chi_squared_by_hand():
    assert chi2_max_event_probability(0.2, 0.25) == pytest.approx(0.4)
    assert chi2_min_event_probability(0.2, 0.25) == pytest.approx(0.0, abs=1e-15)
    assert chi2_max_event_probability(1e-6, 1.0) == pytest.approx(1e-6 + 1e-3, rel=1e-6)
    assert chi2_max_event_probability(0.0, 5.0) == 0
    assert chi2_max_event_probability(0.0, math.inf) == 1


@given(inner, st.floats(0, 700))
def test_the_largest_ratio(q, nats):
    found = max_ratio_max_event_probability(q, nats)
    assert found.log_p == pytest.approx(min(0, math.log(q) + nats), rel=1e-12)
    low = max_ratio_min_event_probability(q, nats)
    assert low.not_p == pytest.approx(min(1, (1 - q) * math.exp(nats)), rel=1e-12)


@given(inner, st.floats(0, 50), st.floats(0.05, 10))
def test_a_tilt_moves_log_odds_by_the_range_over_beta(q, span, beta):
    found = tilted_max_event_probability(q, span, beta)
    odds = math.log(q) - math.log1p(-q) + span / beta
    assert found.log_p - found.log_not_p == pytest.approx(odds, abs=1e-9)
    assert found.log_p <= math.log(q) + span / beta + 1e-12


def test_no_tilted_policy_exceeds_its_bound():
    rng = Seed(("test", "tilt")).numpy()
    for _ in range(200):
        base, reward = rng.dirichlet(np_ones := [0.5] * 6), rng.uniform(-1, 1, len(np_ones))
        beta = float(rng.uniform(0.1, 2))
        tilted = base * [math.exp(r / beta) for r in reward]
        tilted /= tilted.sum()
        event = rng.random(6) < 0.5
        q, p = float(base[event].sum()), float(tilted[event].sum())
        span = float(reward.max() - reward.min())
        assert p <= tilted_max_event_probability(min(q, 1.0), span, beta).p + 1e-12


@given(st.floats(1e-300, 1), st.integers(1, 10**6))
def test_best_of_n_by_mechanism(q, n):
    found = best_of_n_max_event_probability(q, n)
    with mpmath.workdps(400):
        log_other = n * mpmath.log1p(-mpmath.mpf(q)) if q < 1 else -mpmath.inf
        exact = -mpmath.expm1(log_other)
        assert abs(found.p / exact - 1) < 1e-12
    assert found.p <= min(1.0, n * q * (1 + 1e-12))
    assert best_of_n_min_event_probability(q, n).p == pytest.approx(q**n, rel=1e-9, abs=1e-300)


@given(st.floats(1e-12, 0.5), st.integers(2, 4096))
def test_the_mechanism_says_more_than_the_kl_of_best_of_n(q, n):
    through_kl = max_event_probability(q, best_of_n_kl_bound_nats(n)).p
    by_mechanism = best_of_n_max_event_probability(q, n)
    assert by_mechanism.p <= through_kl * (1 + 1e-12)
    assert binary_kl_nats(by_mechanism, q) <= best_of_n_kl_bound_nats(n) * (1 + 1e-12)


def test_a_rate_that_underflows():
    tiny = Probability.from_log(-1000.0)
    assert best_of_n_max_event_probability(tiny, 7).log_p == pytest.approx(-1000 + math.log(7))
    assert max_ratio_max_event_probability(tiny, 990.0).p == pytest.approx(math.exp(-10))
    assert tilted_max_event_probability(tiny, 1000.0, 1.0).p == pytest.approx(0.5)
    assert 0 < renyi_max_event_probability(tiny, 5.0, 2.0).p < math.exp(-400)


def test_what_the_base_never_does_no_finite_divergence_allows():
    assert renyi_max_event_probability(0.0, 3.0, 2.0).p == 0
    assert max_ratio_max_event_probability(0.0, 3.0).p == 0
    assert tilted_max_event_probability(0.0, 3.0, 1.0).p == 0
    assert best_of_n_max_event_probability(0.0, 3).p == 0
    assert binary_renyi_nats(0.3, 0.0, 2.0) == math.inf
    # mass off the support: D_½ = −2 log of the square root of what overlaps
    assert binary_renyi_nats(0.3, 0.0, 0.5) == pytest.approx(-math.log(0.7))
    assert binary_renyi_nats(0.3, 1.0, 0.5) == pytest.approx(-math.log(0.3))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: chi2_max_event_probability(0.5, -1.0), "χ² = -1: a divergence is never negative"),
        (lambda: chi2_max_event_probability(1.5, 1.0), "base rate q = 1.5"),
        (lambda: max_ratio_max_event_probability(0.5, -0.1), "largest log ratio = -0.1 nats"),
        (lambda: renyi_max_event_probability(0.5, math.nan, 2.0), "order 2 = nan"),
        (lambda: renyi_max_event_probability(0.5, 1.0, 1.0), "alpha = 1: .*1 is the KL"),
        (lambda: renyi_max_event_probability(0.5, 1.0, -2.0), "alpha = -2"),
        (lambda: binary_renyi_nats(0.5, 0.5, math.inf), "alpha = inf"),
        (lambda: tilted_max_event_probability(0.5, 1.0, 0.0), "beta = 0: without a penalty"),
        (lambda: tilted_max_event_probability(0.5, math.inf, 1.0), "reward range = inf"),
        (lambda: best_of_n_max_event_probability(0.5, 0), "n=0: the best of none"),
    ],
)
def test_what_cannot_be_is_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()
