"""Expert labels: read, and joined to the responses that they are of."""

import csv
import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.audits.experts.join import with_labels
from looksgood.audits.experts.labelled import Labelled
from looksgood.audits.experts.labels import read_labels
from looksgood.audits.experts.response_id import response_id
from looksgood.audits.experts.spreadsheet import STARTS, quoted, unquoted
from looksgood.audits.measured.gap_curves import gap_curves
from looksgood.audits.notes import Notes
from looksgood.audits.reading import collect as collecting
from looksgood.audits.reading.collect import collect
from looksgood.audits.reading.text_sample import TextSample
from looksgood.audits.sections.false_approvals import false_approvals
from looksgood.audits.subjects.label_weights import label_weights
from looksgood.audits.subjects.row_curves import of_rows
from looksgood.core.errors import ConfigError, DataError
from looksgood.core.seeds import Seed
from looksgood.ops.aipw import aipw_mean
from looksgood.ops.concordance import concordance
from looksgood.ops.ppi_curve import curve_of_ppi_means
from tests.planted_runs import EXPLOITED

ROWS = [
    {"step": 0, "prompt": "1 + 1 =", "completion": "2", "proxy": 1.0},
    {"step": 0, "prompt": "2 + 2 =", "completion": "2", "proxy": 0.0},
    {"step": 5, "prompt": "1 + 1 =", "completion": "2", "proxy": 1.0},
    {"step": 5, "prompt": "2 + 2 =", "completion": "=4\nso it is", "proxy": 2.0},
    {"step": 5, "prompt": "2 + 2 =", "completion": "=4\nso it is", "proxy": 2.0},
]


@pytest.fixture
def rollouts():
    return collect([pa.Table.from_pylist([{"run": "r", **row} for row in ROWS])], Notes())


def gold_of(rollouts, tmp_path, rows, columns=()):
    """Return gold after joining, as a list with None for nothing, and the notes."""
    notes, path = Notes(), tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    joined = with_labels(rollouts, read_labels(path, dict(columns), notes), notes)
    return [None if np.isnan(value) else value for value in joined.gold], notes.lines


def test_a_label_is_of_the_rows_that_it_describes(rollouts, tmp_path):
    label = {"prompt": "1 + 1 =", "completion": "2", "gold": 1}
    assert gold_of(rollouts, tmp_path, [label])[0] == [1, None, 1, None, None]
    assert gold_of(rollouts, tmp_path, [label | {"step": 5}])[0] == [None, None, 1, None, None]
    assert gold_of(rollouts, tmp_path, [label | {"run": "r"}])[0] == [1, None, 1, None, None]
    del label["prompt"]
    assert gold_of(rollouts, tmp_path, [label])[0] == [1, 1, 1, None, None]


def test_the_text_of_what_has_a_label_is_kept_however_many_rows_there_are(tmp_path, monkeypatch):
    """Of 4,000 rows 20 texts are kept: the labels' rows by text, by our id and by number."""
    rows = [{"step": i % 4, "prompt": f"p{i % 9}", "completion": f"c{i}"} for i in range(4000)]
    table = pa.Table.from_pylist([{"run": "r", "proxy": 1.0, **row} for row in rows])
    monkeypatch.setattr(collecting, "TextSample", lambda: TextSample(most=20))
    plain = collect([table], Notes())
    wanted = [row for row in (11, 222, 3333) if row not in plain.texts.row]
    assert len(wanted) == 3
    by_text = {"prompt": "p2", "completion": "c11", "gold": 1}
    by_id = {"id": response_id(plain, 222), "gold": 0}
    other_prompt = {"prompt": "p3", "completion": "c12", "gold": 1, "row": None}
    path = tmp_path / "labels.jsonl"
    labels = [by_text, by_id, {"row": 3333, "gold": 1}, other_prompt | {"prompt": "elsewhere"}]
    path.write_text("".join(json.dumps(label) + "\n" for label in labels))
    found = Labelled(read_labels(path, {}, Notes()))
    kept = collect([table.slice(0, 1500), table.slice(1500)], Notes(), found).texts
    assert len(kept) == 20
    assert set(wanted) <= set(kept.row.tolist())
    assert 12 not in kept.row or 12 in plain.texts.row
    own = pa.array([0.5 if row in wanted else None for row in range(4000)], pa.float64())
    kept = collect([table.append_column("gold", own)], Notes()).texts
    assert set(wanted) <= set(kept.row.tolist())


