"""threats-and-tricks and sycophancy end to end: cells, what is asked of policies, findings."""

from dataclasses import replace

import pytest

from looksgood.studies.runner import run_study
from looksgood.studies.study import find_study
from tests.sweeps import TINY

SHORT = {name: value for name, value in TINY.items() if name != "betas"}
SHORT |= {"best_of": (1, 4), "world.documents": 400}
BODY = {"kind": "small", "width": 16, "layers": 1, "epochs": 1.0}


def run_tiny(name, arms, out, **settings):
    study = find_study(name)
    some = replace(study, arms={arm: study.arms[arm] for arm in arms})
    changes = {**SHORT, **settings}
    run = run_study(some, out=out, seeds=2, first_seed=0, workers=0, settings=changes)
    assert tuple(row["name"] for row in run.findings()) == study.finding_names()
    return run, {row["name"]: row for row in run.findings()}


@pytest.mark.slow
def test_threats_and_tricks_asks_each_policy_what_it_would_say(tmp_path):
    settings = {"world.response_tokens": 16}  # a bribe has nine words
    arms = ("bribed-1e-2", "direct-1e-2")
    run, found = run_tiny("threats-and-tricks", arms, tmp_path, **settings)
    asked = [row for row in run.points().to_pylist() if row["n"] is None]
    assert {row["step"] for row in asked} == {0, 2, 4}
    assert all(0 < row["channel.bribe.chance"] < 1 for row in asked)
    assert all(0 <= row["channel.trick.added"] <= 1 for row in asked)
    assert all("channel.trick.worth.rater" in row for row in asked)
    base = {
        (row["arm"], row["seed"]): row["channel.bribe.chance"] for row in asked if not row["step"]
    }
    assert base["bribed-1e-2", 0] == base["direct-1e-2", 0] != base["bribed-1e-2", 1]
    direct = [row for row in asked if row["arm"] == "direct-1e-2"]
    assert all(row["proxy"] == pytest.approx(row["rater"], abs=1e-5) for row in direct)
    assert found["bribes-amplified"]["met"] is not None
    assert found["direct-amplified-1e-2"]["met"] is not None
    assert found["bound-holds"]["met"] is True
    assert found["tricks-amplified"]["met"] is None


@pytest.mark.slow
def test_sycophancy_measures_siding_and_shares_one_reward_model_among_sizes(tmp_path):
    settings = {"compared": BODY, "reward_body": BODY, "measure.prompts": 8}
    run, found = run_tiny("sycophancy", ("likes", "likes-width-32"), tmp_path, **settings)
    rows = run.points().to_pylist()
    assert all(row["channel.asker_wrong.sided_with"] <= row["channel.asker_wrong"] for row in rows)
    assert any(row["channel.asker_wrong"] > 0 for row in rows)
    assert len(list((tmp_path / "stages").glob("reward*"))) == 2  # one for each seed
    assert found["siding-rises"]["met"] is not None
    assert found["liking-raises-siding"]["met"] is None
