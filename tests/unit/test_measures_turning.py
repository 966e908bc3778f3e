"""Where a curve turns over: closed forms, and laws that hold for every curve."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from looksgood.core.errors import PeakNotReached
from looksgood.measures.turning import (
    at_fallen,
    fall_share,
    gold_peak,
    least_step_ratio,
    peak_at,
    rank_correlation,
)

KL = np.array([0.0, 1.0, 4.0, 9.0])
scores = st.floats(-3, 3, width=32).map(float)
curves = st.integers(2, 9).flatmap(lambda n: arrays(np.float64, n, elements=scores))


def test_the_peak_is_the_highest_point_that_has_a_far_side():
    assert gold_peak(KL, np.array([0.0, 1.0, 2.0, 1.5])) == 2
    assert gold_peak(KL, np.array([1.0, 0.5, 0.2, 0.1])) == 0
    with pytest.raises(PeakNotReached, match=r"last of 4 points \(2\.000 at 9\.0 nats\)"):
        gold_peak(KL, np.array([0.0, 1.0, 1.5, 2.0]))


def test_peaks_of_many_curves_at_once_are_those_of_each_or_unknown():
    gold = np.array([[0.0, 1.0, 2.0, 1.5], [1.0, 0.5, 0.2, 0.1], [0.0, 1.0, 1.5, 2.0]])
    np.testing.assert_array_equal(peak_at(np.tile(KL, (3, 1)), gold), [4.0, 0.0, np.nan])


@pytest.mark.parametrize(
    ("score", "share"),
    [
        ([0.0, 1.0, 2.0, 1.5], 0.25),
        ([0.0, 1.0, 0.0], 1.0),
        ([0.0, 1.0, -1.0], 2.0),
        ([0.0, 1.0, 2.0], 0.0),
        ([0.0, -1.0, -2.0], np.nan),
        ([0.0, 0.0, 0.0], np.nan),
    ],
)
def test_the_share_lost_in_closed_form(score, share):
    np.testing.assert_allclose(fall_share(np.array(score)), share)


@given(curves)
def test_what_rises_all_the_while_loses_nothing(score):
    rising = np.sort(score)
    assume(rising[-1] > 0)
    assert fall_share(rising) == 0


@given(curves, st.floats(0.1, 10))
def test_the_share_lost_has_no_unit_and_is_none_or_positive(score, unit):
    share = fall_share(score)
    np.testing.assert_allclose(fall_share(score * unit), share, rtol=1e-6, atol=1e-6)
    assert np.isnan(share) == (score.max() <= 0)
    assert not share < 0


@given(curves)
def test_rank_correlation_is_scipys(score):
    assume(len(set(score)) > 1)
    expected = scipy.stats.spearmanr(score, np.arange(len(score))).statistic
    np.testing.assert_allclose(rank_correlation(score), expected, atol=1e-12)


def test_rank_correlation_of_many_curves_at_once_and_of_a_flat_one():
    many = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [1.0, 1.0, 1.0], [1.0, 3.0, 2.0]])
    np.testing.assert_allclose(rank_correlation(many), [1, -1, np.nan, 0.5])


def test_beside_the_point_where_a_fifth_is_lost():
    gold = np.array([0.0, 1.0, 0.9, 0.8, -1.0])
    rater = np.array([0.0, 2.0, 2.5, 3.0, 9.0])
    assert at_fallen(gold, rater, 0.2) == pytest.approx(1.0)  # 0.8 is the first that lost 20 %
    assert at_fallen(gold, rater, 0.5) == pytest.approx(7.0)
    both = at_fallen(np.stack([gold, gold]), np.stack([rater, -rater]), 0.2)
    np.testing.assert_allclose(both, [1.0, -1.0])


@given(curves, st.floats(0.01, 1))
def test_nothing_is_said_where_nothing_falls(score, share):
    rising = np.sort(score)
    assert np.isnan(at_fallen(rising, rising, share))
    assert np.isnan(at_fallen(-np.abs(score), score, share))


@given(curves, st.floats(0.01, 1))
def test_against_itself_it_is_at_least_the_share_that_fell(score, share):
    fallen = at_fallen(score, score, share)
    reached = score.max() > 0 and (score[score.argmax() :] <= (1 - share) * score.max()).any()
    assert np.isnan(fallen) != reached
    if reached:
        assert fallen <= -share * score.max() + 1e-12


def test_the_smallest_step_tells_whether_kl_rises_throughout():
    np.testing.assert_allclose(least_step_ratio(np.array([1.0, 2.0, 3.0])), 1.5)
    np.testing.assert_allclose(
        least_step_ratio(np.array([[1.0, 4.0, 2.0], [2.0, 2.0, 8.0]])), [0.5, 1.0]
    )


@given(arrays(np.float64, 5, elements=st.floats(0.01, 100)))
def test_every_step_rises_exactly_if_the_smallest_does(kl):
    assert (least_step_ratio(kl) >= 1) == bool((np.diff(kl) >= 0).all())