def test_white_space_does_not_part_a_label_from_its_row(rollouts, tmp_path):
    label = {"prompt": " 2 +\t2 = \n", "completion": "=4\r\nso  it is ", "gold": "yes"}
    assert gold_of(rollouts, tmp_path, [label])[0] == [None, None, None, 1, 1]


def test_rows_that_are_alike_share_a_label_and_this_is_told(rollouts, tmp_path):
    label = {"step": 5, "prompt": "2 + 2 =", "completion": "=4\nso it is", "gold": 0.5}
    gold, told = gold_of(rollouts, tmp_path, [label])
    assert gold == [None, None, None, 0.5, 0.5]
    assert "1 match several rows" in told[0]


def test_labels_that_differ_are_averaged_and_told(rollouts, tmp_path):
    label = {"step": 0, "prompt": "1 + 1 =", "completion": "2"}
    same = [label | {"gold": 0.1}] * 3
    gold, told = gold_of(rollouts, tmp_path, same)
    assert gold[0] == pytest.approx(0.1)
    assert len(told) == 1
    gold, told = gold_of(rollouts, tmp_path, [label | {"gold": 1}, label | {"gold": 0}])
    assert gold[0] == 0.5
    assert "1 rows have several labels that differ" in told[-1]


def test_a_row_number_counts_where_there_is_no_text(rollouts, tmp_path):
    rows = [{"row": 3, "gold": 1}, {"row": 99, "gold": 1}, {"row": 0, "step": 5, "gold": 0}]
    gold, told = gold_of(rollouts, tmp_path, rows)
    assert gold == [None, None, None, 1, None]
    assert "1 of 3 labels match; 2 match none (rows 2, 3)" in told[0]


def test_labels_that_match_nothing_say_what_to_check(rollouts, tmp_path):
    with pytest.raises(DataError, match="none of 1 labels matches") as error:
        gold_of(rollouts, tmp_path, [{"completion": "nowhere", "gold": 1}])
    assert "\n" not in str(error.value)
    with pytest.raises(DataError, match="by row"):
        gold_of(rollouts, tmp_path, [{"row": -1, "gold": 1}])


def test_the_files_own_gold_gives_way(rollouts, tmp_path):
    own = replace(rollouts, gold=np.array([0.0, 0, 0, 0, np.nan]))
    gold, told = gold_of(own, tmp_path, [{"completion": "2", "step": 5, "gold": 1}])
    assert gold == [None, None, 1, None, None]
    assert "own gold of 4 rows was not used" in told[-1]


def test_several_labels_of_a_response_are_averaged(rollouts, tmp_path):
    rows = [{"completion": "2", "prompt": "2 + 2 =", "vote": v} for v in (1, 0, 0)]
    found, _ = gold_of(rollouts, tmp_path, rows, {"gold": "vote"})
    assert found == [None, pytest.approx(1 / 3), None, None, None]


