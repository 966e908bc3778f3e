"""The variance of best-of-n against all pairs of subsets, and against pools drawn anew."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.best_of_n_variance import (
    best_of_n_covariance,
    best_of_n_interval,
    best_of_n_jackknife,
)

# few distinct scores, so that ties are common
pools = st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 5)), min_size=4, max_size=6).map(
    lambda pool: tuple(np.array(pool, dtype=float).T.copy())
)


def best(proxy, gold, subset):
    top = max(proxy[i] for i in subset)
    tied = [gold[i] for i in subset if proxy[i] == top]
    return sum(tied) / len(tied)


def mean_over_subsets(proxy, gold, n):
    return np.mean([best(proxy, gold, s) for s in itertools.combinations(range(len(proxy)), n)])


def covariance_by_enumeration(proxy, gold, n, m):
    """θ̂_n θ̂_m less the mean product over disjoint subsets, all written out."""
    members, products = range(len(proxy)), []
    for s in itertools.combinations(members, n):
        rest = [i for i in members if i not in s]
        products += [
            best(proxy, gold, s) * best(proxy, gold, t) for t in itertools.combinations(rest, m)
        ]
    both = mean_over_subsets(proxy, gold, n) * mean_over_subsets(proxy, gold, m)
    return both - np.mean(products)


@given(pools)
def test_the_covariance_is_that_of_all_disjoint_subsets(pool):
    proxy, gold = pool
    ns = range(1, len(proxy) // 2 + 1)
    theta, covariance = best_of_n_covariance(proxy, gold, ns)
    for a, n in enumerate(ns):
        assert theta[a] == pytest.approx(mean_over_subsets(proxy, gold, n), abs=1e-12)
        for b, m in enumerate(ns):
            expected = covariance_by_enumeration(proxy, gold, n, m)
            assert covariance[a, b] == pytest.approx(expected, abs=1e-9)


@given(pools)
def test_the_jackknife_leaves_out_each(pool):
    proxy, gold = pool
    for n in range(1, len(proxy)):
        out = [
            mean_over_subsets(np.delete(proxy, i), np.delete(gold, i), n) for i in range(len(proxy))
        ]
        expected = (len(proxy) - 1) * np.var(out)
        theta, variance = best_of_n_jackknife(proxy, gold, n)
        assert theta == pytest.approx(mean_over_subsets(proxy, gold, n), abs=1e-12)
        assert variance == pytest.approx(expected, abs=1e-9)


def test_best_of_one_is_the_mean_with_its_textbook_variance():
    proxy, gold = Seed(("one",)).numpy().standard_normal((2, 50))
    theta, covariance = best_of_n_covariance(proxy, gold, [1])
    assert theta[0] == pytest.approx(gold.mean())
    assert covariance[0, 0] == pytest.approx(gold.var(ddof=1) / 50)
    assert best_of_n_jackknife(proxy, gold, 1) == (
        pytest.approx(gold.mean()),
        pytest.approx(gold.var(ddof=1) / 50),
    )


@settings(max_examples=15)
@given(pools, st.floats(-1e6, 1e6))
def test_a_common_shift_of_gold_is_no_matter(pool, shift):
    proxy, gold = pool
    _, plain = best_of_n_covariance(proxy, gold, [1, 2])
    _, moved = best_of_n_covariance(proxy, gold + shift, [1, 2])
    np.testing.assert_allclose(moved, plain, atol=1e-7)
    assert best_of_n_jackknife(proxy, gold + shift, 2)[1] == pytest.approx(
        best_of_n_jackknife(proxy, gold, 2)[1], abs=1e-7
    )


@pytest.mark.parametrize("levels", [None, 6])
def test_it_is_unbiased_for_pools_drawn_anew(levels):
    """200 pools of 40: the mean estimated covariance against the covariance seen, within 25 %."""
    rng, ns = Seed(("anew", levels or 0)).numpy(), [1, 2, 8]
    thetas, estimates, jackknifes = [], [], []
    for _ in range(200):
        proxy = rng.standard_normal(40)
        gold = proxy + rng.standard_normal(40)
        if levels:
            proxy = np.floor(proxy * levels / 4)
        theta, covariance = best_of_n_covariance(proxy, gold, ns)
        thetas.append(theta)
        estimates.append(covariance)
        jackknifes.append(best_of_n_jackknife(proxy, gold, 8)[1])
    seen = np.cov(np.array(thetas).T)
    np.testing.assert_allclose(np.mean(estimates, axis=0), seen, rtol=0.25)
    assert np.mean(jackknifes) > 0.8 * seen[2, 2]


def test_large_pools_do_not_overflow():
    proxy, gold = Seed(("large",)).numpy().standard_normal((2, 20_000))
    theta, covariance = best_of_n_covariance(proxy, proxy + gold, [1, 64, 1024])
    assert np.isfinite(theta).all()
    assert (np.linalg.eigvalsh(covariance) > 0).all()
    # best of 64 standard normals: 2.4 (E max = 2.3437)
    assert theta[1] == pytest.approx(2.3437, abs=4 * math.sqrt(covariance[1, 1]))
    for n, variance in zip([1, 64, 1024], np.diag(covariance), strict=True):
        assert best_of_n_jackknife(proxy, proxy + gold, n)[1] == pytest.approx(variance, rel=0.2)


ramp = np.arange(10.0)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: best_of_n_covariance(ramp, ramp, [6]), TooFew, "need 12 or more"),
        (lambda: best_of_n_covariance(ramp, ramp, []), ValueError, "one or more"),
        (lambda: best_of_n_covariance(ramp, ramp, [0]), ValueError, "each 1 or more"),
        (lambda: best_of_n_covariance(ramp * np.nan, ramp, [1]), ValueError, "proxy holds 10 NaN"),
        (lambda: best_of_n_jackknife(ramp, ramp, 10), TooFew, "needs 11 or more"),
        (lambda: best_of_n_jackknife(ramp, ramp, 0), ValueError, "n=0"),
        (lambda: best_of_n_interval(ramp, ramp, 1), TooFew, "needs 20 or more"),
        (lambda: best_of_n_interval(ramp, ramp, 1, level=1.5), ValueError, "level=1.5"),
    ],
)
def test_what_cannot_be_estimated_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
