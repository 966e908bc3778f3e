"""The section on raters: what it says of votes whose makers are known."""

import gzip
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looksgood.audits.notes import Notes
from looksgood.audits.raters.agreement import agreement
from looksgood.audits.raters.effects import confidence, length
from looksgood.audits.raters.position import position
from looksgood.audits.raters.truth import against_truth
from looksgood.audits.raters.votes import Votes
from looksgood.audits.raters.votes_file import read_votes
from looksgood.audits.sections.raters import raters
from looksgood.audits.verdict import verdict
from looksgood.core.seeds import Seed

SHARED = os.environ.get("LOOKSGOOD_SHARED_DATA")
DATA = Path(SHARED) if SHARED else Path(__file__).parents[3] / "shared" / "data"
SEED = Seed(("raters",))


def panel(rng, items=300, accuracies=(0.9, 0.8, 0.7), kind="mark", good=0.5):
    """Every rater votes once on each item, right as often as its accuracy says."""
    truth = (rng.random(items) < good) * 1.0
    item = np.tile(np.arange(items), len(accuracies))
    rater = np.repeat(np.arange(len(accuracies)), items)
    right = rng.random(len(item)) < np.array(accuracies)[rater]
    empty = np.full(len(item), np.nan)
    return Votes(
        kind=kind,
        raters=tuple("abcdefgh"[: len(accuracies)]),
        item=item,
        rater=rater,
        vote=np.where(right, truth[item], 1 - truth[item]),
        first_shown=empty,
        confidence=empty,
        seconds=empty,
        cluster=np.arange(items),
        truth=truth,
        length=np.full(items, np.nan),
    )


def column(table, name, rater):
    row = next(row for row in table.rows if row[0] == rater)
    return row[table.columns.index(name)]


def limits(table, name, rater):
    return column(table, f"{name}, low", rater), column(table, f"{name}, high", rater)


def test_accuracy_and_false_approvals_are_what_was_planted():
    votes = panel(SEED.child("truth").numpy())
    said = against_truth(votes)
    table = said.tables[0]
    for rater, accuracy in zip("abc", (0.9, 0.8, 0.7), strict=True):
        low, high = limits(table, "right", rater)
        assert low < accuracy < high
        low, high = limits(table, "wrong approved", rater)
        assert low < 1 - accuracy < high
    assert said.says[0].startswith("Of responses that are wrong, raters approve")


def test_the_consensus_finds_who_is_accurate_without_the_truth():
    votes = panel(SEED.child("consensus").numpy(), items=1500, accuracies=(0.9, 0.8, 0.7, 0.6))
    part = agreement(replace(votes, truth=np.full(1500, np.nan)))
    found = [column(part.tables[0], "right", rater) for rater in "abcd"]
    np.testing.assert_allclose(found, (0.9, 0.8, 0.7, 0.6), atol=0.04)
    assert "mistakes that they share do not show" in part.says[-1]


def test_mistakes_that_raters_share_are_told_where_the_truth_is_known():
    rng = SEED.child("shared").numpy()
    votes = panel(rng, items=400, accuracies=(0.95, 0.95, 0.95))
    fooled = rng.random(400) < 0.3
    truth = np.where(fooled, 1 - votes.truth, votes.truth)
    line = agreement(replace(votes, truth=truth)).says[-1]
    share = float(line.split("wrong on ")[1].split(" %")[0])
    expected = float(line.split("expected ")[1].split(" %")[0])
    assert abs(share - 100 * fooled.mean()) < 3
    assert expected < 3


def test_who_prefers_what_is_shown_first_is_found_whatever_is_better():
    rng = SEED.child("position").numpy()
    once = panel(rng, items=400, accuracies=(1.0, 1.0), kind="choice", good=0.9)
    both = replace(
        once,
        item=np.tile(once.item, 2),
        rater=np.tile(once.rater, 2),
        first_shown=np.repeat([1.0, 0.0], len(once)),
        confidence=np.tile(once.confidence, 2),
        seconds=np.tile(once.seconds, 2),
        vote=np.tile(once.vote, 2),
    )
    # rater a takes what is shown first in 3 of 10 votes, whatever it is
    lapses = (both.rater == 0) & (rng.random(len(both)) < 0.3)
    both = replace(both, vote=np.where(lapses, both.first_shown, both.vote))
    table = position(both).tables[0]
    low, high = limits(table, "first shown wins", "a")
    assert low < 0.65 < high
    assert column(table, "same in both orders", "b") == 1
    assert column(table, "same in both orders", "a") == pytest.approx(0.7, abs=0.07)


def test_a_rater_who_always_takes_the_first_is_seen():
    votes = panel(SEED.child("always").numpy(), items=40, kind="choice")
    shown = (np.arange(len(votes)) % 2) * 1.0
    found = position(replace(votes, first_shown=shown, vote=shown))
    low, high = limits(found.tables[0], "first shown wins", "all raters")
    assert 0.85 < low < high == 1


def test_one_order_only_says_nothing_of_position():
    votes = panel(SEED.child("one order").numpy(), kind="choice")
    found = position(replace(votes, first_shown=np.ones(len(votes))))
    assert not found.says
    assert "one order" in found.not_measured[0].why


def test_a_lean_to_length_shows_beyond_the_truth():
    rng = SEED.child("length").numpy()
    votes = panel(rng, items=500, kind="choice")
    size = rng.choice([-10.0, 10.0], 500)
    plain = length(replace(votes, length=size))
    lean = (rng.random(len(votes)) < 0.2) * 1.0
    vote = np.where(lean, (size[votes.item] > 0) * 1.0, votes.vote)
    leaning = length(replace(votes, length=size, vote=vote))
    assert leaning.tests[0].p < 1e-4
    assert leaning.tests[0].low < 0.2 < leaning.tests[0].high
    assert plain.tests[0].p > 1e-3


