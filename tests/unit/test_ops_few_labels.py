import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.aipw import aipw_mean
from looksgood.ops.allocation import inclusion_probabilities, neyman_allocation
from looksgood.ops.confidence_sequence import bounded_mean_limits, normal_confidence_sequence
from looksgood.ops.e_process_bounded import log_e_bounded_mean
from looksgood.ops.finite_pool import pool_mean
from looksgood.ops.power import detectable_effect, labels_needed, power_of
from looksgood.ops.ppi import ppi_mean, ppi_mean_cross_fitted
from looksgood.ops.t_interval import t_interval, welch_dof

numbers = st.integers(0, 99)


def a_judged_sample(number, n=12, m=300, noise=0.5):
    rng = Seed(("few labels", number)).numpy()
    truth = rng.normal(1.0, 1.0, size=n + m)
    judged = truth + noise * rng.normal(size=n + m) + 0.3
    return truth[:n], judged[:n], judged[n:]


@given(numbers)
def test_the_published_form_in_closed_form(number):
    """What ppi-python's ppi_mean_ci computes: ddof 0, except in the pooled variance of f."""
    labels, judged, rest = a_judged_sample(number)
    n, m = len(labels), len(rest)
    pooled = np.concatenate([judged, rest]).var(ddof=1)
    covariance = np.mean((labels - labels.mean()) * (judged - judged.mean()))
    lam = min(max(covariance / ((1 + n / m) * pooled), 0.0), 1.0)
    residuals = labels - lam * judged
    value = lam * rest.mean() + residuals.mean()
    half = stats.norm.ppf(0.975) * math.sqrt(lam**2 * rest.var() / m + residuals.var() / n)
    found = ppi_mean(labels, judged, rest, form="z")
    expected = (value, value - half, value + half)
    np.testing.assert_allclose(
        (found.mean.value, found.mean.low, found.mean.high), expected, rtol=1e-10
    )
    assert math.isclose(found.lam, lam)
    assert math.isclose(found.correlation, np.corrcoef(labels, judged)[0, 1])


@given(numbers)
def test_without_the_judge_it_is_the_t_interval(number):
    labels, judged, rest = a_judged_sample(number)
    found = ppi_mean(labels, judged, rest, lam=0.0).mean
    expected = stats.t.interval(0.95, len(labels) - 1, labels.mean(), stats.sem(labels))
    np.testing.assert_allclose((found.low, found.high), expected, rtol=1e-9)


def test_a_judge_who_never_varies_is_not_used():
    labels = np.array([1.0, 2.0, 4.0, 3.0])
    for fit in (ppi_mean, ppi_mean_cross_fitted):
        found = fit(labels, np.full(4, 7.0), np.full(9, 7.0))
        assert found.lam == 0
        assert math.isclose(found.mean.value, 2.5)
        assert math.isnan(found.correlation)


def test_a_judge_who_points_the_wrong_way_is_not_used():
    labels, judged, rest = a_judged_sample(0)
    assert ppi_mean(labels, -judged, -rest).lam == 0


@given(numbers, st.floats(-5, 5))
def test_a_judge_who_is_off_by_a_constant_does_no_harm(number, offset):
    labels, judged, rest = a_judged_sample(number)
    for fit in (ppi_mean, ppi_mean_cross_fitted):
        one, other = (
            fit(labels, judged, rest).mean,
            fit(labels, judged + offset, rest + offset).mean,
        )
        assert math.isclose(one.value, other.value, abs_tol=1e-9)
        assert math.isclose(one.se, other.se, rel_tol=1e-8)


def test_a_good_judge_is_worth_labels():
    labels, judged, rest = a_judged_sample(1, n=60, m=6000, noise=0.3)
    with_judge = ppi_mean(labels, judged, rest).mean.se
    assert with_judge < 0.5 * ppi_mean(labels, judged, rest, lam=0.0).mean.se


def test_cross_fitting_by_hand():
    """Two folds of two: λ of each is fitted on the other."""
    labels, judged = np.array([1.0, 2.0, 3.0, 3.0]), np.array([1.0, 0.0, 2.0, 2.0])
    rest = np.array([0.0, 1.0, 2.0, 1.0])
    variances = [np.r_[judged[k::2], rest].var(ddof=1) * 1.5 for k in (1, 0)]
    lams = np.minimum([1.0 / variances[0], 1.0 / variances[1]], 1.0)
    expected = np.mean([labels[k::2] - lams[k] * (judged[k::2] - 1.0) for k in (0, 1)])
    found = ppi_mean_cross_fitted(labels, judged, rest)
    assert math.isclose(found.mean.value, expected)
    assert math.isclose(found.lam, np.mean(lams))


def test_an_interval_by_hand():
    found = t_interval(1.0, 0.5, 4)
    assert math.isclose(found.high, 1 + 0.5 * 2.7764451051977987)
    assert math.isclose(t_interval(1.0, 0.5, math.inf).low, 1 - 0.5 * 1.959963984540054)
    assert math.isclose(welch_dof((1.0, 1.0), (4, 4)), 8)
    assert welch_dof((0.0, 0.0), (4, 7)) == 4


