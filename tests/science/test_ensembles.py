"""ensembles: an error that all members share is not removed, and the controls hold.

A finished `standard` run is read where LOOKSGOOD_ENSEMBLES_RUN names its folder. Otherwise `quick`
runs with three seeds (minutes), and only the controls must be met: a run of that size cannot tell
whether two rates are within a fifth of each other.
"""

import os
from pathlib import Path

import pytest

from looksgood.runs import RunFolder
from looksgood.studies.catalogue.ensembles import STUDY
from looksgood.studies.runner import run_study

CONTROLS = ("gold-arm-holds", "random-selects-nothing")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_controls_hold_and_no_aggregate_sees_through_a_shared_blind_spot(tmp_path):
    finished = os.environ.get("LOOKSGOOD_ENSEMBLES_RUN")
    if finished:
        run = RunFolder.read(Path(finished))
        assert run.info["status"] == "done"
    else:
        run = run_study(STUDY, preset="quick", seeds=3, out=tmp_path / "run")
    assert run.study == STUDY.name
    findings = {row["name"]: row for row in run.findings()}
    assert {name: findings[name]["met"] for name in CONTROLS} == dict.fromkeys(CONTROLS, True)
    for how in ("mean", "worst", "uncertainty"):
        shared = findings[f"blind-{how}-fabricates-as-often"]
        assert shared["low"] < 1.2, "no aggregate is exploited clearly more"
        assert shared["high"] > 0.8, "no aggregate is exploited clearly less"
