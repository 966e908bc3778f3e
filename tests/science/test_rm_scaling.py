"""rm-scaling: a larger r̂, and one that saw more, foretells raters better; chance selects nothing.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_RM_SCALING names its folder. Otherwise
`quick` runs. How α and β go with size, and whether gap 2 closes, is what the study asks.
"""

import numpy as np
import pytest

from looksgood.measures.extrapolation import fit_best_of_n_form
from looksgood.studies.arms import results_by_arm
from looksgood.studies.catalogue.rm_scaling import PROMPTS, SIZES, STUDY
from looksgood.studies.laws.scaling_claims import parameters
from tests.science_runs import (
    assert_answered,
    assert_met,
    assert_selection_is_lawful,
    finished_or_quick,
)

LARGEST_OF_QUICK = "width-64"
OF_SIZE = ("alpha-grows-with-size", "beta-falls-with-size", "gap-2-does-not-close")
OF_DATA = ("more-data-helps", "data-floor", "data-floor-alike")


def held_out_accuracy(run):
    """Share of unseen comparisons that r̂ orders as the raters did, by arm, mean over seeds."""
    return {
        arm: np.mean([result["reward_quality"]["accuracy"] for result in results])
        for arm, results in results_by_arm(run).items()
    }


def alpha(run, arm):
    """α of the raters' own score = d (α − β d), of mean curves over seeds."""
    rows = [r for r in run.points().to_pylist() if r["arm"] == arm and r["n"] is not None]
    ns = sorted({row["n"] for row in rows})
    kl, rater = (
        np.array([np.mean([row[name] for row in rows if row["n"] == n]) for n in ns])
        for name in ("kl", "rater")
    )
    return float(fit_best_of_n_form(np.sqrt(kl), rater)[0])


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_larger_reward_model_foretells_raters_better_and_chance_selects_nothing(tmp_path):
    run, finished = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_RM_SCALING", tmp_path / "run")
    assert_selection_is_lawful(run)
    assert_met(run, ("random-selects-nothing",))
    assert_answered(run, (*OF_SIZE, "data-not-epochs", *(OF_DATA if finished else ())))

    sizes, accuracy = parameters(run), held_out_accuracy(run)
    smallest, largest = SIZES[0], SIZES[-1] if finished else LARGEST_OF_QUICK
    if finished:
        assert sizes[largest] >= 100 * sizes[smallest]
        assert accuracy[largest] > accuracy[f"{LARGEST_OF_QUICK}-prompts-{PROMPTS[0]}"]
    assert accuracy[largest] > accuracy[smallest] > 0.5
    assert alpha(run, largest) > max(0.0, alpha(run, "random"))