@settings(max_examples=8)
@given(st.integers(2, 8), numbers)
def test_over_all_samples_of_a_pool_the_estimate_is_exact(n, number):
    rng = Seed(("pool", number)).numpy()
    truth, judged = rng.normal(size=8), rng.normal(size=8)
    samples = [c for c in range(256) if c.bit_count() == n]
    found = []
    for code in samples:
        drawn = np.array([code >> k & 1 for k in range(8)], dtype=bool)
        found.append(pool_mean(judged, drawn, np.where(drawn, truth, np.nan), lam=0.7))
    values = np.array([f.value for f in found])
    assert math.isclose(values.mean(), truth.mean(), abs_tol=1e-12)
    # so is its variance
    assert math.isclose(np.mean([f.se**2 for f in found]), values.var(), abs_tol=1e-12)


@settings(max_examples=8)
@given(numbers)
def test_over_all_draws_the_weighted_estimate_is_exact(number):
    rng = Seed(("aipw", number)).numpy()
    truth, judged, chance = rng.normal(size=6), rng.normal(size=6), rng.uniform(0.5, 1, size=6)
    mean = variance = squares = 0.0
    for code in range(64):
        drawn = np.array([code >> k & 1 for k in range(6)], dtype=bool)
        weight = math.prod(np.where(drawn, chance, 1 - chance))
        if drawn.sum() >= 2:
            found = aipw_mean(judged, drawn, np.where(drawn, truth, np.nan), chance, "pool")
            value, se = found.value, found.se
        else:  # refused; by the formula
            value = judged.mean() + np.sum(drawn * (truth - judged) / chance) / 6
            se = math.sqrt(np.sum(drawn * (1 - chance) * ((truth - judged) / chance) ** 2)) / 6
        mean, squares = mean + weight * value, squares + weight * value**2
        variance += weight * se**2
    assert math.isclose(mean, truth.mean(), abs_tol=1e-12)
    assert math.isclose(variance, squares - mean**2, rel_tol=1e-9)


def test_with_every_item_labelled_it_is_the_mean():
    truth = np.array([1.0, 4.0, 2.0])
    every = np.ones(3, dtype=bool)
    found = aipw_mean(np.zeros(3), every, truth, np.ones(3))
    assert math.isclose(found.value, truth.mean())
    assert math.isclose(found.se, stats.sem(truth))
    assert aipw_mean(np.zeros(3), every, truth, np.ones(3), "pool").se == 0
    assert pool_mean(np.zeros(3), every, truth).se == 0


@given(
    st.lists(st.tuples(st.integers(1, 40), st.floats(0, 5)), min_size=1, max_size=6),
    st.integers(0, 120),
    st.integers(0, 3),
)
def test_allocations_add_up_within_their_limits(strata, labels, floor):
    sizes, sds = (np.array(column) for column in zip(*strata, strict=True))
    least = np.minimum(sizes, floor)
    if labels < least.sum():
        with pytest.raises(TooFew, match="floors"):
            neyman_allocation(sizes, sds, labels, floor)
        return
    counts = neyman_allocation(sizes, sds, labels, floor)
    assert counts.sum() == min(labels, sizes.sum())
    assert (counts >= least).all()
    assert (counts <= sizes).all()


def test_neyman_by_hand():
    sizes, sds = np.array([100, 100, 200]), np.array([1.0, 2.0, 0.5])
    assert neyman_allocation(sizes, sds, 40).tolist() == [10, 20, 10]
    assert neyman_allocation(sizes, np.array([1.0, 0.0, 0.0]), 40, floor=5).tolist() == [30, 5, 5]
    assert neyman_allocation(np.array([3, 100]), np.array([100.0, 1.0]), 10).tolist() == [3, 7]


# no subnormal spreads: the ratio that the test itself forms would overflow
SPREADS = st.lists(st.floats(0, 5, allow_subnormal=False), min_size=1, max_size=30)


@given(SPREADS, st.floats(0.01, 0.5), st.floats(0, 1))
@example([1.0, 1e-239, 1.0, 3e-239], 0.1, 0.9)
def test_inclusion_probabilities_spend_the_budget(spreads, floor, share):
    spread = np.array(spreads)
    budget = len(spread) * (floor + share * (1 - floor))
    chance = inclusion_probabilities(spread, budget, floor)
    assert math.isclose(chance.sum(), budget, rel_tol=1e-9)
    assert (chance >= floor - 1e-12).all()
    assert (chance <= 1 + 1e-12).all()
    wanted = spread > 1e-100 * spread.max()  # less than that of the largest is nobody's wish
    free = (chance > floor + 1e-9) & (chance < 1 - 1e-9) & wanted
    if free.any() and wanted[chance > floor + 1e-9].all():
        ratios = chance[free] / spread[free]
        np.testing.assert_allclose(ratios, ratios[0], rtol=1e-6)


