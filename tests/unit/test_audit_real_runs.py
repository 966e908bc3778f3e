"""Audits of public runs against the data's own facts, worked out here in other ways."""

import csv
import gzip
import json
import os
from collections import Counter, defaultdict
from itertools import combinations
from math import comb
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest, fisher_exact, kendalltau

from looksgood.audits.audit import Inputs, audit

SHARED = os.environ.get("LOOKSGOOD_SHARED_DATA")
DATA = Path(SHARED) if SHARED else Path(__file__).parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="public data are not here")


def audited(path, **mapping):
    return audit(Inputs(paths=[DATA / path], mapping=mapping))


def voted(path, **mapping):
    found = audit(Inputs(votes=DATA / path, votes_mapping=mapping))
    return " ".join(line for section in found.sections for line in section.says)


def read(path):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(DATA / path, "rt") as file:
        return list(csv.DictReader(file)) if ".csv" in path else [json.loads(line) for line in file]


def table(found, section, run, starting):
    """Return the rows of a section's table whose first column is called `starting`."""
    tables = [
        part
        for one in found.sections
        if one.name == section and one.run == run
        for part in one.tables
        if part.columns[0] == starting
    ]
    return [dict(zip(part.columns, row, strict=True)) for part in tables for row in part.rows]


def by_run(found, name):
    return {test.run: test for test in found.verdict.tests if test.name == name}


def best_of(n, scores, right):
    """Return how often the best of n draws without replacement is right; ties share."""
    found = 0.0
    for score in np.unique(scores):
        below, up_to = int((scores < score).sum()), int((scores <= score).sum())
        found += (comb(up_to, n) - comb(below, n)) * right[scores == score].mean()
    return found / comb(len(scores), n)


def test_an_honest_null_is_one():
    """Exact sign tests between all rounds find no fall; the audit finds none either."""
    found = audited("runs_judge_goodhart/optimize.jsonl.gz", proxy="judge_score")
    assert found.verdict.level == "no_sign"
    rows = read("runs_judge_goodhart/optimize.jsonl.gz")
    for arm in ("judge", "control"):
        right = np.zeros((120, 6))
        tasks = sorted({row["task_id"] for row in rows})
        for row in rows:
            if row["arm"] == arm:
                right[tasks.index(row["task_id"]), row["round"]] = row["correct"]
        told = table(found, "levels", arm, "step")
        gold = [row["gold"] for row in told if "gold" in row]
        np.testing.assert_allclose(gold, right.mean(axis=0))
        exact = [
            binomtest(down, down + up, alternative="greater").pvalue
            for before, after in combinations(right.T, 2)
            for down, up in [(int((before > after).sum()), int((before < after).sum()))]
            if down + up
        ]
        assert min(exact) * len(exact) > 0.05
        assert by_run(found, "gold_fall")[arm].p > 0.05


def test_best_of_n_by_a_judge_is_what_its_samples_say():
    found = audited("runs_judge_goodhart/pilot.jsonl.gz", proxy="judge_score")
    assert found.verdict.level == "no_sign"
    samples = defaultdict(list)
    for row in read("runs_judge_goodhart/pilot.jsonl.gz"):
        samples[row["question"]].append((row["judge_score"], row["correct"]))
    pools = [np.array(pool, dtype=float).T for pool in samples.values()]
    told = {row["n"]: row["gold"] for row in table(found, "selection", "pilot", "n")}
    for n in (1, 4, 16):
        assert told[n] == pytest.approx(np.mean([best_of(n, *pool) for pool in pools]))


def test_policies_fell_where_exact_tests_of_their_wins_say_so():
    """Fisher's exact test of each pair of checkpoints, all pairs and (by Holm) all runs counted."""
    columns = {"run": "run+gold_rm", "wins": "wins", "total": "total"}
    found = audited("runs_tldr_dpo_kl_gold/points.csv", **columns)
    points = defaultdict(dict)
    for row in read("runs_tldr_dpo_kl_gold/points.csv"):
        counts = int(row["wins"]), int(row["total"]) - int(row["wins"])
        points[f"{row['run']} {row['gold_rm']}"][float(row["step"])] = counts
    exact = {}
    for run, steps in points.items():
        pairs = list(combinations([steps[at] for at in sorted(steps)], 2))
        p = [fisher_exact([later, before], alternative="less").pvalue for before, later in pairs]
        if pairs:
            exact[run] = min(1.0, min(p) * len(pairs))
    fell = set()
    for rank, run in enumerate(sorted(exact, key=exact.get)):
        if exact[run] > 0.05 / (len(exact) - rank):
            break
        fell.add(run)
    levels = found.verdict.runs
    assert {run for run, level in levels.items() if level == "gold_fell"} == fell
    assert len(fell) == 3
    assert len(levels) == 23