def test_what_is_no_label_yet_is_told(rollouts, tmp_path):
    rows = [{"completion": "2", "gold": gold} for gold in (None, "", "perhaps", 1)]
    gold, told = gold_of(rollouts, tmp_path, rows)
    assert gold[:3] == [1, 1, 1]
    assert "2 of 4 rows have no gold yet" in told[0]
    assert "'perhaps', row 3" in told[1]


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        ([{"completion": "2"}], {}, "need a column gold"),
        ([{"gold": 1}], {}, "need a column completion"),
        (
            [{"gold": 1, "row": 0}],
            {"gold": "truth"},
            "'truth', which is no column of it. There are: gold, row",
        ),
        ([{"gold": 1, "row": 0}], {"proxy": "row"}, "--map-expert proxy="),
        ([{"gold": None, "row": 0}], {}, "no row has a gold"),
    ],
)
def test_a_table_that_holds_no_labels_is_refused_in_one_line(
    rollouts, tmp_path, rows, columns, said
):
    with pytest.raises((ConfigError, DataError)) as error:
        gold_of(rollouts, tmp_path, rows, columns)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_chat_is_known_by_its_text(tmp_path):
    rollouts = collect(
        [pa.table({"prompt": ["user: hi\nassistant: yes?"], "completion": ["ok"]})], Notes()
    )
    chat = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "yes?"}]
    label = {"prompt": chat, "completion": [{"role": "assistant", "content": "ok"}], "gold": 1}
    assert gold_of(rollouts, tmp_path, [label])[0] == [1]


# ---- spreadsheets


@given(st.text(max_size=5), st.sampled_from(["", "'", "''"]), st.sampled_from(["", *STARTS]))
def test_a_cell_never_starts_a_formula_and_reads_back(text, ticks, start):
    cell = quoted(ticks + start + text)
    assert not cell.startswith(STARTS)
    assert unquoted(cell) == (ticks + start + text).replace("\0", "�")


def test_half_a_character_is_written_as_one(tmp_path):
    cell = quoted("a\ud800b\0")
    with (tmp_path / "c.csv").open("w", encoding="utf-8") as file:
        csv.writer(file).writerow([cell])
    assert cell == "a?b�"


def test_a_quoted_label_finds_its_row(rollouts, tmp_path):
    label = {"prompt": "2 + 2 =", "completion": quoted("=4\nso it is"), "gold": 1}
    assert label["completion"].startswith("'=")
    assert gold_of(rollouts, tmp_path, [label])[0] == [None, None, None, 1, 1]


# ---- labels that were not drawn uniformly


