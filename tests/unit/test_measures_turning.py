"""Where a curve turns over: closed forms, and laws that hold for every curve."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from looksgood.measures.turning import (
    fall_share,
    first_where_fallen,
    has_fallen,
    holds_half_of_fall,
    least_step_ratio,
    most_where_fallen,
    peak_at,
    rank_correlation,
)

KL = np.array([0.0, 1.0, 4.0, 9.0])
scores = st.floats(-3, 3, width=32).map(float)
curves = st.integers(2, 9).flatmap(lambda n: arrays(np.float64, n, elements=scores))


def test_the_peak_of_each_curve_is_its_highest_point_or_unknown_where_it_may_lie_beyond():
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


def test_beside_the_points_where_a_fifth_is_lost():
    gold = np.array([0.0, 1.0, 0.9, 0.8, -1.0])
    rater = np.array([0.0, 2.0, 2.5, 3.0, 9.0])
    assert first_where_fallen(gold, rater, 0.2) == pytest.approx(1.0)  # 0.8 lost 20 % first
    assert first_where_fallen(gold, rater, 0.5) == pytest.approx(7.0)
    assert most_where_fallen(gold, rater, 0.2) == pytest.approx(7.0)
    both = np.stack([gold, gold]), np.stack([rater, -rater])
    np.testing.assert_allclose(first_where_fallen(*both, 0.2), [1.0, -1.0])
    np.testing.assert_allclose(most_where_fallen(*both, 0.2), [7.0, -1.0])


@given(curves, st.floats(0.01, 1))
def test_nothing_is_said_where_nothing_falls(score, share):
    rising = np.sort(score)
    for where_fallen in (first_where_fallen, most_where_fallen):
        assert np.isnan(where_fallen(rising, rising, share))
        assert np.isnan(where_fallen(-np.abs(score), score, share))


@given(curves, st.floats(0.01, 1))
def test_a_curve_beside_itself_is_lower_by_at_least_the_share_that_fell(score, share):
    first, most = (f(score, score, share) for f in (first_where_fallen, most_where_fallen))
    assert np.isnan(first) == np.isnan(most) == (not has_fallen(score, share).any())
    if not np.isnan(first):
        assert first <= most <= -share * score.max() + 1e-12


@given(arrays(np.float64, (2, 7), elements=scores), st.floats(0.01, 1))
def test_the_most_is_never_below_the_first(two, share):
    score, other = two
    first, most = first_where_fallen(score, other, share), most_where_fallen(score, other, share)
    assert np.isnan(first) or most >= first


def test_the_smallest_step_tells_whether_kl_rises_throughout():
    np.testing.assert_allclose(least_step_ratio(np.array([1.0, 2.0, 3.0])), 1.5)
    np.testing.assert_allclose(
        least_step_ratio(np.array([[1.0, 4.0, 2.0], [2.0, 2.0, 8.0]])), [0.5, 1.0]
    )


@given(arrays(np.float64, 5, elements=st.floats(0.01, 100)))
def test_every_step_rises_exactly_if_the_smallest_does(kl):
    assert (least_step_ratio(kl) >= 1) == bool((np.diff(kl) >= 0).all())


def test_a_step_that_holds_half_of_a_fall_is_a_jump_and_an_even_fall_has_none():
    jump, even, rise = [0.0, -0.1, -0.9, -1.0], [0.0, -1.0, -2.0, -3.0], [0.0, 2.0, 1.0, 1.0]
    held = holds_half_of_fall(np.array([jump, even, rise]))
    np.testing.assert_array_equal(held, [[False, True, False], [False] * 3, [False] * 3])


@given(curves, st.floats(0.1, 3), st.floats(-3, 3))
def test_where_a_fall_jumps_does_not_depend_on_units(curve, scale, shift):
    assume(len(set(curve)) == len(curve))
    halves = -np.diff(curve) - (curve[0] - curve[-1]) / 2
    assume(np.abs(halves).min() > 1e-3)
    assume(abs(curve[0] - curve[-1]) > 1e-3)
    same = holds_half_of_fall(curve) == holds_half_of_fall(scale * curve + shift)
    assert same.all()
