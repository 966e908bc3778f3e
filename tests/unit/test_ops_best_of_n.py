"""Best-of-n against brute force: over all subsets of the pool, over all draws from the base."""

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.best_of_n import best_of_n_mean, best_of_n_weights, rank_weights
from looksgood.ops.best_of_n_bound import best_of_n_kl_bound_nats
from looksgood.ops.best_of_n_kl import (
    best_of_n_kl_nats,
    tie_class_shares,
)

# few distinct scores, so that ties are common
pools = st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 5)), min_size=1, max_size=6).map(
    lambda pool: torch.tensor(pool).double().T[:, None]
)


def best_of_all_subsets(proxy, gold, n):
    """Mean over all subsets of the mean gold of those tied for best."""
    means = []
    for subset in itertools.combinations(range(len(proxy)), n):
        best = max(proxy[i] for i in subset)
        tied = [gold[i] for i in subset if proxy[i] == best]
        means.append(sum(tied) / len(tied))
    return sum(means) / len(means)


@given(pools)
def test_the_estimator_is_the_mean_over_all_subsets(pool):
    proxy, gold = pool
    ns = range(1, proxy.shape[1] + 1)
    found = best_of_n_mean(gold, best_of_n_weights(proxy, ns))[0]
    expected = [best_of_all_subsets(proxy[0].tolist(), gold[0].tolist(), n) for n in ns]
    torch.testing.assert_close(found, torch.tensor(expected).double())


@given(pools)
def test_weights_are_probabilities_equal_among_ties(pool):
    proxy, _ = pool
    weights = best_of_n_weights(proxy, [1, proxy.shape[1]])
    torch.testing.assert_close(weights.sum(2), torch.ones(1, 2).double())
    for i, j in itertools.combinations(range(proxy.shape[1]), 2):
        if proxy[0, i] == proxy[0, j]:
            torch.testing.assert_close(weights[..., i], weights[..., j])


@given(pools)
def test_the_mean_proxy_never_falls_with_n(pool):
    proxy, _ = pool
    means = best_of_n_mean(proxy, best_of_n_weights(proxy, range(1, proxy.shape[1] + 1)))[0]
    assert (means.diff() >= -1e-12).all()


def test_prompts_do_not_touch_each_other():
    draw = Seed(("bon",)).torch()
    proxy, gold = torch.randn(2, 3, 9, generator=draw)
    together = best_of_n_mean(gold, best_of_n_weights(proxy, [1, 4]))
    apart = [
        best_of_n_mean(g[None], best_of_n_weights(p[None], [1, 4]))
        for p, g in zip(proxy, gold, strict=True)
    ]
    torch.testing.assert_close(together, torch.cat(apart))


@pytest.mark.parametrize(("pool", "n"), [(5, 1), (5, 3), (5, 5), (200, 17)])
def test_rank_weights_are_binomial(pool, n):
    expected = [math.comb(i - 1, n - 1) / math.comb(pool, n) for i in range(1, pool + 1)]
    torch.testing.assert_close(rank_weights(pool, [n])[0], torch.tensor(expected).double())


def test_pools_too_large_for_factorials_are_no_trouble():
    weights = rank_weights(5000, [1, 64, 2500, 5000])
    torch.testing.assert_close(weights.sum(1), torch.ones(4).double())


def test_what_cannot_be_estimated_is_refused():
    with pytest.raises(TooFew, match="best of 4 cannot be told from 3 samples"):
        best_of_n_weights(torch.zeros(1, 3), [1, 4])
    with pytest.raises(ValueError, match="n=0"):
        best_of_n_weights(torch.zeros(1, 3), [0])
    with pytest.raises(ValueError, match="NaN"):
        best_of_n_weights(torch.tensor([[0.0, math.nan]]), [1])


def kl_by_enumeration(probs, rewards, n):
    """KL(best-of-n ‖ base) over all ways to draw n outputs, ties broken at random."""
    chosen = [0.0] * len(probs)
    for drawn in itertools.product(range(len(probs)), repeat=n):
        best = max(rewards[i] for i in drawn)
        tied = [i for i in drawn if rewards[i] == best]
        for i in tied:
            chosen[i] += math.prod(probs[j] for j in drawn) / len(tied)
    return sum(c * math.log(c / p) for c, p in zip(chosen, probs, strict=True) if c)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize("rewards", [(0, 1, 2, 3), (0, 0, 1, 1), (0, 1, 1, 1), (2, 2, 2, 2)])
def test_the_exact_kl_is_that_of_the_enumeration(rewards, n):
    probs = (0.1, 0.4, 0.3, 0.2)
    classes = [sum(p for p, r in zip(probs, rewards, strict=True) if r == c) for c in range(4)]
    exact = best_of_n_kl_nats(torch.tensor(classes).double(), n)
    expected = kl_by_enumeration(probs, rewards, n)
    torch.testing.assert_close(exact, torch.tensor(expected).double())


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=8), st.integers(1, 5000))
def test_it_never_exceeds_its_two_bounds(weights, n):
    probs = torch.tensor(weights).double()
    probs /= probs.sum()
    exact = float(best_of_n_kl_nats(probs, n))
    assert -1e-12 <= exact <= best_of_n_kl_bound_nats(n) + 1e-9
    assert exact <= -math.log(probs[-1]) + 1e-9


def test_without_ties_the_bound_is_met():
    fine = torch.full((200_000,), 1 / 200_000).double()
    assert math.isclose(best_of_n_kl_nats(fine, 8), best_of_n_kl_bound_nats(8), abs_tol=1e-4)


def test_the_published_toy_where_the_closed_form_is_far_off():
    """Ten equally likely outputs, n = 1000: 2.30 nats, not 5.91 (facts.md §7)."""
    assert round(float(best_of_n_kl_nats(torch.full((10,), 0.1), 1000)), 2) == 2.30
    assert round(best_of_n_kl_bound_nats(1000), 2) == 5.91


def test_shares_of_tie_classes_come_worst_first():
    assert tie_class_shares(torch.tensor([3.0, 1.0, 3.0, 2.0])).tolist() == [0.25, 0.25, 0.5]


def test_no_distribution_no_kl():
    with pytest.raises(ValueError, match="sum to"):
        best_of_n_kl_nats(torch.tensor([0.5, 0.4]), 2)
    for function in (best_of_n_kl_bound_nats, lambda n: best_of_n_kl_nats(torch.ones(1), n)):
        with pytest.raises(ValueError, match="n=0"):
            function(0)
