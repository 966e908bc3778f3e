"""Best-of-n of many pools against all subsets of each, written out."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.seeds import Seed
from looksgood.ops.best_of_n_pools import best_of_n_by_pool

# few distinct scores, so that ties are common; pools of unequal size
rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(-5, 5)), min_size=1, max_size=14
)
NS = (1, 2, 3, 5)


def best_of_all_subsets(proxy, score, n):
    if n > len(proxy):
        return np.nan
    found = []
    for subset in itertools.combinations(range(len(proxy)), n):
        top = max(proxy[i] for i in subset)
        found.append(np.mean([score[i] for i in subset if proxy[i] == top]))
    return np.mean(found)


@given(rows)
def test_it_is_the_mean_over_all_subsets_of_each_pool(rows):
    named, proxy, gold = np.array(rows).T
    pool = np.unique(named, return_inverse=True)[1]
    scores = np.stack([gold, proxy], axis=1).astype(float)
    found = best_of_n_by_pool(pool, proxy.astype(float), scores, NS)
    for place in range(pool.max() + 1):
        mine = pool == place
        for k, n in enumerate(NS):
            expected = [best_of_all_subsets(proxy[mine], s[mine], n) for s in (gold, proxy)]
            np.testing.assert_allclose(found[place, k], expected, atol=1e-12)


def test_of_all_it_is_the_best_and_of_more_it_is_unknown():
    rng = Seed(("pools",)).numpy()
    proxy, gold = rng.standard_normal((2, 1100))
    found = best_of_n_by_pool(np.zeros(1100, dtype=int), proxy, gold[:, None], (1, 1100, 1101))
    assert found[0, 0, 0] == pytest.approx(gold.mean())
    assert found[0, 1, 0] == pytest.approx(gold[proxy.argmax()])
    assert np.isnan(found[0, 2, 0])


def test_the_best_of_none_does_not_exist():
    one = np.zeros(1)
    with pytest.raises(ValueError, match="each 1 or more"):
        best_of_n_by_pool(np.zeros(1, dtype=int), one, one[:, None], (0,))
    with pytest.raises(ValueError, match="1 NaN"):
        best_of_n_by_pool(np.zeros(1, dtype=int), one * np.nan, one[:, None], (1,))