def test_probabilities_are_kept_and_follow_their_rows(rollouts, tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("step,completion,inclusion_probability,gold\n5,2,0.25,1\n0,2,,0\n")
    joined = with_labels(rollouts, read_labels(path, {}, Notes()), Notes())
    np.testing.assert_array_equal(joined.label_probability, [np.nan, np.nan, 0.25, np.nan, np.nan])
    later = joined.where(joined.step == 5)
    np.testing.assert_array_equal(later.label_probability, [0.25, np.nan, np.nan])
    np.testing.assert_array_equal(later.prompt_key, rollouts.prompt_key)


def test_weights_stand_for_the_rows_of_their_checkpoint():
    labelled = np.array([True, True, False, False, True, True, True, False])
    chance = np.array([0.5, 0.25, np.nan, np.nan, np.nan, np.nan, 0.5, np.nan])
    place = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    found = label_weights(labelled, chance, place)
    np.testing.assert_allclose(found, [2 / 3, 4 / 3, 0, 0, 1.2, 1.2, 0.6, 0])
    with pytest.raises(ValueError, match="above 0"):
        label_weights(labelled, 0 * chance, place)


def a_run(rng, rows=400):
    """Responses of which those of high proxy are better, and likelier to be labelled."""
    judged = rng.standard_normal(rows)
    gold = judged + 0.5 * rng.standard_normal(rows)
    chance = np.where(judged > 0, 0.3, 0.05)
    drawn = rng.random(rows) < chance
    return judged, np.where(drawn, gold, np.nan), chance


def test_labels_drawn_unevenly_are_weighed_to_the_truth():
    held, widths, bare = 0, [], []
    place, prompt = np.zeros(400, dtype=int), np.arange(400)
    for number in range(150):
        judged, labels, chance = a_run(Seed(("uneven", number)).numpy())
        labelled = np.isfinite(labels)
        weights = label_weights(labelled, chance, place)
        weights = np.where(labelled, weights, 1.0)
        found = curve_of_ppi_means(np.zeros(1), labels, judged, place, prompt, weights).curve
        low, high = found.limits()
        held += low[0] <= 0 <= high[0]
        widths.append(found.se[0])
        bare.append(np.nanmean(labels))
    assert held >= 0.91 * 150
    assert np.mean(bare) > 0.4  # what they come to as if they were a sample
    judged, labels, chance = a_run(Seed(("uneven", 0)).numpy())
    aipw = aipw_mean(judged, np.isfinite(labels), labels, chance)
    assert np.mean(widths) == pytest.approx(aipw.se, rel=0.4)


def test_gaps_and_gold_weigh_uneven_labels_alike():
    run = replace(EXPLOITED, rated=False, prompts=80).rollouts(Seed(("uneven gaps",)))
    chance = np.where(run.proxy > np.median(run.proxy), 0.8, 0.2)
    drawn = Seed(("uneven gaps", "draw")).numpy().random(len(run)) < chance
    labelled = replace(
        run,
        gold=np.where(drawn, run.gold, np.nan),
        label_probability=np.where(drawn, chance, np.nan),
    )
    found = gap_curves(of_rows(labelled, "r")).gaps["proxy", "gold"]
    plain = gap_curves(of_rows(replace(labelled, label_probability=None), "r"))
    units = plain.units.sd
    apart, place = run.proxy / units["proxy"] - run.gold / units["gold"], run.step // 10
    known = [drawn & (place == point) for point in range(12)]
    means = np.array([np.average(apart[at], weights=1 / chance[at]) for at in known])
    np.testing.assert_allclose(found.value, means[1:] - means[0])
    assert not np.allclose(found.value, plain.gaps["proxy", "gold"].value)


def test_equal_probabilities_are_as_good_as_none():
    judged, labels, _ = a_run(Seed(("even",)).numpy())
    place, prompt = np.zeros(400, dtype=int), np.arange(400)
    plain = curve_of_ppi_means(np.zeros(1), labels, judged, place, prompt)
    even = curve_of_ppi_means(np.zeros(1), labels, judged, place, prompt, np.full(400, 7.0))
    assert even.curve.mean[0] == pytest.approx(plain.curve.mean[0], abs=0.3 * plain.curve.se[0])
    assert even.curve.se[0] == pytest.approx(plain.curve.se[0], rel=0.1)
    assert even.correlation[0] == pytest.approx(plain.correlation[0])


def test_pairs_and_false_approvals_of_uneven_labels_weigh_what_they_stand_for():
    """A label of probability 1/2 counts as two rows that are alike would."""
    rng = Seed(("two alike",)).numpy()
    score, truth = rng.random(40), (rng.random(40) < 0.5) * 1.0
    weights = 1.0 + (np.arange(40) % 2)
    twice = np.repeat(np.arange(40), weights.astype(int))
    weighed = concordance(score, truth, np.zeros(40, dtype=int), 1, weights)
    plain = concordance(score[twice], truth[twice], np.zeros(60, dtype=int), 1)
    np.testing.assert_allclose(weighed.right, plain.right)
    np.testing.assert_allclose(weighed.pairs, plain.pairs)


def test_what_is_approved_wrongly_is_weighed():
    bed = replace(EXPLOITED, prompts=200, samples=2, binary=True, rater_noise=1.0)
    run = bed.rollouts(Seed(("weighed approvals",)))
    run = replace(run, rater=(run.rater > 1) * 1.0)
    chance = np.where(run.rater > 0, 0.9, 0.3)
    drawn = Seed(("weighed approvals", "draw")).numpy().random(len(run)) < chance
    uneven = replace(
        run, gold=np.where(drawn, run.gold, np.nan), label_probability=np.where(drawn, chance, 1.0)
    )
    every, weighed, plain = (
        np.array([row[2] for row in false_approvals(of_rows(each, "r")).tables[0].rows])
        for each in (run, uneven, replace(uneven, label_probability=None))
    )
    assert abs(weighed - every).mean() < 0.06
    assert (plain - every).mean() > 0.15
