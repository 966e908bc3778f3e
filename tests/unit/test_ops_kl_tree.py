"""Moments on small trees, against the sum over sequences written out and against `ops.kl`."""

import itertools
import math

import numpy as np
import pytest
import torch

from looksgood.core.seeds import Seed
from looksgood.ops.kl import (
    kl_exact_per_position_nats,
    kl_k1_nats,
    kl_k2_nats,
    kl_k3_nats,
)
from looksgood.ops.kl_tree import kl_estimator_moments

VOCABULARY, LENGTH = 3, 3


def tree(number, concentration=1.0):
    rng = Seed(("tree", number)).numpy()
    alpha = np.full(VOCABULARY, concentration)
    return [rng.dirichlet(alpha, size=VOCABULARY**t) for t in range(LENGTH)]


def written_out(policy, base):
    """All sequences: probability, and rows of log-probabilities and distributions per position."""
    sequences = list(itertools.product(range(VOCABULARY), repeat=LENGTH))
    place = [
        [int("0" + "".join(map(str, s[:t])), VOCABULARY) for t in range(LENGTH)] for s in sequences
    ]
    pi, pi0 = (
        np.array([[m[t][row[t]] for t in range(LENGTH)] for row in place]) for m in (policy, base)
    )
    ids = np.array(sequences)[..., None]
    logp, logq = (np.log(np.take_along_axis(m, ids, 2)[..., 0]) for m in (pi, pi0))
    return logp, logq, pi, pi0


@pytest.mark.parametrize("number", range(4))
def test_the_moments_are_those_of_our_estimators(number):
    policy, base = tree(number), tree(100 + number)
    logp, logq, pi, pi0 = written_out(policy, base)
    prob = np.exp(logp.sum(1))
    mask = torch.ones(logp.shape, dtype=torch.bool)
    a, b = torch.tensor(logp), torch.tensor(logq)
    each = {
        "k1": kl_k1_nats(a, b, mask),
        "k2": kl_k2_nats(a, b, mask),
        "k3": kl_k3_nats(a, b, mask),
        "per_position": kl_exact_per_position_nats(
            torch.tensor(pi).log(), torch.tensor(pi0).log(), mask
        ),
    }
    found = kl_estimator_moments(policy, base)
    for name, values in each.items():
        mean = prob @ values.numpy()
        assert getattr(found, name).mean == pytest.approx(mean, rel=1e-12)
        variance = prob @ (values.numpy() - mean) ** 2
        assert getattr(found, name).variance == pytest.approx(variance, rel=1e-10)
    assert found.kl_nats == pytest.approx(prob @ (logp - logq).sum(1), rel=1e-12)


@pytest.mark.parametrize("number", range(10))
def test_three_are_unbiased(number):
    found = kl_estimator_moments(tree(number), tree(200 + number))
    for moments in (found.k1, found.k3, found.per_position):
        assert moments.mean == pytest.approx(found.kl_nats, rel=1e-12)


def test_the_sum_over_positions_is_usually_but_not_always_less_noisy():
    wins = 0
    for number in range(20):
        found = kl_estimator_moments(tree(number), tree(300 + number))
        wins += found.per_position.variance < min(found.k1.variance, found.k3.variance)
    assert wins >= 18
    # not always: what the first token says of the second cancels what it cost, in k1 only
    policy = [np.array([[0.5, 0.5]]), np.array([[0.5, 0.5], [0.9, 0.1]])]
    base = [np.array([[0.6, 0.4]]), np.array([[0.5, 0.5], [0.9, 0.1]])]
    one_step = kl_estimator_moments(policy, base)
    assert one_step.per_position.variance == pytest.approx(0, abs=1e-30)
    late = kl_estimator_moments(
        [np.array([[0.5, 0.5]]), np.array([[1.0, 0.0], [1.0, 0.0]])],
        [np.array([[0.8, 0.2]]), np.array([[0.2, 0.8], [0.8, 0.2]])],
    )
    # both tokens of a sequence together: log 0.5/0.16 either way, so k1 does not vary at all
    assert late.k1.variance == pytest.approx(0, abs=1e-30)
    assert late.per_position.variance > 0.1


def test_k3_is_too_low_where_the_policy_lacks_support():
    policy, base = [np.array([[1.0, 0.0]])], [np.array([[0.5, 0.5]])]
    found = kl_estimator_moments(policy, base)
    assert found.kl_nats == pytest.approx(math.log(2))
    assert found.k3.mean == pytest.approx(math.log(2) - 0.5)
    assert found.per_position.mean == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    ("policy", "base", "words"),
    [
        ([], [], "1 or more"),
        ([np.ones((1, 1))] * 2, [np.ones((1, 1))], "as many"),
        ([np.array([[0.5, 0.6]])], [np.array([[0.5, 0.5]])], "sum to 1"),
        ([np.array([[0.5, 0.5]])], [np.array([[np.nan, 0.5]])], "sum to 1"),
        ([np.array([[0.5, 0.5]])], [np.array([[1.0, 0.0]])], "infinite"),
        ([np.array([[0.5, 0.5]])] * 2, [np.array([[0.5, 0.5]])] * 2, "level 1 has shapes"),
        ([np.full((1, 2), 0.5)] * 21, [np.full((1, 2), 0.5)] * 21, "at most 2\\^20"),
    ],
)
def test_what_is_no_pair_of_trees_is_refused(policy, base, words):
    with pytest.raises(ValueError, match=words):
        kl_estimator_moments(policy, base)