def test_power_by_hand():
    """z of 0.95 and 0.8 are 1.6449 and 0.8416: 2.4865² sd²/δ²."""
    assert labels_needed(1.0, 0.5) == 25
    assert labels_needed(1.0, 0.25) == 99
    assert labels_needed(1.0, 0.25, judge_correlation=0.7) == 51
    assert math.isclose(detectable_effect(100, 1.0), 0.24865, abs_tol=1e-5)


@given(st.floats(0.1, 5), st.floats(0.05, 2), st.floats(0.5, 0.99), st.floats(0, 0.95))
def test_the_three_say_the_same(sd, effect, power, rho):
    n = labels_needed(sd, effect, power=power, judge_correlation=rho)
    assert power_of(n, sd, effect, judge_correlation=rho) >= power - 1e-9
    assert n == 1 or power_of(n - 1, sd, effect, judge_correlation=rho) < power + 1e-9
    assert detectable_effect(n, sd, power=power, judge_correlation=rho) <= effect * (1 + 1e-9)


def test_a_confidence_sequence_is_tightest_where_asked():
    values = np.zeros(1000)
    widths = []
    for tightest_at in (50, 200, 800):
        limits = normal_confidence_sequence(values, sd=1.0, tightest_at=tightest_at)
        widths.append(limits[199, 1])
    assert widths[1] == min(widths)
    # about 1.5 times as wide as the interval for one look
    assert 1.4 < widths[1] * math.sqrt(200) / 1.96 < 1.7


def test_the_running_sd_takes_its_place():
    values = Seed(("sequence",)).numpy().normal(5, 2, size=50) + 1e6
    limits = normal_confidence_sequence(values)
    known = normal_confidence_sequence(values, sd=float(values.std(ddof=1)))
    assert limits[0].tolist() == [-math.inf, math.inf]
    np.testing.assert_allclose(limits[-1], known[-1], rtol=1e-12)


@settings(max_examples=8)
@given(numbers, st.sampled_from([0.02, 0.3, 0.95]))
def test_betting_limits_hold_the_mean_and_nothing_rejected(number, rate):
    values = (Seed(("limits", number)).numpy().uniform(size=60) < rate).astype(float)
    low, high = bounded_mean_limits(values)
    assert 0 <= low <= values.mean() <= high <= 1
    for limit in (low, high):
        if 0 < limit < 1:
            assert math.isclose(log_e_bounded_mean(values, limit)[-1], math.log(20), abs_tol=1e-6)


def test_without_a_single_event_the_rate_is_bounded_above():
    low, high = bounded_mean_limits(np.zeros(60))
    assert low == 0
    assert 1 - 0.05 ** (1 / 60) < high < 0.12  # wider than the one-sided exact limit, 0.049
    assert bounded_mean_limits(np.ones(60)) == pytest.approx((1 - high, 1), abs=1e-9)
    assert bounded_mean_limits(np.array([0.5])) == pytest.approx((0, 1), abs=0.01)


def test_what_says_nothing_is_refused():
    labels, judged, rest = a_judged_sample(0)
    with pytest.raises(TooFew, match="labels: 2 values"):
        ppi_mean(labels[:2], judged[:2], rest)
    with pytest.raises(TooFew, match="judged_unlabelled: 1"):
        ppi_mean(labels, judged, rest[:1])
    with pytest.raises(TooFew, match="labels: 3 values, at least 4"):
        ppi_mean_cross_fitted(labels[:3], judged[:3], rest)
    with pytest.raises(ValueError, match="folds=1"):
        ppi_mean_cross_fitted(labels, judged, rest, folds=1)
    with pytest.raises(ValueError, match="judged: 12 of 12"):
        ppi_mean(labels, judged * np.nan, rest)
    with pytest.raises(TooFew, match="labels: 1"):
        pool_mean(np.ones(3), np.array([True, False, False]), np.ones(3))
    drawn = np.array([True, True, False])
    with pytest.raises(ValueError, match=r"\(0, 1\] is needed"):
        aipw_mean(np.ones(3), drawn, np.ones(3), np.array([0.5, 0.5, 0.0]))
    with pytest.raises(TooFew, match="labels: 1"):
        aipw_mean(np.ones(3), np.array([True, False, False]), np.ones(3), np.full(3, 0.5))
    with pytest.raises(TooFew, match="the floor alone"):
        inclusion_probabilities(np.ones(10), 1.0, 0.5)
    with pytest.raises(ValueError, match="budget=11"):
        inclusion_probabilities(np.ones(10), 11.0, 0.5)
    with pytest.raises(ValueError, match="judge_correlation=1"):
        labels_needed(1.0, 1.0, judge_correlation=1.0)
    with pytest.raises(ValueError, match="smallest_effect=0"):
        labels_needed(1.0, 0.0)
    with pytest.raises(TooFew, match="fewer than two"):
        t_interval(0.0, 1.0, 0.5)
    with pytest.raises(ValueError, match="confidence=1"):
        t_interval(0.0, 1.0, 5, confidence=1.0)
