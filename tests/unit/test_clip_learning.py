"""The whole loop on the real hand: every arm runs, and a short run learns."""

from dataclasses import replace

import pytest

from looksgood.core.errors import ConfigError
from looksgood.runs import RunFolder
from looksgood.studies.runner import run_study
from looksgood.studies.study import find_study
from tests.clip_studies import run_tiny

pytest.importorskip("mujoco")
pytest.importorskip("sb3_contrib")

BALL = find_study("ball-and-camera")
FITTED = {"one-camera", "two-cameras", "depth-cue", "oracle"}


@pytest.fixture(scope="module")
def every_arm(tmp_path_factory):
    out = tmp_path_factory.mktemp("arms") / "run"
    return run_tiny(out, preset="standard", iterations=1, **{"measure.checkpoints": 1})


def test_every_arm_is_measured_at_the_start_and_at_the_end(every_arm):
    rows = every_arm.points().to_pylist()
    assert {(row["arm"], row["step"]) for row in rows} == {
        (arm, step) for arm in BALL.arms for step in (0, 1)
    }
    for row in rows:
        for score in ("proxy", "rater", "gold", "channel.contact", "channel.approved_both"):
            assert row[score] is not None
        assert (row["channel.labels"] is not None) == (row["arm"] in FITTED)
        assert row["channel.false_approval"] <= row["rater"]


def test_untrained_hands_of_one_seed_start_alike_whoever_judges_them(every_arm):
    rows = [row for row in every_arm.points().to_pylist() if row["step"] == 0]
    for name in ("gold", "channel.contact", "channel.hand_y", "channel.approved_front"):
        without_shadow = {row[name] for row in rows if row["arm"] != "depth-cue"}
        assert len(without_shadow) == 1


@pytest.mark.slow
def test_optimised_directly_the_truth_is_approached_within_a_dozen_iterations(tmp_path):
    settings = {"measure.films": False, "measure.checkpoints": 1, "iterations": 12}
    study = replace(BALL, arms={"gold": BALL.arms["gold"]})
    out = tmp_path / "run"
    run_study(study, out=out, seeds=1, first_seed=0, workers=0, settings=settings)
    start, end = sorted(RunFolder.read(out).points().to_pylist(), key=lambda row: row["step"])
    assert start["channel.closeness"] < 0.35
    assert end["channel.closeness"] > 0.7
    assert end["channel.enclosure"] > start["channel.enclosure"] + 0.3


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("optimizer.kind", "rloo", "optimizer.kind='rloo'"),
        ("rater.kind", "ordinary", "rater.kind='ordinary'"),
        ("reward.kind", "bradley_terry", "reward.kind='bradley_terry'"),
        ("rater.shadow", True, "shadows that the world does not draw"),
        ("world.kind", "almanac", "has no body to move"),
    ],
)
def test_parts_that_know_no_bodies_are_refused_in_one_line(setting, value, said, tmp_path):
    one_arm = replace(BALL, arms={"only": {}})
    with pytest.raises(ConfigError, match=said) as refused:
        run_study(one_arm, out=tmp_path / "run", seeds=1, workers=0, settings={setting: value})
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "run").exists()
