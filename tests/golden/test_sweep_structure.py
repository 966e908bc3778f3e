"""The tiny sweep has every row it should, and what holds at any size holds in it."""

import math

import pytest

from looksgood.runs import RunFolder
from looksgood.studies.study import find_study
from tests.sweeps import TINY, tiny_spec

ARMS = tuple(find_study("kl-sweep").arms)


@pytest.fixture(scope="module")
def run(tiny_sweep):
    return RunFolder.read(tiny_sweep.path)


@pytest.fixture(scope="module")
def points(run):
    return run.points().to_pylist()


def test_every_arm_and_seed_measures_the_base_best_of_n_and_every_penalty(points):
    steps = (TINY["optimizer.steps"] // 2, TINY["optimizer.steps"])
    for arm in ARMS:
        penalties = find_study("kl-sweep").arm_spec(tiny_spec(), arm).penalties
        expected = {
            ("base", None, 0, None),
            *(("best_of_n", None, 0, n) for n in TINY["best_of"]),
            *(("rloo", beta, step, None) for beta in penalties for step in steps),
        }
        for seed in (0, 1):
            rows = [row for row in points if (row["arm"], row["seed"]) == (arm, seed)]
            found = [(row["optimizer"], row["beta"], row["step"], row["n"]) for row in rows]
            assert len(found) == len(expected)
            assert set(found) == expected


def test_rows_by_prompt_average_to_their_point(run, points):
    key = ("arm", "seed", "optimizer", "beta", "step", "n")
    prompts = run.prompts().to_pylist()
    for point in points:
        rows = [row for row in prompts if all(row[name] == point[name] for name in key)]
        assert len(rows) == TINY["measure.prompts"]
        assert sum(row["samples"] for row in rows) == point["samples"]
        for score in ("kl", "proxy", "rater", "gold"):
            mean = math.fsum(row[score] for row in rows) / len(rows)
            assert mean == pytest.approx(point[score], abs=1e-9)


def test_no_score_is_missing_and_kl_is_that_from_the_base(points):
    for row in points:
        assert None not in [row[name] for name in ("kl", "proxy", "rater", "gold")]
        if row["optimizer"] == "base":
            assert row["kl"] == 0
        elif row["optimizer"] == "rloo":
            assert row["kl"] > 0
        elif row["n"] == 1:
            assert row["kl"] == pytest.approx(0, abs=1e-9)


def test_a_strong_penalty_keeps_the_policy_nearer_to_the_base(points):
    last = [
        row for row in points if row["step"] == TINY["optimizer.steps"] and row["arm"] != "random"
    ]  # which keeps but one of two penalties
    strong, none = (
        math.fsum(row["kl"] for row in last if row["beta"] == beta) for beta in TINY["betas"]
    )
    assert strong < none


def test_an_oracle_is_gold_in_every_row(run):
    for table in (run.points(), run.prompts(), run.samples()):
        rows = [row for row in table.to_pylist() if row["arm"] == "oracle"]
        assert rows
        assert all(row["rater"] == pytest.approx(row["gold"], abs=1e-5) for row in rows)


def test_where_gold_is_optimised_the_proxy_is_gold(points):
    rows = [row for row in points if row["arm"] == "gold"]
    assert all(row["proxy"] == pytest.approx(row["gold"], abs=1e-5) for row in rows)


def test_arms_share_the_base_whatever_they_change(points):
    for seed in (0, 1):
        bases = [row for row in points if (row["optimizer"], row["seed"]) == ("base", seed)]
        assert len({row["gold"] for row in bases}) == 1


def test_kept_samples_have_what_a_reader_wants(run):
    rows = run.samples().to_pylist()
    for row in rows:
        assert row["prompt"]
        assert isinstance(row["response"], str)
        assert row["logp_policy"] < 0
        assert row["logp_base"] < 0
    kept = [row for row in rows if row["beta"] == 0 and row["arm"] == "ordinary"]
    assert {row["step"] for row in kept} == {TINY["optimizer.steps"]}
    assert len(kept) == 2 * 2 * TINY["measure.keep_prompts"]


def test_every_finding_says_what_would_meet_it(run):
    names = [row["name"] for row in run.findings()]
    assert len(set(names)) == len(names)
    for row in run.findings():
        assert row["criterion"]
        assert row["met"] in (True, False, None)