def test_sure_votes_that_are_right_more_often_are_told():
    rng = SEED.child("sure").numpy()
    votes = panel(rng, items=400)
    sure = np.where(votes.is_right == 1, 1.0, 0.0) + rng.standard_normal(len(votes))
    found = confidence(replace(votes, confidence=sure, seconds=rng.random(len(votes))))
    assert [test.name for test in found.tests] == ["raters_confidence", "raters_seconds"]
    assert found.tests[0].p < 1e-6 < 1e-3 < found.tests[1].p


def test_scores_on_scales_of_their_own_are_ranked_not_counted():
    votes = panel(SEED.child("scores").numpy(), accuracies=(0.9, 0.6))
    rng = SEED.child("scores", "noise").numpy()
    scale = np.array([1.0, 1000.0])[votes.rater]
    scored = replace(votes, vote=scale * (votes.vote + rng.random(len(votes))))
    table = against_truth(scored).tables[0]
    assert column(table, "AUROC", "a") > column(table, "AUROC", "b") > 0.5
    assert column(table, "AUROC", "all raters") is None
    assert agreement(scored).not_measured[0].what == "agreement between raters"


def test_votes_alone_decide_nothing():
    assert verdict(raters(panel(SEED.child("alone").numpy()))).level == "cannot_say"


@given(st.data())
@settings(max_examples=40)
def test_whatever_the_votes_the_section_answers_or_says_why_not(data):
    items, people = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    n = data.draw(st.integers(1, 14))
    kind = data.draw(st.sampled_from(["choice", "mark"]))
    answers = st.sampled_from([0.0, 0.5, 1.0] if kind == "choice" else [0.0, 1.0, 3.0])
    unsure = st.one_of(st.just(np.nan), answers)

    def some(values, count):
        return np.array(data.draw(st.lists(values, min_size=count, max_size=count)))

    votes = Votes(
        kind=kind,
        raters=tuple("abcd"[:people]),
        item=some(st.integers(0, items - 1), n),
        rater=some(st.integers(0, people - 1), n),
        vote=some(answers, n),
        first_shown=some(st.sampled_from([0.0, 1.0, np.nan]), n),
        confidence=some(unsure, n),
        seconds=some(unsure, n),
        cluster=some(st.integers(0, items - 1), items),
        truth=some(unsure, items),
        length=some(unsure, items),
    )
    sections = raters(votes)
    assert any(section.says or section.not_measured for section in sections)
    for section in sections:
        json.dumps(section.as_json(), allow_nan=False)


def needs(name):
    return pytest.mark.skipif(not (DATA / name).is_dir(), reason=f"no {name} in {DATA}")


def some_rows(path, folder, part):
    """Copy the rows of a CSV that hold `part`: all of them take long with types checked."""
    text = gzip.decompress(path.read_bytes()).decode()
    first, *rest = text.splitlines(keepends=True)
    target = folder / "some.csv"
    target.write_text(first + "".join(line for line in rest if part in line))
    return target


@needs("llmbar")
def test_llm_judges_share_mistakes_and_favour_the_first(tmp_path):
    votes = read_votes(
        some_rows(DATA / "llmbar" / "judge_verdicts.csv.gz", tmp_path, ",Metrics_Reference,"),
        {
            "item": "subset+idx",
            "rater": "evaluator+strategy",
            "vote": "winner",
            "swapped": "winner_swapped",
            "truth": "label",
        },
        Notes(),
    )
    assert len(votes.raters) == 6
    line = next(line for line in agreement(votes).says if "consensus itself is wrong" in line)
    assert "mistakes that raters share" in line
    (first_wins,) = position(votes).tests
    assert first_wins.p < 1e-3
    table = against_truth(votes).tables[0]
    best, worst = (f"{name} Metrics_Reference" for name in ("GPT-4", "Falcon"))
    assert limits(table, "right", worst)[1] < 0.7 < 0.8 < limits(table, "right", best)[0]


@needs("frank_factuality")
def test_metrics_of_factuality_are_ranked_against_people(tmp_path):
    folder = DATA / "frank_factuality"
    marks, scores = (
        json.loads(gzip.decompress((folder / name).read_bytes()))
        for name in ("human_annotations.json.gz", "metric_outputs.json.gz")
    )
    truth = {(row["hash"], row["model_name"]): row["Factuality"] for row in marks}
    rows = [{**row, "truth": truth[row["hash"], row["model_name"]]} for row in scores]
    path = tmp_path / "frank.json"
    path.write_text(json.dumps(rows))
    votes = read_votes(path, {"raters": "Rouge L+FactCC+Dep Entail", "prompt": "hash"}, Notes())
    table = against_truth(votes).tables[0]
    assert column(table, "AUROC", "FactCC") > 0.75 > column(table, "AUROC", "Rouge L") > 0.5
    assert len(np.unique(votes.cluster)) == 499


@needs("xsum_hallucination")
def test_annotators_of_factuality_agree(tmp_path):
    votes = read_votes(
        some_rows(
            DATA / "xsum_hallucination" / "factuality_annotations_xsum_summaries.csv.gz",
            tmp_path,
            ",BERTS2S,",
        ),
        {
            "item": "bbcid+system",
            "rater": "worker_id",
            "vote": "is_factual",
            "prompt": "bbcid",
            "response": "summary",
        },
        Notes(),
    )
    assert votes.kind == "mark"
    alpha = float(agreement(votes).says[0].split("of ")[1].split(" ")[0])
    assert 0.6 < alpha < 0.9
