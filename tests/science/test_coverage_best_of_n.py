"""Does the interval of best-of-n from one pool cover? By simulation, where gold is known exactly.

Nightly 3 000 pools; in the default tests 150, within what chance allows.
"""

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.ops.best_of_n_variance import best_of_n_interval, best_of_n_jackknife
from looksgood.ops.exploit_bed import ExploitBed


def covered(bed, n, pool, simulations):
    """Share of pools whose interval holds the true mean gold."""
    true = bed.best_of_n(n).gold
    rng = Seed(("coverage best of n", n, pool)).numpy()
    hits = 0
    for _ in range(simulations):
        z, exploit = rng.standard_normal(pool), rng.random(pool) < bed.delta
        proxy, gold = z + bed.gain * exploit, z - bed.cost * exploit
        _, low, high = best_of_n_interval(proxy, gold, n)
        hits += low <= true <= high
    return hits / simulations


MILD = ExploitBed(0.2, 1.0, 1.0)
# seldom in a pool, decisive where it is
RARE = ExploitBed(0.01, 4.0, 3.0)
CASES = [(1, 50), (2, 100), (4, 80), (4, 200), (16, 320), (16, 1600)]


@pytest.mark.parametrize(("n", "pool"), [(1, 50), (4, 80)])
def test_quickly(n, pool):
    assert covered(MILD, n, pool, 150) > 0.87


@pytest.mark.science
@pytest.mark.parametrize(("n", "pool"), CASES)
def test_nominal_95_covers_93_to_97(n, pool):
    assert 0.93 <= covered(MILD, n, pool, 3000) <= 0.97


@pytest.mark.science
@pytest.mark.parametrize(("n", "pool", "least"), [(4, 80, 0.90), (16, 320, 0.90), (16, 1600, 0.93)])
def test_a_rare_exploit_lowers_it_as_the_docstring_says(n, pool, least):
    assert least <= covered(RARE, n, pool, 3000) <= 0.97


@pytest.mark.science
def test_the_jackknife_is_not_below_the_variance_seen():
    rng = Seed(("jackknife",)).numpy()
    found = []
    for _ in range(3000):
        z, exploit = rng.standard_normal(80), rng.random(80) < 0.2
        found.append(best_of_n_jackknife(z + exploit, z - exploit, 16))
    theta, variance = np.array(found).T
    assert variance.mean() >= 0.97 * theta.var()
