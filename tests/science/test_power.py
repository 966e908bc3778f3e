"""power: the same raters stay blind, a visible fall is seen, and the truth shows what experts miss.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_POWER names its folder. Otherwise `quick`
runs.
"""

import pytest

from looksgood.studies.catalogue.power import STUDY
from tests.science_runs import assert_answered, assert_met, finished_or_quick

SUPPORTED_BY_QUICK = (
    "visible-fall-is-seen",
    "experts-see-citations",
    "experts-miss-deep",
    "truth-sees-deep",
    "truth-sees-citations",
    "formula-holds",
)
ASKED = ("raters-again-citations", "raters-again-deep", "false-alarms")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_raters_stay_blind_to_what_the_truth_shows(tmp_path):
    run, _ = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_POWER", tmp_path / "run")
    assert_met(run, SUPPORTED_BY_QUICK)
    assert_answered(run, ASKED)
