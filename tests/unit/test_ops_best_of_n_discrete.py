"""Best-of-n on few outcomes against the enumeration of all draws, and against published numbers."""

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.ops.best_of_n_bound import best_of_n_kl_bound_nats
from looksgood.ops.best_of_n_discrete import best_of_n_distribution, best_of_n_kl_estimate_nats
from looksgood.ops.best_of_n_kl import best_of_n_kl_nats

PROBS = np.array([0.1, 0.4, 0.3, 0.2])
supports = st.lists(st.tuples(st.floats(0.01, 1), st.integers(0, 4)), min_size=1, max_size=8).map(
    lambda rows: (
        np.array([w for w, _ in rows]) / sum(w for w, _ in rows),
        np.array([float(r) for _, r in rows]),
    )
)


def by_enumeration(probs, rewards, n):
    chosen = np.zeros(len(probs))
    for drawn in itertools.product(range(len(probs)), repeat=n):
        best = max(rewards[i] for i in drawn)
        tied = [i for i in drawn if rewards[i] == best]
        for i in tied:
            chosen[i] += math.prod(probs[j] for j in drawn) / len(tied)
    return chosen


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("rewards", [(3, 1, 2, 0), (0, 0, 1, 1), (0, 1, 1, 1), (2, 2, 2, 2)])
def test_it_is_the_enumeration(rewards, n):
    found = best_of_n_distribution(PROBS, np.array(rewards, dtype=float), n)
    expected = by_enumeration(PROBS, rewards, n)
    np.testing.assert_allclose(found.probs, expected, rtol=1e-12)
    assert found.kl_nats == pytest.approx((expected * np.log(expected / PROBS)).sum(), abs=1e-14)
    beats = sum(
        expected[i] * PROBS[j] * (1 if rewards[i] > rewards[j] else 0.5)
        for i in range(4)
        for j in range(4)
        if rewards[i] >= rewards[j]
    )
    assert found.win_rate == pytest.approx(beats)


@given(supports, st.integers(1, 10_000))
def test_its_bounds(support, n):
    probs, rewards = support
    found = best_of_n_distribution(probs, rewards, n)
    assert found.probs.sum() == pytest.approx(1, abs=1e-12)
    assert found.kl_nats <= best_of_n_kl_bound_nats(n) + 1e-12
    assert found.kl_nats <= -math.log(probs[rewards == rewards.max()].sum()) + 1e-12
    assert found.win_rate <= n / (n + 1) + 1e-12
    assert (found.probs <= n * probs * (1 + 1e-12)).all()
    # of any event of base probability q: 1 − (1 − q)^n, the chance to see it at all
    assert (found.probs <= -np.expm1(n * np.log1p(-np.minimum(probs, 1 - 1e-16))) + 1e-12).all()


@given(supports, st.integers(1, 500))
def test_its_kl_is_that_of_the_tie_classes(support, n):
    probs, rewards = support
    classes = torch.tensor([probs[rewards == r].sum() for r in np.unique(rewards)])
    found = best_of_n_distribution(probs, rewards, n)
    assert found.kl_nats == pytest.approx(float(best_of_n_kl_nats(classes, n)), abs=1e-9)


def test_the_rarest_best_outcome_is_not_lost():
    """π₀ = 1e-300 and n = 1000: chosen with 1e-297, where F^n − (F − p)^n in floats is 0."""
    found = best_of_n_distribution(np.array([1.0, 1e-300]), np.array([0.0, 1.0]), 1000)
    assert found.probs[1] == pytest.approx(1e-297, rel=1e-12)
    assert found.mean(np.array([0.0, 1.0])) == found.probs[1]


def test_outcomes_of_no_probability_stay_so():
    found = best_of_n_distribution(np.array([0.5, 0.0, 0.5]), np.array([0.0, 9.0, 1.0]), 2)
    np.testing.assert_allclose(found.probs, [0.25, 0, 0.75])


def test_the_published_toy():
    """Ten equally likely outputs, n = 1000: 2.30 nats exactly, 5.91 by formula (facts.md §7)."""
    found = best_of_n_distribution(np.full(10, 0.1), np.arange(10.0), 1000)
    assert round(found.kl_nats, 2) == 2.30
    assert round(best_of_n_kl_estimate_nats(0.1, 1000), 2) == 2.30


@pytest.mark.parametrize("outcomes", [10, 100, 1000])
def test_the_estimate_is_near_the_exact_kl(outcomes):
    """Within 3 % of it (facts.md §10, row 7) on equally likely outputs, however large n."""
    for n in (2, 4, 16, 64, 256, 1024, 4096):
        exact = best_of_n_distribution(
            np.full(outcomes, 1 / outcomes), np.arange(float(outcomes)), n
        ).kl_nats
        assert best_of_n_kl_estimate_nats(1 / outcomes, n) == pytest.approx(exact, rel=0.03)


def test_the_estimate_at_its_ends():
    assert best_of_n_kl_estimate_nats(1.0, 9) == 0
    assert best_of_n_kl_estimate_nats(0.3, 1) == pytest.approx(0, abs=1e-15)
    assert best_of_n_kl_estimate_nats(1e-300, 64) == pytest.approx(best_of_n_kl_bound_nats(64))
    assert best_of_n_kl_estimate_nats(0.2, 10_000) == pytest.approx(math.log(5))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: best_of_n_distribution(np.array([0.5, 0.4]), np.zeros(2), 2), "sum to 1"),
        (lambda: best_of_n_distribution(np.array([1.5, -0.5]), np.zeros(2), 2), "not negative"),
        (lambda: best_of_n_distribution(PROBS, np.zeros(4), 0), "n=0"),
        (lambda: best_of_n_distribution(PROBS, np.zeros(4) * np.nan, 2), "NaN"),
        (lambda: best_of_n_kl_estimate_nats(0.0, 2), "in \\(0, 1\\]"),
        (lambda: best_of_n_kl_estimate_nats(0.5, 0), "n ≥ 1"),
    ],
)
def test_what_is_no_distribution_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
