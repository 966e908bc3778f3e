"""Hockey-stick bounds: true for every event of a known pair of distributions, and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.clopper_pearson import clopper_pearson_high
from looksgood.ops.hockey_stick import (
    hockey_stick_at,
    hockey_stick_best,
    hockey_stick_estimate,
)
from looksgood.ops.probability import Probability

log_ratios = arrays(np.float64, st.integers(1, 40), elements=st.floats(-30, 800))


def test_the_estimate_by_hand():
    ratios = np.log([0.5, 1.0, 2.0, 4.0])
    assert hockey_stick_estimate(ratios, math.log(1.0)) == pytest.approx((0.5 + 0.75) / 4)
    assert hockey_stick_estimate(ratios, math.log(4.0)) == 0
    assert hockey_stick_estimate(ratios, -math.inf) == 1
    assert hockey_stick_estimate(np.array([math.inf, 0.0]), 700.0) == 0.5


@given(log_ratios, st.floats(1e-9, 1))
def test_the_best_gamma_is_the_best(ratios, q):
    best = hockey_stick_best(ratios, q, 0.05)
    slack = math.sqrt(math.log(20) / (2 * len(ratios)))
    grid = [*ratios, -5.0, 0.0, 3.0, 20.0]
    each = [math.exp(min(g + math.log(q), 50)) + hockey_stick_estimate(ratios, g) for g in grid]
    assert best.p == pytest.approx(min(1.0, min(each) + slack), rel=1e-9)
    assert best.excess >= min(1.0, slack)


def test_no_event_exceeds_the_bound_in_expectation():
    rng = Seed(("test", "hockey")).numpy()
    for _ in range(50):
        base, policy = rng.dirichlet([0.3] * 8), rng.dirichlet([0.3] * 8)
        ratio = np.log(policy) - np.log(base)
        event = rng.random(8) < 0.4
        q, p = base[event].sum(), policy[event].sum()
        for gamma in (0.0, 0.5, 1.0, 3.0, 30.0):
            excess = (policy * np.maximum(0, 1 - gamma * np.exp(-ratio))).sum()
            assert p <= gamma * q + excess + 1e-12


def test_a_chosen_gamma_uses_clopper_pearson():
    ratios = np.log([0.5, 1.0, 2.0, 4.0])
    found = hockey_stick_at(ratios, 0.01, math.log(3.0), 0.05)
    assert found.excess == clopper_pearson_high(1, 4, 0.05)
    assert found.p == pytest.approx(0.03 + found.excess)
    assert hockey_stick_at(ratios, 0.9, math.log(3.0), 0.05).p == 1


def test_a_rare_mode_is_paid_for_although_unseen():
    """Of m samples none shows a mode of mass 1/m; the KL estimate misses it, the limit does not."""
    found = hockey_stick_best(np.zeros(1000), 1e-6, 0.05)
    assert found.p == pytest.approx(1e-6 + math.sqrt(math.log(20) / 2000))
    assert found.log_gamma == 0


def test_what_the_base_cannot_say_lies_beyond_every_gamma():
    ratios = np.array([math.inf] * 3 + [0.0] * 7)
    slack = math.sqrt(math.log(20) / 20)
    assert hockey_stick_best(ratios, 1e-9, 0.05).p == pytest.approx(0.3 + slack)
    assert hockey_stick_best(ratios, 0.0, 0.05).p == pytest.approx(0.3 + slack)
    assert hockey_stick_best(np.full(10, math.inf), 0.5, 0.05).p == 1


def test_a_base_rate_that_underflows():
    found = hockey_stick_best(np.full(100, 900.0), Probability.from_log(-1000.0), 0.05)
    assert found.log_gamma == 900
    assert found.p == pytest.approx(found.excess, rel=1e-12)


@pytest.mark.parametrize("bad", [math.nan, -math.inf])
def test_log_ratios_that_pi_cannot_draw_are_refused(bad):
    ratios = np.array([0.1, bad])
    for call in (
        lambda: hockey_stick_best(ratios, 0.1, 0.05),
        lambda: hockey_stick_at(ratios, 0.1, 0.0, 0.05),
        lambda: hockey_stick_estimate(ratios, 0.0),
    ):
        with pytest.raises(ValueError, match="must come from a response that π drew"):
            call()


def test_other_refusals():
    one = np.array([0.1])
    with pytest.raises(TooFew, match="no samples"):
        hockey_stick_best(np.array([]), 0.1, 0.05)
    with pytest.raises(ValueError, match=r"at most 0\.5"):
        hockey_stick_best(one, 0.1, 0.6)
    with pytest.raises(ValueError, match="gamma is NaN"):
        hockey_stick_at(one, 0.1, math.nan, 0.05)
    with pytest.raises(ValueError, match="gamma is NaN"):
        hockey_stick_estimate(one, math.nan)
    with pytest.raises(ValueError, match=r"base rate q = 1\.2"):
        hockey_stick_best(one, 1.2, 0.05)
