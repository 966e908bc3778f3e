"""The hand between ball and camera reappears, and goes where raters can see depth.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_BALL names its folder, and every claim
must be met but two: r̂ knows a rater with one camera less well (docs/studies.md). Otherwise `quick`
runs (minutes), and those claims must be met that a run of two arms and two seeds can support.
"""

import pytest

from looksgood.studies.study import find_study
from tests.science_runs import assert_met, finished_or_quick

NOT_MET = ("reward-model-is-not-to-blame", "reward-model-is-as-near-its-rater")
SUPPORTED_BY_QUICK = ("false-approval-rises", "false-approval-triples", "cue-restored")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_one_camera_is_fooled_and_two_are_not(tmp_path):
    pytest.importorskip("mujoco")
    study = find_study("ball-and-camera")
    run, finished = finished_or_quick(study, "LOOKSGOOD_SCIENCE_BALL", tmp_path / "run")
    met = tuple(row["name"] for row in run.findings() if row["name"] not in NOT_MET)
    expected = met if finished else SUPPORTED_BY_QUICK
    assert_met(run, expected)
