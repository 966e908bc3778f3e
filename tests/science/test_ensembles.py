"""ensembles: an error that all members share is not removed, and the controls hold.

A finished `standard` run is read where LOOKSGOOD_ENSEMBLES_RUN names its folder. Otherwise `quick`
runs with three seeds (minutes), and only the controls must be met: a run of that size cannot tell
whether two rates are within a fifth of each other.
"""

import pytest

from looksgood.studies.catalogue.ensembles import STUDY
from tests.science_runs import assert_met, finished_or_quick

CONTROLS = ("gold-arm-holds", "random-selects-nothing")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_controls_hold_and_no_aggregate_sees_through_a_shared_blind_spot(tmp_path):
    run, _ = finished_or_quick(STUDY, "LOOKSGOOD_ENSEMBLES_RUN", tmp_path / "run", seeds=3)
    findings = {row["name"]: row for row in run.findings()}
    assert_met(run, CONTROLS)
    for how in ("mean", "worst", "uncertainty"):
        shared = findings[f"blind-{how}-fabricates-as-often"]
        assert shared["low"] < 1.2, "no aggregate is exploited clearly more"
        assert shared["high"] > 0.8, "no aggregate is exploited clearly less"
