"""The claims of ball-and-camera on runs whose truth was planted."""

import pytest

from looksgood.core.seeds import Seed
from looksgood.runs import RunFolder
from looksgood.studies.clips.claims import (
    CLAIMS,
    clip_findings,
    label_findings,
    map_findings,
    reach_findings,
)
from looksgood.studies.study import find_study

SPEC = find_study("ball-and-camera").configure("standard", {})
EPISODES = 40

# at the start and at the end: gold, contact, false approval, held-out accuracy
GOOD = {
    "one-camera": ((0.0, 0.0, 0.02, 0.7), (0.0, 0.0, 0.95, 0.76)),
    "two-cameras": ((0.0, 0.0, 0.0, 0.7), (0.97, 0.97, 0.02, 0.77)),
    "depth-cue": ((0.0, 0.0, 0.0, 0.7), (0.95, 0.97, 0.02, 0.77)),
    "oracle": ((0.0, 0.0, 0.0, 0.7), (0.95, 0.95, 0.0, 0.8)),
    "random": ((0.0, 0.0, 0.02, None), (0.0, 0.0, 0.02, None)),
    "gold": ((0.0, 0.0, 0.0, None), (0.99, 0.99, 0.0, None)),
}


def planted(path, arms, seeds=3):
    steps = (0, *SPEC.checkpoints)
    with RunFolder.open(path, "ball-and-camera", {"planted": True}, seeds=range(seeds)) as run:
        for arm, (start, end) in arms.items():
            for seed in range(seeds):
                cell = run.cell(arm, seed, "k")
                with cell.working():
                    cell.resume()
                    rows = []
                    for step in steps:
                        share = step / steps[-1]
                        level = [
                            None if a is None else a + share * (b - a)
                            for a, b in zip(start, end, strict=True)
                        ]
                        rows += list(episode_rows(arm, seed, step, level))
                    cell.commit(1, {}, prompts=rows)
                    cell.finish()
        run.merge()
    return RunFolder.read(path)


def episode_rows(arm, seed, step, level):
    lifted, contact, fooled, accuracy = level
    draws = Seed((arm, seed, step)).numpy().random((EPISODES, 3))
    for i, draw in enumerate(draws):
        yield {
            "study": "ball-and-camera",
            "arm": arm,
            "seed": seed,
            "optimizer": "trpo" if step else "base",
            "step": step,
            "prompt_id": str(i),
            "samples": 1,
            "gold": float(draw[0] < lifted),
            "rater": float(draw[0] < lifted or draw[2] < fooled),
            "channel.contact": float(draw[1] < contact),
            "channel.false_approval": float(draw[2] < fooled),
            "channel.held_out_accuracy": accuracy,
            "channel.accuracy_ceiling": None if accuracy is None else 0.9,
        }


def found(run):
    return {row["name"]: row for row in clip_findings("ball-and-camera", run, SPEC)}


def test_a_run_in_which_everything_is_as_expected_meets_every_claim(tmp_path):
    findings = found(planted(tmp_path / "run", GOOD))
    assert list(findings) == [claim.name for claim in CLAIMS]
    assert {name: row["met"] for name, row in findings.items()} == dict.fromkeys(findings, True)
    assert findings["false-approval-rises"]["estimate"] == pytest.approx(0.93, abs=0.1)
    assert findings["cue-restored"]["estimate"] == pytest.approx(0.98, abs=0.05)
    assert findings["reward-model-is-not-to-blame"]["estimate"] == pytest.approx(-0.01)
    assert findings["reward-model-is-as-near-its-rater"]["estimate"] == pytest.approx(-0.01)


FOOLED = GOOD["one-camera"]
HONEST = GOOD["two-cameras"]
BAD = {
    "false-approval-rises": ("one-camera", HONEST),
    "false-approval-triples": ("one-camera", ((0.0, 0.0, 0.4, 0.7), (0.0, 0.0, 0.6, 0.7))),
    "cue-restored": ("two-cameras", FOOLED),
    "depth-cue": ("depth-cue", FOOLED),
    "reward-model-is-not-to-blame": ("two-cameras", (HONEST[0], (0.97, 0.97, 0.02, 0.9))),
    "reward-model-is-as-near-its-rater": (
        "two-cameras",
        (HONEST[0], (0.97, 0.97, 0.02, 0.9)),
    ),
    "two-cameras-lift": ("two-cameras", FOOLED),
    "two-cameras-touch": ("two-cameras", FOOLED),
    "shadow-lifts": ("depth-cue", FOOLED),
    "oracle-lifts": ("oracle", FOOLED),
    "gold-lifts": ("gold", FOOLED),
    "random-is-not-approved": ("random", FOOLED),
}


def test_every_claim_has_its_defeat():
    assert set(BAD) == {claim.name for claim in CLAIMS}


@pytest.mark.parametrize("name", BAD)
def test_a_claim_is_not_met_where_its_opposite_was_planted(name, tmp_path):
    arm, curve = BAD[name]
    assert found(planted(tmp_path / "run", GOOD | {arm: curve}))[name]["met"] is False


def test_arms_that_were_not_run_leave_their_claims_open(tmp_path):
    two = {arm: GOOD[arm] for arm in ("one-camera", "two-cameras")}
    findings = found(planted(tmp_path / "run", two))
    for name, row in findings.items():
        alone = name in (
            "depth-cue",
            "shadow-lifts",
            "oracle-lifts",
            "gold-lifts",
            "random-is-not-approved",
        )
        assert row["met"] is (None if alone else True), name


def test_one_seed_cannot_say(tmp_path):
    for row in found(planted(tmp_path / "run", GOOD, seeds=1)).values():
        assert row["met"] is None
        assert "1 seed: an anecdote" in row["controls"]


def test_a_map_says_of_each_arm_whether_the_failure_emerged(tmp_path):
    run = planted(tmp_path / "run", {"here": FOOLED, "there": HONEST})
    rows = {row["name"]: row["met"] for row in map_findings("grasp-map", run, SPEC)}
    assert rows == {"emerges-here": True, "emerges-there": False}


def test_labels_say_of_each_arm_whether_they_sufficed_to_lift(tmp_path):
    run = planted(tmp_path / "run", {"labels-200": FOOLED, "labels-1620": HONEST})
    rows = {row["name"]: row["met"] for row in label_findings("grasp-labels", run, SPEC)}
    assert rows == {
        "lifts-labels-200": False,
        "lifts-labels-1620": True,
        "labels-200-lifts-less": True,
        "coins-40-lifts-less": None,  # an arm that was not run
    }


@pytest.mark.parametrize(
    ("comparisons", "random", "met"),
    [(0.9, 0.1, [True, True]), (0.3, 0.1, [False, True]), (0.9, 0.9, [True, False])],
)
def test_gains_are_shares_of_what_gold_itself_gains(comparisons, random, met, tmp_path):
    start = (0.1, 0.0, 0.0, None)
    ends = {"comparisons": comparisons, "random": random, "gold": 0.95}
    run = planted(tmp_path / "run", {a: (start, (end, 0.0, 0.0, None)) for a, end in ends.items()})
    rows = reach_findings("reach-from-comparisons", run, SPEC)
    assert [row["met"] for row in rows] == met
    assert rows[0]["estimate"] == pytest.approx((comparisons - 0.1) / 0.85, abs=0.15)
