"""PPI++ along a run: at one checkpoint it is `ppi_mean`, over several it shares prompts."""

import numpy as np
import pytest

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.curve import curve_of_means
from looksgood.ops.ppi import ppi_mean
from looksgood.ops.ppi_curve import curve_of_ppi_means


def judged_run(points=2, prompts=200, labels=20, rho=0.8, *, seed=0):
    """Return labels (NaN beyond the first), judge, checkpoint and prompt; prompts are shared."""
    rng = Seed(("ppi curve", seed)).numpy()
    prompt = np.tile(np.arange(prompts), points)
    place = np.repeat(np.arange(points), prompts)
    judged = rng.standard_normal(points * prompts)
    gold = rho * judged + (1 - rho**2) ** 0.5 * rng.standard_normal(points * prompts)
    return np.where(prompt < labels, gold, np.nan), judged, place, prompt


def test_at_one_checkpoint_it_is_the_ppi_mean():
    labels, judged, place, prompt = judged_run(points=1)
    found = curve_of_ppi_means(np.zeros(1), labels, judged, place, prompt)
    known = np.isfinite(labels)
    alone = ppi_mean(labels[known], judged[known], judged[~known])
    assert found.curve.mean[0] == pytest.approx(alone.mean.value)
    assert found.curve.se[0] == pytest.approx(alone.mean.se)
    assert found.lam[0] == pytest.approx(alone.lam)
    assert found.correlation[0] == pytest.approx(alone.correlation)
    assert found.curve.dof[0] == pytest.approx(18)
    assert found.curve.n[0] == 20


def test_a_good_judge_narrows_and_a_blind_one_is_left_out():
    for rho, at_most in ((0.9, 0.6), (0.0, 1.2)):
        labels, *rest = judged_run(rho=rho, labels=100, prompts=2000)
        found = curve_of_ppi_means(np.arange(2.0), labels, *rest)
        known = np.isfinite(labels)
        alone = curve_of_means(np.arange(2.0), labels[known], rest[1][known], rest[2][known])
        assert (found.curve.se < at_most * alone.se).all()
        assert found.lam == pytest.approx([rho, rho], abs=0.25)


def test_the_correlation_is_of_each_checkpoint():
    labels, judged, place, prompt = judged_run(labels=100)
    judged[place == 1] *= -1
    found = curve_of_ppi_means(np.arange(2.0), labels, judged, place, prompt)
    assert found.correlation[0] > 0.6
    assert found.correlation[1] < -0.6
    assert found.lam[1] == 0


@pytest.mark.parametrize("judge", ["constant", "of labelled responses only"])
def test_without_a_use_of_the_judge_it_is_the_labels_alone(judge):
    labels, judged, place, prompt = judged_run()
    kept = np.full(len(labels), True)
    if judge == "constant":
        judged[:] = 3.0
    else:
        kept = np.isfinite(labels)
    rows = [column[kept] for column in (labels, judged, place, prompt)]
    found = curve_of_ppi_means(np.arange(2.0), *rows)
    known = np.isfinite(labels)
    alone = curve_of_means(np.arange(2.0), labels[known], place[known], prompt[known])
    assert list(found.lam) == [0, 0]
    assert found.curve.mean == pytest.approx(alone.mean)
    assert found.curve.covariance == pytest.approx(alone.covariance)
    assert found.curve.dof == pytest.approx(alone.dof)


def test_what_a_prompt_adds_to_its_labels_everywhere_cancels():
    labels, *rest = judged_run(labels=50)
    easy = 10 * Seed(("easy",)).numpy().standard_normal(200)[rest[2]]
    contrast = np.array([1, -1])
    for added in (labels, labels + easy):
        covariance = curve_of_ppi_means(np.arange(2.0), added, *rest).curve.covariance
        assert contrast @ covariance @ contrast < 0.1


def test_one_labelled_prompt_is_too_few():
    labels, *rest = judged_run(labels=1)
    with pytest.raises(TooFew, match="too few prompts"):
        curve_of_ppi_means(np.arange(2.0), labels, *rest)


def test_limits_hold_the_truth_as_often_as_they_say():
    held = []
    for seed in range(300):
        run = judged_run(points=2, prompts=60, labels=12, rho=0.6, seed=seed)
        low, high = curve_of_ppi_means(np.arange(2.0), *run).curve.limits()
        held += list((low <= 0) & (high >= 0))
    assert abs(np.mean(held) - 0.95) < 3 * (0.05 * 0.95 / 600) ** 0.5 + 0.005
