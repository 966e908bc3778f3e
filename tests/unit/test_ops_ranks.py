"""Ranks: as SciPy has them, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from looksgood.ops.ranks import mean_ranks, rank_correlation

values = st.lists(st.integers(-3, 3).map(float), min_size=3, max_size=20).map(np.array)


@given(values)
def test_ties_share_the_mean_of_their_ranks(drawn):
    assert mean_ranks(drawn) == pytest.approx(stats.rankdata(drawn))


def test_only_the_order_matters():
    one, other = np.array([1.0, 5, 2, 2, 9]), np.array([3.0, 1, 0, 4, 8])
    found = rank_correlation(one, other)
    assert found == pytest.approx(stats.spearmanr(one, other).statistic)
    assert rank_correlation(np.exp(one), -other) == pytest.approx(-found)
    assert rank_correlation(one, one) == pytest.approx(1)
    assert rank_correlation(one, np.zeros(5)) == 0
