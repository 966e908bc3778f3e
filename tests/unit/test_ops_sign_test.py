"""The exact sign test, by enumeration."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.ops.power import power_of
from looksgood.ops.sign_test import sign_test_power, votes_needed


@given(st.integers(1, 40), st.floats(0, 1), st.sampled_from([0.01, 0.05, 0.2]))
def test_by_enumeration(votes, share, alpha):
    tail = [sum(comb(votes, i) for i in range(x, votes + 1)) / 2**votes for x in range(votes + 2)]
    needed = next(x for x in range(votes + 2) if tail[x] <= alpha)
    assert votes_needed(votes, alpha) == needed
    power = sum(
        comb(votes, i) * share**i * (1 - share) ** (votes - i) for i in range(needed, votes + 1)
    )
    assert sign_test_power(votes, share, alpha) == pytest.approx(power, abs=1e-12)


def test_false_alarms_at_fifty_votes():
    """32 of 50 or more: what the docstring says."""
    assert votes_needed(50) == 32
    assert sign_test_power(50, 0.5) == pytest.approx(0.0325, abs=1e-4)


def test_few_votes_show_nothing():
    assert votes_needed(4) == 5
    assert sign_test_power(4, 1.0) == 0


def test_many_votes_go_by_the_normal_formula():
    share = 0.53
    formula = power_of(2000, (share * (1 - share)) ** 0.5, share - 0.5)
    assert sign_test_power(2000, share) == pytest.approx(formula, abs=0.01)
