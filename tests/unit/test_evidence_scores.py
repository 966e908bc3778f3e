"""Log scores, Bayes factors and expectations of the ledger, against hand-worked numbers."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from looksgood.core.errors import ConfigError
from looksgood.core.spec import parse_spec
from looksgood.evidence.distributions import Beta, LogNormal, Mixture, Normal, Part, equal_points
from looksgood.evidence.informative import expected_decibans
from looksgood.evidence.scores import (
    LEAST_ERROR_SD,
    NOTHING,
    Evidence,
    add,
    evidence,
    outcome_of,
    score,
)
from looksgood.ops.log_scores import lognormal_log_score_nats

DECIBANS = 10 / math.log(10)
TWO_CAMPS = Mixture(
    parts=(
        Part(weight=0.25, distribution=Normal(mean=-1, sd=0.5)),
        Part(weight=0.75, distribution=LogNormal(median=2, log_sd=0.3)),
    )
)


def outcome(estimate, error_sd):
    half = 1.959963984540054 * error_sd
    row = {"estimate": estimate, "low": estimate - half, "high": estimate + half}
    found = outcome_of(row)
    assert found is not None
    return found


@pytest.mark.parametrize("seen", [-0.7, 0.05, 1.0, 3.0, 40.0])
@pytest.mark.parametrize("error", [0.02, 0.5, 3.0])
def test_a_lognormal_is_convolved_with_the_error(seen, error):
    law = stats.lognorm(s=0.6, scale=2)

    def integrand(x):
        return law.pdf(x) * stats.norm.pdf(seen, x, error)

    ends = sorted({1e-6, 0.1, 0.5, 1, 2, 4, 10, 60, *(x for x in (seen, seen + 0.1) if x > 0)})
    whole = sum(
        integrate.quad(integrand, a, b, epsabs=0, epsrel=1e-10, limit=400)[0]
        for a, b in pairwise(ends)
    )
    found = lognormal_log_score_nats(seen, math.log(2), 0.6, error)
    if whole > 1e-250:
        assert found == pytest.approx(math.log(whole), rel=1e-6, abs=1e-7)
    else:
        assert found < -570


def test_a_lognormal_without_an_error_is_the_density():
    assert lognormal_log_score_nats(3, 0.2, 0.5) == pytest.approx(
        stats.lognorm(s=0.5, scale=math.exp(0.2)).logpdf(3), rel=1e-12
    )
    assert lognormal_log_score_nats(0, 0.2, 0.5) == -math.inf
    assert lognormal_log_score_nats(-1, 0.2, 0.5) == -math.inf


def test_the_nearer_school_wins_by_a_number_worked_by_hand():
    """N(0, 1) against N(2, 1), outcome 0, error 0.75: 2²/2(1 + 0.75²) = 1.28 nats = 5.559 dB."""
    seen = outcome(0, 0.75)
    found = evidence(score(Normal(mean=0, sd=1), seen), score(Normal(mean=2, sd=1), seen))
    assert found.decibans == pytest.approx(1.28 * DECIBANS, rel=1e-12)
    assert found.decibans == pytest.approx(5.559, abs=5e-4)
    assert found.low < found.decibans < found.high


def test_the_range_holds_the_worst_of_widths_and_errors():
    seen = outcome(0, 0.75)
    one, other = Normal(mean=0, sd=1), Normal(mean=2, sd=1)
    found = evidence(score(one, seen), score(other, seen))

    def nats(prediction, width, error):
        law = stats.norm(prediction.mean, math.hypot(prediction.sd * width, 0.75 * error))
        return law.logpdf(0)

    widths = (0.5, 2**-0.5, 1, 2**0.5, 2)
    all_of_them = [
        DECIBANS * (nats(one, w, e) - nats(other, v, e))
        for w in widths
        for v in widths
        for e in (0.5, 1, 2)
    ]
    assert (found.low, found.high) == pytest.approx((min(all_of_them), max(all_of_them)))


def test_what_lies_outside_a_support_is_excluded():
    seen = outcome(5, 0.1)
    uniform, wide = Beta(alpha=1, beta=1), Normal(mean=0, sd=3)
    assert score(uniform, seen).nats == -math.inf
    found = evidence(score(wide, seen), score(uniform, seen))
    assert (found.decibans, found.high) == (math.inf, math.inf)
    assert math.isnan(evidence(score(uniform, seen), score(uniform, seen)).decibans)
    near = outcome(1.05, 0.1)
    assert math.isfinite(score(uniform, near).nats), "half an error outside is not impossible"


def test_a_prediction_that_is_hit_is_not_surprised_and_a_missed_one_by_its_sds():
    law = Normal(mean=1, sd=3)
    assert score(law, outcome(1, 4)).surprise_nats == 0
    assert score(law, outcome(11, 4)).surprise_nats == pytest.approx(2**2 / 2)


@pytest.mark.parametrize(
    ("law", "power"),
    [
        (Beta(alpha=3, beta=5, low=-1, high=2), 0.25),
        (Normal(mean=1, sd=0.4), 0.25),
        (Beta(alpha=1, beta=1), 0.25),
    ],
)
def test_twice_as_wide_is_the_density_to_the_power_one_quarter(law, power):
    places = (0.1, 0.4, 0.8)
    wide = law.widened(2)
    moved = [wide.log_score_nats(x) - power * law.log_score_nats(x) for x in places]
    assert moved == pytest.approx([moved[0]] * 3)


def test_a_mixture_is_the_weighted_sum_of_its_parts_and_widens_part_by_part():
    parts = [(part.weight, part.distribution) for part in TWO_CAMPS.parts]
    for law, factor in ((TWO_CAMPS, 1), (TWO_CAMPS.widened(2), 2)):
        whole = sum(w * math.exp(d.widened(factor).log_score_nats(1.5, 0.2)) for w, d in parts)
        assert law.log_score_nats(1.5, 0.2) == pytest.approx(math.log(whole))
    values, weights = equal_points(TWO_CAMPS, 400)
    mean = 0.25 * -1 + 0.75 * 2 * math.exp(0.3**2 / 2)
    assert weights.sum() == pytest.approx(1)
    assert values @ weights == pytest.approx(mean, rel=1e-2)


def test_an_interval_of_no_width_is_not_taken_for_no_error():
    found = outcome_of({"estimate": 0.0, "low": 0.0, "high": 0.0})
    assert found is not None
    assert found.error_sd == LEAST_ERROR_SD


@pytest.mark.parametrize("gap", ["estimate", "low", "high"])
def test_what_is_not_known_is_not_scored(gap):
    assert outcome_of({"estimate": 1.0, "low": 0.0, "high": 2.0} | {gap: None}) is None


def test_totals_add_and_infinities_stay():
    total = add(add(NOTHING, Evidence(3, 1, 5)), Evidence(-1, -2, math.inf))
    assert (total.decibans, total.low, total.high) == (2, -1, math.inf)
    assert add(total, Evidence(math.nan, math.nan, math.nan)) == total
    both = add(Evidence(math.inf, 0, math.inf), Evidence(-math.inf, -math.inf, 0))
    assert math.isnan(both.decibans)
    assert (both.low, both.high) == (-math.inf, math.inf)


@pytest.mark.parametrize("shift", [0.5, 1.0, 3.0])
def test_expected_evidence_of_two_normals_is_that_of_a_folded_normal(shift):
    """Under either, the log Bayes factor is N(δ²/2, δ²) with δ the shift in total sds."""
    error = 0.5
    delta = shift / math.hypot(1, error)
    folded = stats.foldnorm(delta / 2, scale=delta).mean()
    one, other = Normal(mean=0, sd=1), Normal(mean=shift, sd=1)
    found = expected_decibans(one, other, error)
    assert found == pytest.approx(DECIBANS * folded, rel=0.03)


def test_schools_that_agree_are_told_apart_by_nothing():
    law = LogNormal(median=2, log_sd=0.5)
    assert expected_decibans(law, law) == 0


@pytest.mark.parametrize(
    ("cls", "data", "message"),
    [
        (Normal, {"mean": 0, "sd": 0}, "sd = 0: .*greater than 0"),
        (Normal, {"mean": float("nan"), "sd": 1}, "mean = nan: .*finite"),
        (LogNormal, {"median": -1, "log_sd": 1}, "median = -1"),
        (Beta, {"alpha": 0.5, "beta": 1}, "alpha = 0.5: .*greater than or equal to 1"),
        (Beta, {"alpha": 2, "beta": 1, "low": 1, "high": 0}, "high = 0 must be above low = 1"),
        (
            Mixture,
            {
                "parts": [{"weight": 0.5, "distribution": {"kind": "normal", "mean": 0, "sd": 1}}]
                * 3
            },
            r"weights sum to 1.5",
        ),
    ],
)
def test_a_distribution_that_is_none_is_refused(cls, data, message):
    with pytest.raises(ConfigError, match=message):
        parse_spec(cls, data)


def test_quantiles_are_those_of_the_law():
    middles = np.array([0.1, 0.5, 0.9])
    law = Beta(alpha=2, beta=5, low=-1, high=3)
    assert law.quantiles(middles) == pytest.approx(stats.beta(2, 5, -1, 4).ppf(middles))
    lognormal = LogNormal(median=2, log_sd=0.6)
    expected = stats.lognorm(s=0.6, scale=2).ppf(middles)
    assert lognormal.quantiles(middles) == pytest.approx(expected)
