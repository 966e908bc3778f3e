"""Slopes and rates of responses that share prompts, and q values: closed forms and error rates."""

import numpy as np
import pytest
from scipy import stats

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.clustered_rate import clustered_rate_interval
from looksgood.ops.clustered_slope import clustered_slope
from looksgood.ops.curve import curve_of_means
from looksgood.ops.false_discovery import false_discovery_q
from looksgood.ops.within import Within


def test_where_prompts_are_alike_in_design_it_is_the_t_test_of_their_slopes():
    rng = Seed(("slopes",)).numpy()
    y = rng.normal(0.3, 1, (20, 4))
    x = np.array([-1.0, -1.0, 1.0, 1.0])
    found = clustered_slope(np.tile(x, 20), y.ravel(), np.repeat(np.arange(20), 4))
    each = y @ x / 4
    assert found.value == pytest.approx(each.mean())
    assert found.dof == pytest.approx(19)
    assert found.p == pytest.approx(stats.ttest_1samp(each, 0).pvalue)
    assert found.half == pytest.approx(stats.t.ppf(0.975, 19) * stats.sem(each))


def test_what_three_of_fifty_prompts_do_is_no_evidence():
    prompt = np.repeat(np.arange(50), 4)
    x = np.where(prompt < 3, np.tile([-1.0, 1.0], 100), 0.0)
    with pytest.raises(TooFew, match="3 prompts"):
        clustered_slope(x, x, prompt)


@pytest.mark.parametrize("size", [0, 40])
def test_what_does_not_vary_has_no_slope(size):
    with pytest.raises(TooFew):
        clustered_slope(np.zeros(size), np.ones(size), np.arange(size))


@pytest.mark.parametrize(("prompts", "per", "rate"), [(12, 10, 0.3), (60, 5, 0.04)])
def test_where_prompts_differ_in_what_pays_it_errs_at_its_rate(prompts, per, rate):
    """A trait whose prompts like it or not, and whose pay differs by prompt but is 0 on average."""
    rng = Seed(("false alarms", prompts)).numpy()
    p, prompt = [], np.repeat(np.arange(prompts), per)
    for _ in range(500):
        odds = (1 / rate - 1) * np.exp(-rng.normal(0, 1.5, prompts))
        x = 1.0 * (rng.random(prompts * per) < 1 / (1 + odds[prompt]))
        y = rng.normal(0, 1, prompts)[prompt] + rng.normal(0, 1, prompts * per)
        y += rng.normal(0, 0.5, prompts)[prompt] * x
        within = Within.of(prompt)
        try:
            p.append(clustered_slope(within(x), within(y), prompt).p)
        except TooFew:
            continue
    assert len(p) > 300
    assert np.mean(np.array(p) < 0.05) < 0.05 + 3.5 * (0.05 * 0.95 / len(p)) ** 0.5
    assert np.mean(np.array(p) < 0.05) > 0.02


def test_within_leaves_what_dummies_cannot_explain():
    rng = Seed(("within",)).numpy()
    group, other = rng.integers(0, 7, 60), rng.integers(0, 4, 60)
    y = rng.normal(5, 1, 60)
    columns = 1.0 * (other[:, None] == np.arange(4))
    dummies = np.hstack([1.0 * (group[:, None] == np.arange(7)), columns])
    expected = y - dummies @ np.linalg.lstsq(dummies, y, rcond=None)[0]
    assert Within.of(group, columns)(y) == pytest.approx(expected)
    assert Within.of(group)(1.0 * group) == pytest.approx(np.zeros(60))


def test_q_values_by_hand():
    c = 1 + 1 / 2 + 1 / 3
    q = false_discovery_q(np.array([0.9, 0.01, 0.02]))
    assert q == pytest.approx([1.0, 3 * c * 0.02 / 2, 3 * c * 0.02 / 2])
    weighted = false_discovery_q(np.array([0.9, 0.01, 0.02]), np.array([1.0, 4.0, 1.0]))
    assert weighted[1] == pytest.approx(3 * c * 0.01 / 2)
    assert false_discovery_q(np.zeros(0)).tolist() == []


@pytest.mark.parametrize(
    ("p", "weights", "why"),
    [([1.2], [1.0], "p value"), ([np.nan], [1.0], "p value"), ([0.5], [0.0], "weight")],
)
def test_what_is_no_p_value_or_weight_is_refused(p, weights, why):
    with pytest.raises(ValueError, match=why):
        false_discovery_q(np.array(p), np.array(weights))


@pytest.mark.parametrize(("mean", "alike"), [(0.3, 4.0), (0.02, 1.0), (0.02, 30.0)])
def test_limits_of_a_rate_cover_where_prompts_differ(mean, alike):
    rng = Seed(("rates", f"{mean} {alike}")).numpy()
    prompt, zero = np.repeat(np.arange(40), 5), np.zeros(200, np.int64)
    held = 0
    for _ in range(400):
        chance = rng.beta(mean * alike, (1 - mean) * alike, 40)
        hits = 1.0 * (rng.random(200) < chance[prompt])
        curve = curve_of_means(np.zeros(1), hits, zero, prompt)
        low, high = clustered_rate_interval(float(curve.mean[0]), float(curve.se[0]), 200, 40)
        held += low <= mean <= high
    assert held / 400 > 0.95 - 0.03


def test_a_rate_of_nothing_has_the_limit_of_as_many_prompts():
    low, high = clustered_rate_interval(0.0, 0.0, 500, 30)
    assert low == 0
    assert high == pytest.approx(1 - 0.025 ** (1 / 30))
    with pytest.raises(TooFew):
        clustered_rate_interval(0.5, 0.1, 50, 1)
