"""Do the intervals of fitted curves cover? Fieller's set, predictions, heights, by simulation.

Nightly 4 000 simulations, within 93–97 %; in the default tests 100 to 300, within what chance
allows.
"""

import math

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.ops.curve_fit import curve_band, fit_curve
from looksgood.ops.curve_forms import form_basis
from looksgood.ops.curve_peak import curve_peak
from looksgood.ops.inverted_u import inverted_u_test
from looksgood.ops.monotone_regression import monotone_or_unimodal

D = np.sqrt(np.linspace(0.25, 10.0, 10))
FAR = np.array([2 * D[-1]])
SD = 0.1


def covered(form, alpha, beta, known, simulations):
    """Shares in which the peak's set, its height, and a far new point were covered."""
    true = np.array([alpha, beta])
    mean, far = form_basis(form, D) @ true, float((form_basis(form, FAR) @ true)[0])
    d = alpha / 2 / beta if form == "best_of_n" else math.exp(alpha / beta - 1)
    height = alpha * d / 2 if form == "best_of_n" else beta * d
    rng = Seed(("coverage", form, known)).numpy()
    hits = {"position": 0, "height": 0, "prediction": 0}
    for _ in range(simulations):
        score = mean + SD * rng.standard_normal(len(D))
        fit = fit_curve(form, D, score, sd=np.full(len(D), SD) if known else None)
        peak = curve_peak(fit)
        hits["position"] += any(low <= d <= high for low, high in peak.positions)
        low, high = peak.heights or (-math.inf, math.inf)
        hits["height"] += low <= height <= high
        new = SD if known else math.sqrt(fit.residual_variance or 0.0)
        band = curve_band(fit, FAR, new_sd=new)
        hits["prediction"] += band.low[0] <= far + SD * rng.standard_normal() <= band.high[0]
    return {name: float(count) / simulations for name, count in hits.items()}


CASES = [
    ("best_of_n", 0.6, 0.15),
    # the turn is hardly seen: most sets are unbounded, and must cover all the same
    ("best_of_n", 0.6, 0.03),
    ("rl", 0.6, 0.25),
    ("rl", 0.6, 0.10),
]
each_case = pytest.mark.parametrize(("form", "alpha", "beta"), CASES)
either = pytest.mark.parametrize("known", [True, False])


@each_case
def test_quickly(form, alpha, beta):
    shares = covered(form, alpha, beta, False, 150)
    assert shares["position"] > 0.88
    assert shares["prediction"] > 0.88
    assert shares["height"] > 0.88


@pytest.mark.science
@each_case
@either
def test_nominal_95_covers_93_to_97(form, alpha, beta, known):
    shares = covered(form, alpha, beta, known, 4000)
    assert 0.93 <= shares["position"] <= 0.97
    assert 0.93 <= shares["prediction"] <= 0.97
    assert shares["height"] >= 0.93  # more where most sets are unbounded and cover all heights


def false_alarms(form, alpha, beta, simulations):
    """How often the inverted-U test rejects at 5 % where there is none within the range."""
    mean = form_basis(form, D) @ np.array([alpha, beta])
    rng = Seed(("alarm", form)).numpy()
    tests = (
        inverted_u_test(fit_curve(form, D, mean + SD * rng.standard_normal(len(D))))
        for _ in range(simulations)
    )
    return float(np.mean([test.p_value <= 0.05 for test in tests]))


# slope exactly 0 at the last point: the border of the null, where the level must be met
BORDER = [("best_of_n", 0.6, 0.6 / 2 / D[-1]), ("rl", 0.6, 0.6 / (1 + math.log(D[-1])))]


@pytest.mark.parametrize(("form", "alpha", "beta"), BORDER)
def test_the_u_test_seldom_alarms_quickly(form, alpha, beta):
    assert false_alarms(form, alpha, beta, 300) < 0.10


@pytest.mark.science
@pytest.mark.parametrize(("form", "alpha", "beta"), BORDER)
def test_the_u_test_alarms_at_its_level(form, alpha, beta):
    assert 0.035 <= false_alarms(form, alpha, beta, 4000) <= 0.065


def false_falls(mean, simulations, draws):
    """How often the isotonic-unimodal test rejects at 10 % where the curve never falls."""
    rng = Seed(("falls", len(mean))).numpy()
    sd = np.ones(len(mean))
    ps = [
        monotone_or_unimodal(
            mean + rng.standard_normal(len(mean)), sd=sd, seed=Seed(("draw", i)), draws=draws
        ).p_value
        for i in range(simulations)
    ]
    return float(np.mean(np.array(ps) <= 0.1))


def test_a_level_curve_seldom_seems_to_fall_quickly():
    assert false_falls(np.zeros(6), 100, 39) < 0.22


@pytest.mark.science
def test_the_fall_is_alarmed_at_its_level_on_a_level_curve_and_less_on_a_rise():
    assert 0.07 <= false_falls(np.zeros(8), 1000, 99) <= 0.13
    assert false_falls(np.linspace(0, 3, 8), 1000, 99) <= 0.07
