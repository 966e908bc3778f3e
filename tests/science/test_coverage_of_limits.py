"""Limits that a certificate rests on cover as often as they say: by simulation.

`quick` (default tests) has few hundred simulations and a wide tolerance; the full form is nightly.
A limit of error α may miss more often than α by chance only: the tolerance is 4 standard errors.
"""

import math

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.ops.betting import betting_high, betting_low
from looksgood.ops.clopper_pearson import clopper_pearson_high, clopper_pearson_low
from looksgood.ops.empirical_bernstein import empirical_bernstein_high, empirical_bernstein_low
from looksgood.ops.hockey_stick import hockey_stick_best

ALPHA = 0.05
QUICK, FULL = 300, 20_000

LIMITS = {
    "empirical Bernstein": (empirical_bernstein_low, empirical_bernstein_high),
    "betting": (betting_low, betting_high),
}
DRAWS = {
    "coin of 5 %": (0.05, lambda rng, n: (rng.random(n) < 0.05).astype(float)),
    "coin of 50 %": (0.5, lambda rng, n: (rng.random(n) < 0.5).astype(float)),
    "uniform": (0.5, lambda rng, n: rng.random(n)),
    "mostly small": (0.1, lambda rng, n: rng.beta(0.2, 1.8, n)),
    "shares of 8": (0.05, lambda rng, n: rng.binomial(8, rng.beta(0.5, 9.5, n)) / 8),
}


def allowed(simulations):
    """The share of misses that chance explains at a true error of ALPHA."""
    return ALPHA + 4 * math.sqrt(ALPHA * (1 - ALPHA) / simulations)


def misses(name, draw, n, simulations):
    """Return how often the lower and the upper limit miss, and their mean distance from it."""
    (low, high), (mean, sample) = LIMITS[name], DRAWS[draw]
    rng = Seed(("coverage", name, draw, n)).numpy()
    ends = np.array(
        [
            (low(values, ALPHA), high(values, ALPHA))
            for values in (sample(rng, n) for _ in range(simulations))
        ]
    )
    missed = (ends[:, 0] > mean).mean(), (ends[:, 1] < mean).mean()
    return missed, np.abs(ends - mean).mean(axis=0)


def clopper_pearson_misses(n, share, simulations):
    rng = Seed(("coverage", "counts", n, str(share))).numpy()
    counts = rng.binomial(n, share, simulations)
    lows = sum(clopper_pearson_low(int(x), n, ALPHA) > share for x in counts)
    highs = sum(clopper_pearson_high(int(x), n, ALPHA) < share for x in counts)
    return lows / simulations, highs / simulations


def hockey_stick_misses(m, simulations):
    """A policy with a rare mode of high ratio: the case in which limits on the KL fail."""
    base = np.array([0.5, 0.4999, 1e-4])
    policy = np.array([0.6, 0.37, 0.03])
    ratio, q, p = np.log(policy / base), base[2], policy[2]
    rng = Seed(("coverage", "hockey", m)).numpy()
    bounds = np.array(
        [
            hockey_stick_best(ratio[rng.choice(3, m, p=policy)], q, ALPHA).p
            for _ in range(simulations)
        ]
    )
    return (bounds < p).mean(), bounds.mean()


@pytest.mark.parametrize("name", LIMITS)
def test_quick_limits_of_means_cover(name):
    for missed in misses(name, "shares of 8", 40, QUICK)[0]:
        assert missed <= allowed(QUICK)


def test_quick_counts_and_hockey_sticks_cover():
    for missed in clopper_pearson_misses(30, 0.05, QUICK):
        assert missed <= allowed(QUICK)
    assert hockey_stick_misses(100, QUICK)[0] <= allowed(QUICK)


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.parametrize("n", [15, 200])
@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize("name", LIMITS)
def test_limits_of_means_cover(name, draw, n):
    for missed in misses(name, draw, n, FULL // 10)[0]:
        assert missed <= allowed(FULL // 10)


@pytest.mark.science
@pytest.mark.parametrize("n", [10, 30, 1000])
@pytest.mark.parametrize("share", [0.001, 0.05, 0.5])
def test_counts_cover(n, share):
    for missed in clopper_pearson_misses(n, share, FULL):
        assert missed <= allowed(FULL)


@pytest.mark.science
@pytest.mark.parametrize("m", [24, 400])
def test_hockey_sticks_cover(m):
    assert hockey_stick_misses(m, FULL // 4)[0] <= allowed(FULL // 4)
