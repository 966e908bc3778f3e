"""blind-spots end to end: an arm, its controls, a panel of all raters, and findings."""

from dataclasses import replace

import pytest

from looksgood.studies.catalogue.blind_spots import STUDY
from looksgood.studies.panels.spots import GOLD, OFF, PANEL
from looksgood.studies.runner import run_study
from tests.sweeps import TINY

ARMS = ("length", OFF, GOLD)
"""Words there are in every response, however little a tiny policy has learned."""
SMALL = {**TINY, "betas": (0.0,), "best_of": (1,), "measure.prompts": 8}


@pytest.mark.slow
def test_each_arm_is_judged_by_all_raters_and_held_against_its_claims(tmp_path):
    study = replace(STUDY, arms={arm: STUDY.arms[arm] for arm in ARMS})
    run = run_study(study, out=tmp_path, seeds=2, first_seed=0, workers=0, settings=SMALL)
    points = run.points().to_pylist()
    assert {row["arm"] for row in points} == set(ARMS)
    assert len({row["step"] for row in points if row["optimizer"] == "rloo"}) == 2
    for name in PANEL:
        assert all(0 < row[f"channel.{name}.approved"] < 1 for row in points)
    assert not any(row["channel.truth.misjudged"] for row in points)
    pools = {(row["seed"], row["channel.length.approved"]) for row in points if row["n"] == 1}
    assert len(pools) == 2  # of one seed all arms have the same
    assert any(row["channel.length.misjudged"] for row in points)
    found = {row["name"]: row for row in run.findings()}
    assert tuple(found) == STUDY.finding_names()
    assert found["approved-length"]["estimate"] is not None
    said = {name for name, row in found.items() if row["met"] is not None}
    assert said == {
        f"{name}-length"
        for name in (
            *("false-approval", "approved", "correct", "trait", "raters-worse"),
            *("experts-notice", "truth-sample-notices"),
        )
    } | {"false-approval-length-controls"}
