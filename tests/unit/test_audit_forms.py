"""The section on forms: planted curves are found again, with sets that hold their peak."""

import csv
import os
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from looksgood.audits.measured.gold_forms import NAMES, fit_forms
from looksgood.audits.sections.forms import forms
from looksgood.audits.subjects.subject import Subject
from looksgood.core.seeds import Seed
from looksgood.ops.curve_forms import form_basis
from looksgood.ops.curve_peak import curve_peak
from tests.audit_subjects import scalar_curve

SHARED = Path(
    os.environ.get("LOOKSGOOD_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)
TLDR = SHARED / "runs_tldr_dpo_kl_gold" / "points.csv"
KL = np.linspace(0.0, 16.0, 12)
TURNING = {"quadratic": [-1.0, 0.8, 0.16], "rl_affine": [-1.0, 0.8, 0.4]}
"""Peaks at 6.25 and 7.39 nats."""


def run_of(gold, se=None, kl_means="nats per sequence"):
    curves = {
        "kl": scalar_curve(np.arange(len(gold)), KL[: len(gold)]),
        "gold": scalar_curve(np.arange(len(gold)), gold, se),
    }
    return Subject("run", curves, kl_means=kl_means)


def noisy(form, coefficients, sd, *path):
    noise = sd * Seed(("forms", form, *map(str, path))).numpy().standard_normal(len(KL))
    return form_basis(form, np.sqrt(KL)) @ np.array(coefficients) + noise


@pytest.mark.parametrize(("form", "peak"), [("quadratic", 6.25), ("rl_affine", np.exp(1) ** 2)])
def test_a_planted_form_and_its_peak_are_found(form, peak):
    gold = noisy(form, TURNING[form], 0.003)
    found = forms(run_of(gold, np.full(12, 0.003)))
    assert found.says[0].startswith(f"The {NAMES[form]} fits gold best")
    row = next(row for row in found.tables[0].rows if row[0] == NAMES[form])
    assert row[5] < peak < row[6]
    assert row[3] == 0
    assert not found.tests
    assert [line.label for line in found.figures[0].lines] == ["gold", *NAMES.values()]


def test_a_line_has_no_peak_and_blurred_forms_are_not_told_apart():
    straight = forms(run_of(noisy("affine", [0.2, 0.5], 0.01), np.full(12, 0.01)))
    assert not any("peaks at" in line for line in straight.says)
    blurred = forms(run_of(noisy("quadratic", TURNING["quadratic"], 0.2), np.full(12, 0.2)))
    assert "not distinguishable" in blurred.says[0]


def test_errors_that_are_too_small_are_widened_and_unknown_ones_estimated():
    gold = noisy("quadratic", TURNING["quadratic"], 0.03, "wide")
    small = forms(run_of(gold, np.full(12, 0.003)))
    assert any("times as far about the best form" in line for line in small.says)
    unknown = forms(run_of(gold))
    assert any("taken from the scatter" in line for line in unknown.says)

    def width(found):
        _, _, _, _, _, low, high = found.tables[0].rows[1]
        return high - low

    assert width(small) == pytest.approx(width(unknown), rel=0.05)


def covered(sd, stated, simulations):
    """Share of draws in which the peak's set holds the planted one, the true form fitted."""
    held = 0
    for i in range(simulations):
        gold = scalar_curve(
            np.sqrt(KL), noisy("quadratic", TURNING["quadratic"], sd, stated, i), None
        )
        if stated is not None:
            gold = scalar_curve(gold.x, gold.mean, np.full(12, stated))
        peak = curve_peak(fit_forms(gold).fits["quadratic"])
        held += any(low <= 2.5 <= high for low, high in peak.positions)
    return held / simulations


@pytest.mark.parametrize("stated", [0.05, 0.02, None])
def test_the_peaks_set_holds_it(stated):
    """Nominal 95 %: errors as stated, understated, and not stated."""
    assert covered(0.05, stated, 80) > 0.87


@pytest.mark.science
@pytest.mark.parametrize("stated", [0.05, 0.02, None])
def test_the_peaks_set_holds_it_as_often_as_it_says(stated):
    assert covered(0.05, stated, 4000) > 0.935


@pytest.mark.parametrize(
    ("subject", "why"),
    [
        (run_of([0.0, 1.0, 2.0, 1.0]), "4 checkpoints have gold and KL: 5"),
        (run_of(np.ones(12), kl_means="token mean"), "no KL per sequence: token mean"),
        (Subject("run", {"gold": scalar_curve([0], [1.0])}), "no KL"),
        (Subject("run", {"kl": scalar_curve([0], [1.0])}), "no gold"),
    ],
)
def test_what_cannot_be_fitted_says_why(subject, why):
    found = forms(subject)
    assert why in found.not_measured[0].why
    assert not found.says


@pytest.mark.skipif(not TLDR.exists(), reason="needs the shared data folder")
def test_runs_of_dpo_on_summaries():
    """Wins of 512 against the reference: the run that falls furthest peaks within its data."""
    runs = defaultdict(dict)
    with TLDR.open() as lines:
        for row in csv.DictReader(lines):
            runs[row["source_file"], row["run"], row["gold_rm"]][int(row["step"])] = row
    found = {}
    for (_, name, gold_rm), points in runs.items():
        kept = [points[step] for step in sorted(points) if points[step]["kl"]]
        wins = np.array([int(row["wins"]) for row in kept]) / 512
        gold = scalar_curve(sorted(points)[: len(kept)], wins, np.sqrt(wins * (1 - wins) / 512))
        kl = scalar_curve(gold.x, [float(row["kl"]) for row in kept])
        subject = Subject(name, {"kl": kl, "gold": gold}, kl_means="nats per sequence")
        found[name, gold_rm.rsplit("/")[-1]] = forms(subject)
    assert len(found) == 23
    assert all(section.says or section.not_measured for section in found.values())
    fell = found["dpo_pythia-2.8b_beta_0.01", "pythia-6.9b-golld-rm"]
    assert "RL form γ + d(α − β log d): gold peaks at a KL of 37" in " ".join(fell.says)
    rose = found["rloo_pythia-1b_beta_0.05", "pythia-6.9b-golld-rm"]
    assert "no peak within the data" in " ".join(rose.says)
