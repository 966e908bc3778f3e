"""best-of-n-law: selection obeys its laws, is worth something at first, and the controls hold.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_BEST_OF_N_LAW names its folder. Otherwise
`quick` runs. Whether the law foretells, and bends beyond the oracle's, is what the study asks.
"""

import pytest

from looksgood.studies.catalogue.best_of_n_law import STUDY
from tests.science_runs import (
    assert_answered,
    assert_met,
    assert_selection_is_lawful,
    finished_or_quick,
)

EXPECTED = ("alpha-positive", "gold-arm-holds", "random-selects-nothing")
ASKED = (
    *("law-foretells", "law-beats-line", "law-beats-isotonic"),
    *("bends-beyond-oracle", "gold-falls"),
)


@pytest.mark.science
@pytest.mark.slow
def test_selection_obeys_its_laws_and_the_controls_hold(tmp_path):
    run, _ = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_BEST_OF_N_LAW", tmp_path / "run")
    assert_selection_is_lawful(run)
    findings = {row["name"]: row for row in run.findings()}
    assert_met(run, EXPECTED)
    # selected by itself on the very responses that are measured, gold cannot fall at all
    assert findings["gold-arm-holds"]["estimate"] == pytest.approx(0, abs=1e-9)
    assert_answered(run, ASKED)
