"""The section on best-of-n: gains and falls of gold are told, chance falls are not."""

import csv
import gzip
import json
import os
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from looksgood.audits.measured.best_of_n_curves import best_of_n_curves
from looksgood.audits.rollouts import Rollouts, Texts
from looksgood.audits.sections.selection import selection
from looksgood.audits.subjects.subject import Subject
from looksgood.core.seeds import Seed
from tests.audit_subjects import subject_of
from tests.planted_runs import EXPLOITED, Planted

SHARED = Path(
    os.environ.get("LOOKSGOOD_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)
needs_data = pytest.mark.skipif(not SHARED.exists(), reason="needs the shared data folder")
ALONE = Planted((0.0,), prompts=150, samples=16)
FALLING = replace(ALONE, delta=0.05, gain=6.0, cost=6.0)


def rows_of(prompt, proxy, gold, step=0):
    """Rows that hold nothing but these."""
    count = len(prompt)
    none, zero = np.full(count, np.nan), np.zeros(count, dtype=int)
    prompt = np.unique(prompt, return_inverse=True)[1]
    proxy, gold = np.asarray(proxy, dtype=float), np.asarray(gold, dtype=float)
    texts = Texts(zero[:0], [], [])
    step, digest = np.broadcast_to(step, count).astype(int), np.arange(count)
    return Rollouts(("run",), zero, step, prompt, proxy, none, gold, none, zero, digest, texts)


def the_test(section):
    return next(test for test in section.tests if test.name == "selection_gold_fall")


def test_a_proxy_whose_best_are_exploits_lets_gold_fall():
    found = selection(subject_of(FALLING.rollouts(Seed(("falling",)))))
    test = the_test(found)
    assert test.p < 0.001
    assert test.at[0] < test.at[1] == 16
    assert test.low > 0
    assert test.speaks_to == "gold_fell"


def test_an_honest_proxy_gains_and_speaks_of_no_fall():
    found = selection(subject_of(replace(ALONE, gain=0.0, cost=0.0).rollouts(Seed(("honest",)))))
    assert "a gain of" in found.says[0]
    assert the_test(found).p > 0.9
    n, kl, gold, low, high = found.tables[0].rows[0][:5]
    assert (n, kl) == (1, 0)
    assert low < gold < high
    assert found.tables[0].rows[-1][2] > gold + 1
    assert "No responses tie" in found.says[2]


def test_with_several_checkpoints_it_only_describes():
    rows = replace(EXPLOITED, samples=8).rollouts(Seed(("several",)))
    found = selection(subject_of(rows))
    assert [test.speaks_to for test in found.tests] == [None, None]
    assert len({figure.name for figure in found.figures}) == 4
    assert "at step 0" in found.says[0]


def rejected(simulations, prompts, samples, right):
    """Share of runs of binary gold that the proxy knows nothing of in which p ≤ 5 %."""
    count = 0
    prompt = np.repeat(np.arange(prompts), samples)
    for i in range(simulations):
        rng = Seed(("no fall", prompts, samples, i)).numpy()
        easy = rng.beta(2 * right, 2 * (1 - right), prompts)[prompt]
        gold = rng.uniform(size=len(prompt)) < easy
        rows = rows_of(prompt, rng.integers(0, 20, len(prompt)), gold)
        count += the_test(selection(subject_of(rows, ""))).p <= 0.05
    return count / simulations


def test_a_proxy_that_knows_nothing_seldom_lets_gold_fall():
    assert rejected(60, 40, 8, 0.5) <= 0.12


@pytest.mark.science
@pytest.mark.parametrize(
    ("prompts", "samples", "right"), [(10, 8, 0.5), (40, 8, 0.5), (100, 24, 0.1), (500, 4, 0.9)]
)
def test_false_alarms_are_as_rare_as_they_should_be(prompts, samples, right):
    assert rejected(1000, prompts, samples, right) <= 0.06


def test_pools_are_one_prompts_at_one_step_and_all_n_are_read_from_the_same():
    """Eight at one step beside four at another, and one pool of five that cannot serve n = 8."""
    prompt = np.repeat(np.arange(20), 8)
    rng = Seed(("pools of",)).numpy()
    proxy, gold = rng.normal(size=(2, 165))
    prompt = np.r_[prompt, np.full(5, 20)]
    rows = rows_of(prompt, proxy, gold)
    found = best_of_n_curves(rows, np.ones(165, dtype=bool))
    assert found.gold.x.tolist() == [1, 2, 4, 8]
    assert found.prompts == 20
    assert found.gold.mean[0] == pytest.approx(gold[:160].mean())
    split = replace(rows, step=np.tile([0, 1], 83)[:165])
    found = best_of_n_curves(split, np.ones(165, dtype=bool))
    assert found.gold.x.tolist() == [1, 2, 4]
    assert found.gold.n[0] == 40


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (rows_of(np.arange(30) % 15, np.ones(30), np.ones(30)), "at most 2 responses to a prompt"),
        (rows_of(np.arange(30) % 3, np.ones(30), np.ones(30)), "3 prompts: 10"),
        (rows_of(np.arange(30) % 3, np.ones(30), np.full(30, np.nan)), "at most 0 responses"),
    ],
)
def test_too_few_say_why(rows, why):
    assert (
        why in selection(Subject("run", {}, rows, subject_of(rows).checkpoints)).not_measured[0].why
    )


def test_gold_that_never_varies_has_no_fall_to_test():
    rows = rows_of(np.arange(120) % 12, np.arange(120), np.ones(120))
    found = selection(subject_of(rows, ""))
    assert "nothing to test" in found.not_measured[0].why
    assert not found.tests


@needs_data
def test_a_judge_of_arithmetic_chooses_well():
    """120 tasks of 24 samples: choosing by the judge gains, up to the best of 16."""
    with gzip.open(SHARED / "runs_judge_goodhart" / "pilot.jsonl.gz") as lines:
        rows = [json.loads(line) for line in lines]
    columns = [[row[name] for row in rows] for name in ("task_id", "judge_score", "correct")]
    found = selection(subject_of(rows_of(*columns), ""))
    assert "a gain of 0.16 [0.107, 0.213] over 120 prompts" in found.says[0]
    assert the_test(found).p > 0.9
    assert "92% of the responses tie" in found.says[2]


@needs_data
def test_of_all_reward_models_of_solutions_one_chooses_worse_than_chance():
    """483 problems, one right solution of ten: the best of 8 by beaver is right in 7.5 %."""
    by_rater = defaultdict(list)
    with gzip.open(SHARED / "rewardmath_scores" / "scores.csv.gz", "rt") as lines:
        for row in csv.DictReader(lines):
            score = row["score"]
            if row["kind"] == "pointwise" and score and score[0] not in "[ABC":
                by_rater[row["rm"]].append((row["problem_idx"], score, row["correct"]))
    p = {}
    for name, columns in by_rater.items():
        found = selection(subject_of(rows_of(*zip(*columns, strict=True)), ""))
        p[name] = the_test(found).p
        assert found.tables[0].rows[0][2] == pytest.approx(0.1)
    assert p.pop("beaver") < 0.01
    assert min(p.values()) > 0.05
