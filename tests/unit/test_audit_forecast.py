"""The section on what comes next: the slope within prompts, and forecasts that claim nothing."""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.audits.measured.peak_forecasts import peak_forecasts
from looksgood.audits.measured.within_prompt_slope import within_prompt_slope
from looksgood.audits.sections.forecast import LABEL, forecast
from looksgood.audits.subjects.subject import Subject
from looksgood.core.seeds import Seed
from looksgood.ops.curve_forms import form_basis
from tests.audit_subjects import scalar_curve, subject_of
from tests.planted_runs import EXPLOITED, HONEST, Planted

RUN = replace(HONEST, samples=4)
"""Within a prompt gold is z and the proxy z plus noise of sd 1: the slope is ½ throughout."""


def slopes(run, *path):
    subject = subject_of(run.rollouts(Seed(("slope", *path))))
    return within_prompt_slope(subject.rollouts, subject.checkpoints)


def covered(run, simulations):
    held = 0
    for i in range(simulations):
        low, high = slopes(run, run.prompts, i).limits()
        held += np.mean((low <= 0.5) & (high >= 0.5))
    return held / simulations


def test_the_slope_is_the_planted_one_and_its_interval_holds_it():
    assert covered(RUN, 30) > 0.92


@pytest.mark.science
@pytest.mark.parametrize(("prompts", "samples"), [(100, 4), (20, 2), (10, 8)])
def test_the_slopes_interval_holds_it_as_often_as_it_says(prompts, samples):
    assert covered(replace(HONEST, prompts=prompts, samples=samples), 500) > 0.92


def test_the_slope_is_covariance_over_variance_and_knows_no_prompts_ease():
    run = replace(EXPLOITED, prompts=4000, samples=2)
    found = slopes(run, "large")
    p = run.exploit_prob()
    expected = (1 - 12 * p * (1 - p)) / (1 + 9 * p * (1 - p))
    np.testing.assert_allclose(found.mean, expected, atol=4 * found.se.max())
    assert (np.abs(found.mean - expected) < 4 * found.se).all()


def test_the_sign_turns_where_the_exploit_spreads():
    """The exploit spreads: within a prompt the proxy's best are worse, for a while."""
    found = forecast(subject_of(replace(EXPLOITED, samples=8).rollouts(Seed(("sign",)))))
    test = found.tests[0]
    assert test.name == "proxy_gold_slope_negative"
    assert test.speaks_to is None
    assert test.p < 0.001
    assert "so it is at" in found.says[0]
    assert "gold has fallen already" in found.not_measured[0].why


def test_an_honest_runs_forecasts_are_labelled():
    found = forecast(subject_of(RUN.rollouts(Seed(("honest",)))))
    assert "no checkpoint shows it" in found.says[0]
    assert "not beyond 4 times that" in found.says[1]
    assert found.says[2] == LABEL
    assert [row[0] for row in found.tables[0].rows] == [
        "no idea",
        "Gao's RL form",
        "Gaussian process",
        "covariance's line to 0",
    ]


def test_a_planted_peak_ahead_is_within_its_forecast():
    """Gao's form up to two thirds of the way to its peak at 6 nats, well measured."""
    d = np.sqrt(np.linspace(0.0, 4.0, 9))
    peak = 6**0.5
    gold = form_basis("rl", d) @ np.array([1 + np.log(peak), 1.0])
    found = peak_forecasts(scalar_curve(d, gold, np.full(9, 0.01)), None)
    low, high = np.quantile(found["Gao's RL form"], [0.025, 0.975])
    assert low < peak < high
    assert high - low < 0.5
    assert set(found) == {"no idea", "Gao's RL form", "Gaussian process"}


def test_where_the_base_was_not_measured_gaos_form_foretells_nothing():
    d = np.sqrt(np.linspace(2.0, 4.0, 9))
    found = peak_forecasts(scalar_curve(d, d, np.full(9, 0.1)), None)
    assert "Gao's RL form" not in found
    flat = peak_forecasts(scalar_curve(d, np.ones(9), np.full(9, 0.1)), None)
    assert set(flat) == {"no idea"}


def scalar_run(kl, gold, se=None, kl_means=""):
    curves = {
        "kl": scalar_curve(range(len(kl)), kl),
        "gold": scalar_curve(range(len(kl)), gold, se),
    }
    return Subject("run", curves, kl_means=kl_means)


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        (Subject("run", {}), "no KL"),
        (scalar_run([0, 1, 2], [0, 1, 2], [0.1] * 3), "3 checkpoints, 4"),
        (scalar_run([0, 0, 0, 0], [0, 1, 2, 3], [0.1] * 4), "4 with a KL above 0"),
        (scalar_run([0, 1, 2, 3], [0, 1, 2, 3]), "errors are not known"),
        (scalar_run([0, 1, 2, 3], [0, 1, 2, 3], [0.1] * 4, "token mean"), "no KL per sequence"),
    ],
)
def test_what_cannot_be_foretold_says_why(subject, why):
    found = forecast(subject)
    assert why in found.not_measured[-1].why
    assert not found.says


def test_one_response_to_a_prompt_has_no_slope_within_it():
    found = forecast(subject_of(Planted((0.0, 0.1, 0.2, 0.3)).rollouts(Seed(("one",)))))
    assert "10 prompts several responses" in found.not_measured[0].why
    assert not found.tests
