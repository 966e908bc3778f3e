"""Discrimination: AUROC within prompts against brute force and real raters; when it alarms."""

import csv
import gzip
import os
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.audits.measured.auroc import auroc
from looksgood.audits.sections.discrimination import discrimination
from looksgood.audits.sections.discrimination_of_runs import discrimination_of_runs
from looksgood.audits.subjects.subject import Subject
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops import concordance as concordances
from looksgood.ops.concordance import REACH, concordance
from looksgood.ops.curve import curve_of_means
from looksgood.ops.paired_change import change_since_first, paired_change
from looksgood.ops.pooled_sd import pooled_sd
from tests.honest_runs import HonestRun, above_one, by_chance, subject_of
from tests.planted_runs import EXPLOITED

SHARED = Path(
    os.environ.get("LOOKSGOOD_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)
REWARDMATH = SHARED / "rewardmath_scores" / "scores.csv.gz"

# ---- pairs, by brute force

rows = st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 2), st.integers(0, 3)), max_size=40)


@pytest.mark.parametrize("block", [1, 5, 1 << 16])
@given(rows)
def test_pairs_are_counted_one_by_one(block, drawn):
    score, truth, cell = (np.array([row[i] for row in drawn], dtype=float) for i in range(3))
    right, pairs = np.zeros(4), np.zeros(4)
    for one, other in combinations(drawn, 2):
        if one[2] == other[2] and one[1] != other[1]:
            pairs[one[2]] += 1
            agree = (one[0] - other[0]) * (one[1] - other[1])
            right[one[2]] += 0.5 if agree == 0 else float(agree > 0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(concordances, "BLOCK", block)
        found = concordance(score, truth, cell.astype(int), 4)
    assert found.pairs.tolist() == pairs.tolist()
    assert found.right.tolist() == right.tolist()


def test_of_a_large_cell_a_sample_of_pairs_is_counted():
    rng = Seed(("large",)).numpy()
    truth = np.sort(rng.standard_normal(5000))
    score = truth + rng.standard_normal(5000)
    found = concordance(score, truth, np.zeros(5000, dtype=int), 1)
    assert found.pairs[0] == REACH * 5000 - REACH * (REACH + 1) / 2
    # of two normals with correlation ρ = √½: 1/2 + arcsin(ρ)/π
    assert found.right[0] / found.pairs[0] == pytest.approx(0.75, abs=0.015)


@given(rows)
def test_a_score_turned_around_is_right_where_it_was_wrong(drawn):
    score, truth, cell = (np.array([row[i] for row in drawn], dtype=float) for i in range(3))
    one = concordance(score, truth, cell.astype(int), 4)
    other = concordance(-score, truth, cell.astype(int), 4)
    assert (one.right + other.right).tolist() == one.pairs.tolist()


# ---- changes on the same prompts


def rates(prompts=30):
    rng = Seed(("rates",)).numpy()
    checkpoint, prompt = (part.ravel() for part in np.mgrid[:3, : 4 * prompts] // [[[1]], [[4]]])
    bottom = (rng.uniform(size=len(prompt)) < 0.6).astype(float)
    return bottom * rng.uniform(size=len(prompt)), bottom, checkpoint, prompt


def test_a_paired_change_by_hand():
    top, bottom, checkpoint, prompt = rates()
    found = paired_change(np.arange(3.0), top, bottom, checkpoint, prompt)
    for later in (1, 2):
        parts = []
        for name in range(30):
            then, now = ((prompt == name) & (checkpoint == j) for j in (0, later))
            n, m = bottom[then].sum(), bottom[now].sum()
            if n and m:
                change = top[now].sum() / m - top[then].sum() / n
                parts.append((n * m / (n + m), change))
        weight, change = np.array(parts).T
        assert found.mean[later - 1] == pytest.approx(weight @ change / weight.sum())
        assert found.n[later - 1] == len(parts)


def test_prompts_that_stop_being_wrong_do_not_change_a_rate():
    """Half of the prompts have rate 1 and vanish, half 0 and stay: on the same prompts nothing."""
    prompt = np.tile(np.arange(40), 2)
    checkpoint = np.repeat([0, 1], 40)
    bottom = np.where((checkpoint == 1) & (prompt < 20), 0.0, 1.0)
    top = bottom * (prompt < 20)
    found = paired_change(np.arange(2.0), top, bottom, checkpoint, prompt)
    assert found.mean.tolist() == [0.0]
    assert found.n.tolist() == [20]


def test_few_shared_prompts_are_refused_and_one_checkpoint():
    top, bottom, checkpoint, prompt = rates()
    with pytest.raises(TooFew, match="at least 50 are needed"):
        paired_change(np.arange(3.0), top, bottom, checkpoint, prompt, at_least=50)
    one = curve_of_means(np.zeros(1), top, checkpoint * 0, prompt)
    with pytest.raises(TooFew, match="one checkpoint"):
        change_since_first(one)


def test_the_spread_within_prompts_is_that_of_their_own_means():
    values = np.array([0.0, 2.0, 10.0, 10.0, 5.0])
    found = pooled_sd(values, np.array([0, 0, 0, 0, 1]), np.array([0, 0, 1, 1, 0]), 2)
    assert found[0] == pytest.approx(1.0)
    assert np.isnan(found[1])


# ---- the section


def planted(**changes):
    rows = replace(EXPLOITED, samples=4, **changes).rollouts(Seed(("discrimination",)))
    columns = (rows.step, rows.prompt, rows.proxy, rows.rater, rows.gold)
    return discrimination(subject_of(*columns, paired=changes.get("paired", True)))


@pytest.mark.parametrize("binary", [False, True])
def test_an_exploit_undoes_it_before_gold_is_at_its_lowest(binary):
    section = planted(binary=binary)
    proxy = next(test for test in section.tests if test.name == "discrimination_of_proxy")
    assert proxy.speaks_to == "exploitation"
    assert proxy.p < 0.001
    assert proxy.low > 0.1
    assert "less well than at first" in " ".join(section.says)


def test_on_other_prompts_it_describes():
    section = planted(paired=False)
    assert len(section.tests) == 2
    assert all(test.speaks_to is None for test in section.tests)
    assert "no alarm" in " ".join(section.says)


@pytest.mark.parametrize("gold", [by_chance, above_one])
def test_honest_progress_is_not_accused(gold):
    section = discrimination(HonestRun(gold=gold).subject(Seed(("honest",))))
    assert len(section.tests) == 2
    assert all(test.p > 0.05 for test in section.tests)


def test_responses_that_become_alike_are_not_held_against_the_score():
    run = HonestRun(sd_at_end=0.3, proxy_noise=1.0, prompts=400)
    curve = auroc(run.subject(Seed(("alike",))), "proxy").curve
    assert curve.mean[-1] < curve.mean[0] - 0.1, "it does fall"
    section = discrimination(run.subject(Seed(("alike",))))
    assert not [test for test in section.tests if test.name == "discrimination_of_proxy"]
    assert any("more alike" in gap.why for gap in section.not_measured)


def test_one_response_to_a_prompt_is_described_between_prompts():
    section = discrimination(HonestRun(samples=1).subject(Seed(("one",))))
    assert not section.tests
    assert "two responses to a prompt" in section.not_measured[0].why
    assert section.says[0].startswith("Between prompts")


def test_one_checkpoint_is_estimated_and_not_tested():
    section = discrimination(HonestRun(points=1).subject(Seed(("one",))))
    assert not section.tests
    assert not section.not_measured
    assert len(section.tables) == 2


def test_a_log_of_means_says_nothing():
    section = discrimination(Subject("log", {}))
    assert len(section.not_measured) == 2
    assert not section.says


@pytest.mark.parametrize(("first", "most"), [(-1.28, 0.055), (-2.0, 0.095), (-2.5, 0.125)])
@pytest.mark.parametrize("noise", [0.5, 1.0, 2.0])
def test_how_much_honest_progress_costs(first, most, noise):
    """10 %, 2 % or 0.6 % right become 50 %: the numbers of `discrimination`."""
    rng = Seed(("progress", str(noise))).numpy()
    z, error = rng.standard_normal((2, 40_000))

    def value(mean):
        quality = z + mean
        found = concordance(
            quality + noise * error, (quality > 0).astype(float), np.zeros(len(z), dtype=int), 1
        )
        return found.right[0] / found.pairs[0]

    assert 0 < value(first) - value(0.0) < most


def test_its_interval_covers():
    """By simulation: the AUROC of z + N(0, 1) for z ~ N(0, 1) is 1/2 + arcsin(√½)/π = 3/4."""
    run = HonestRun(points=1, proxy_noise=1.0, prompts=40, samples=4)
    held = 0
    for i in range(120):
        curve = auroc(run.subject(Seed(("cover", i))), "proxy").curve
        low, high = curve.limits()
        held += low[0] <= 0.75 <= high[0]
    assert held >= 105, "99.9 % of 120 such studies at 95 %"


# ---- thirty-one real reward models on the same problems


@pytest.mark.skipif(not REWARDMATH.exists(), reason="needs the shared data folder")
def test_real_reward_models_side_by_side():
    with gzip.open(REWARDMATH, "rt", encoding="utf-8") as lines:
        marks = [row for row in csv.DictReader(lines) if row["kind"] == "pointwise"]
    marks = [row for row in marks if row["score"] and "[" not in row["score"]]  # one for the whole
    subjects = []
    for name in sorted({row["rm"] for row in marks}):
        own = [row for row in marks if row["rm"] == name]
        prompt = np.array([int(row["problem_idx"]) for row in own])
        score, gold = (np.array([float(row[key]) for row in own]) for key in ("score", "correct"))
        subjects.append(replace(subject_of(0, prompt, score, np.nan, gold), name=name))
    section = discrimination_of_runs(subjects)
    (table,) = section.tables
    found = {row[0]: row[3] for row in table.rows}
    assert len(found) == len(subjects) >= 12
    assert list(found.values()) == sorted(found.values(), reverse=True)
    for one in subjects[:3]:
        assert found[one.name] == pytest.approx(by_problem(one.rollouts))
    for name, prompts, _, value, low, high in table.rows:
        assert prompts > 400, name
        assert 0 < low < value < high < 1
        assert high - low < 0.1


def by_problem(marks):
    right = pairs = 0.0
    for problem in np.unique(marks.prompt):
        own = marks.prompt == problem
        best = marks.proxy[own & (marks.gold == 1)][:, None]
        rest = marks.proxy[own & (marks.gold == 0)][None]
        right += ((best > rest) + (best == rest) / 2).sum()
        pairs += best.size * rest.size
    return right / pairs