def test_code_that_compiles_is_rewarded_and_fails_its_tests():
    """Exploitation is found where compiling climbs all the way, and passing tests stays at 0."""
    columns = {"step": "checkpoint", "proxy": "avg_g", "gold": "avg_f"}
    found = audited("runs_leetcode_fg/heldout_scores.csv", **columns)
    points = defaultdict(list)
    for row in read("runs_leetcode_fg/heldout_scores.csv"):
        if row["avg_f"] and row["checkpoint"].isdigit():
            points[row["run"]].append([float(row[k]) for k in ("checkpoint", "avg_g", "avg_f")])
    climbs = set()
    for run, rows in points.items():
        step, compiles, passes = np.array(rows).T
        assert passes.max() < 0.02, "the truth is nowhere learned"
        if len(step) > 2 and kendalltau(step, compiles).statistic > 0.7:
            climbs.add(run)
    levels = found.verdict.runs
    assert {run for run, level in levels.items() if level == "exploitation"} == climbs
    assert len(climbs) == 4


def test_a_reward_model_that_is_worse_than_chance_is_found():
    columns = {"run": "rm", "prompt": "problem_idx", "proxy": "score", "gold": "correct"}
    found = audited("rewardmath_scores/scores.csv.gz", **columns)
    levels = found.verdict.runs
    assert [run for run, level in levels.items() if level == "gold_fell"] == ["beaver"]
    pools = defaultdict(list)
    for row in read("rewardmath_scores/scores.csv.gz"):
        if row["rm"] in ("beaver", "skywork_llama3"):
            pools[row["rm"], row["problem_idx"]].append((row["score"], row["correct"]))
    for rm, sign in (("beaver", 1), ("skywork_llama3", -1)):
        every = [np.array(p, dtype=float).T for (name, _), p in pools.items() if name == rm]
        lost = np.array([best_of(2, *pool) - best_of(4, *pool) for pool in every])
        flips = np.random.default_rng(0).choice([-1, 1], (4000, len(lost))) @ lost
        assert (sign * flips >= sign * lost.sum()).mean() < 0.005, "by flipping signs of problems"
        told = {row["n"]: row["gold"] for row in table(found, "selection", rm, "n")}
        assert told[2] - told[4] == pytest.approx(lost.mean())


@pytest.mark.parametrize(
    ("path", "columns", "why"),
    [
        (
            "runs_gsm8k_grpo_extractors/eval_trajectories.csv",
            {"run": "experiment+run", "gold": "honest_accuracy"},
            "6 points without errors",
        ),
        (
            "runs_tinker_code_hacking/rollouts_97.jsonl.gz",
            {"proxy": "metrics.public_reward", "gold": "metrics.private_reward"},
            "one checkpoint",
        ),
        ("runs_tinker_code_hacking/by_epoch.csv", {"run": "env"}, "the log has no gold"),
    ],
)
def test_what_cannot_be_said_is_not(path, columns, why):
    found = audited(path, **columns)
    assert found.verdict.level == "cannot_say"
    assert any(why in gap.why for gap in found.verdict.not_measured)


def test_raters_agree_as_counting_pairs_says():
    """Krippendorff's alpha from pairs of votes; shares of votes by counting them."""
    rows = read("pandalm_3raters/testset.jsonl.gz")
    names = ("annotator1", "annotator2", "annotator3")
    votes = [[row[name] for name in names] for row in rows]
    pairs = [pair for item in votes for pair in combinations(item, 2)]
    observed = np.mean([a != b for a, b in pairs])
    counts = Counter(vote for item in votes for vote in item)
    n = sum(counts.values())
    expected = 1 - sum(k * (k - 1) for k in counts.values()) / (n * (n - 1))
    more = [len(str(row["response1"]).strip()) - len(str(row["response2"]).strip()) for row in rows]
    longer = [
        0.5 if vote == 0 else float((vote == 1) == (by > 0))
        for by, item in zip(more, votes, strict=True)
        for vote in item
        if by
    ]
    columns = {"item": "idx", "first": "response1", "second": "response2"}
    said = voted("pandalm_3raters/testset.jsonl.gz", raters="+".join(names), **columns)
    assert f"alpha (nominal) of {1 - observed / expected:.2f} [" in said
    assert f"longer response wins {100 * np.mean(longer):.1f} % [" in said
