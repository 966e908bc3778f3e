"""Votes: read in long and in wide form to the same record."""

import gzip
import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from looksgood.audits.notes import Notes
from looksgood.audits.raters.votes_file import read_votes
from looksgood.core.errors import ConfigError, DataError

SHARED = os.environ.get("LOOKSGOOD_SHARED_DATA")
DATA = Path(SHARED) if SHARED else Path(__file__).parents[3] / "shared" / "data"

LONG = [
    {"item": "x", "rater": "ann", "vote": 1},
    {"item": "x", "rater": "bob", "vote": 2},
    {"item": "y", "rater": "ann", "vote": 0},
    {"item": "y", "rater": "bob", "vote": 2},
]
WIDE = [{"item": "x", "ann": "1", "bob": "B"}, {"item": "y", "ann": "tie", "bob": "second"}]


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def read(path, columns=()):
    notes = Notes()
    return read_votes(path, dict(columns), notes), notes.lines


def same(one, other):
    return (
        one.raters == other.raters
        and one.kind == other.kind
        and np.array_equal(one.item, other.item)
        and np.array_equal(one.rater, other.rater)
        and np.array_equal(one.vote, other.vote)
    )


def test_long_and_wide_form_are_the_same_votes(tmp_path):
    long, _ = read(lines(tmp_path / "long.jsonl", LONG))
    wide, _ = read(lines(tmp_path / "wide.jsonl", WIDE), {"raters": "ann+bob"})
    assert same(long, wide)
    assert long.kind == "choice"
    assert long.vote.tolist() == [1, 0, 0.5, 0]


def test_each_form_of_file_gives_the_same_votes(tmp_path):
    expected, _ = read(lines(tmp_path / "a.jsonl", LONG))
    table = pa.Table.from_pylist(LONG)
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "a.json").write_text(json.dumps(LONG))
    text = "\ufeffitem,rater,vote\n" + "".join(",".join(map(str, r.values())) + "\n" for r in LONG)
    (tmp_path / "a.csv").write_text(text)
    (tmp_path / "a.tsv").write_text(text.replace(",", "\t"))
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
    for name in ("a.parquet", "a.json", "a.csv", "a.tsv", "a.csv.gz"):
        assert same(read(tmp_path / name)[0], expected), name


def test_columns_joined_by_a_plus_name_one_thing(tmp_path):
    rows = [{"set": s, "n": n, "who": "w", "v": 1} for s, n in (("a", 1), ("a", 2), ("b", 1))]
    rows.append(rows[0])
    found, _ = read(
        lines(tmp_path / "v.jsonl", rows), {"item": "set+n", "rater": "who", "vote": "v"}
    )
    assert found.item.tolist() == [0, 1, 2, 0]
    assert len(found.cluster) == 3


@pytest.mark.parametrize(
    ("said", "kind", "values"),
    [
        (["yes", "no", "yes"], "mark", [1, 0, 1]),
        ([0, 1, 1], "mark", [0, 1, 1]),
        ([1, 2, 5], "mark", [1, 2, 5]),
        ([True, False, True], "mark", [1, 0, 1]),
        ([1.0, 2.0, 0.0], "choice", [1, 0, 0.5]),
        (["A", "b", "Tie"], "choice", [1, 0, 0.5]),
    ],
)
def test_choices_and_marks_are_told_apart(tmp_path, said, kind, values):
    rows = [{"item": i, "rater": "r", "vote": vote} for i, vote in enumerate(said)]
    found, told = read(lines(tmp_path / "v.jsonl", rows))
    assert (found.kind, found.vote.tolist()) == (kind, values)
    assert any("votes are read as" in line for line in told)


def test_what_is_no_vote_is_left_out_and_told(tmp_path):
    rows = [*LONG, {"item": "z", "rater": "ann", "vote": "garbage"}, {"item": "z", "rater": "bob"}]
    found, told = read(lines(tmp_path / "v.jsonl", rows))
    assert len(found) == 4
    assert any("1 of 6 votes are empty" in line for line in told)
    assert any("'garbage', row 5" in line for line in told)


def test_a_swapped_vote_is_the_same_rater_seeing_the_other_order(tmp_path):
    rows = [{"item": "x", "rater": "ann", "vote": 1, "swapped": 2}]
    found, _ = read(lines(tmp_path / "v.jsonl", rows))
    assert found.vote.tolist() == [1, 0]
    assert found.first_shown.tolist() == [1, 0]
    assert found.item.tolist() == [0, 0]


@pytest.mark.parametrize("form", ["long", "wide"])
def test_the_votes_of_experts_are_the_truth_and_no_raters(tmp_path, form):
    if form == "wide":
        rows = [{"item": "x", "r": 0, "e": 1, "f": 1}, {"item": "y", "r": 1, "e": 0, "f": 1}]
        columns = {"raters": "r", "experts": "e+f"}
    else:
        rows = [
            {"item": item, "rater": who, "vote": vote, "expert": who != "r"}
            for item, who, vote in (
                ("x", "r", 0), ("x", "e", 1), ("x", "f", 1),
                ("y", "r", 1), ("y", "e", 0), ("y", "f", 1),
            )
        ]  # fmt: skip
        columns = {}
    found, _ = read(lines(tmp_path / "v.jsonl", rows), columns)
    assert found.raters == ("r",)
    assert found.truth.tolist() == [1, 0.5]
    assert found.vote.tolist() == [0, 1]
    # experts who are split say nothing
    np.testing.assert_array_equal(found.is_right, [0, np.nan])


def test_items_of_one_prompt_share_a_cluster_and_texts_give_lengths(tmp_path):
    rows = [
        {"prompt": "p", "first": "aaa", "second": "b", "rater": "r", "vote": 1},
        {"prompt": "q", "first": "a", "second": "bb", "rater": "r", "vote": 1},
        {"prompt": "p", "first": "a", "second": "b", "rater": "r", "vote": 2},
    ]
    found, _ = read(lines(tmp_path / "v.jsonl", rows))
    assert found.item.tolist() == [0, 1, 2]
    assert found.cluster.tolist() == [0, 1, 0]
    assert found.length.tolist() == [2, -1, 0]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"item": "nosuch"}, "'nosuch', which is no column of it. There are: item, rater, vote"),
        ({"judge": "rater"}, "--map-votes judge="),
        ({"raters": "ann"}, "--map-votes raters=ann names 'ann'"),
        ({"vote": "rater"}, "holds a vote"),
    ],
)
def test_a_wrong_map_is_one_line_that_says_what_is_there(tmp_path, columns, said):
    with pytest.raises((ConfigError, DataError)) as error:
        read(lines(tmp_path / "v.jsonl", LONG), columns)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["no.csv", "a.txt", "a.parquet", "a.csv"])
def test_a_file_that_is_none_is_refused(tmp_path, name):
    if name != "no.csv":
        (tmp_path / name).write_text("")
    with pytest.raises(DataError, match=name):
        read(tmp_path / name)


def test_a_table_without_items_is_refused(tmp_path):
    rows = [{"rater": "a", "vote": 1}]
    with pytest.raises(DataError, match="--map-votes item="):
        read(lines(tmp_path / "v.jsonl", rows))


def test_rows_to_train_on_are_told_from_votes(tmp_path):
    rows = [{"prompt": "p", "chosen": "a", "rejected": "b", "rater": "Ada"}]
    with pytest.raises(DataError, match="--as audit"):
        read(lines(tmp_path / "v.jsonl", rows))


def needs(name):
    return pytest.mark.skipif(not (DATA / name).is_dir(), reason=f"no {name} in {DATA}")


@needs("pandalm_3raters")
def test_real_votes_in_wide_form():
    found, told = read(
        DATA / "pandalm_3raters" / "testset.jsonl.gz",
        {
            "raters": "gpt35+pandalm7b",
            "experts": "annotator1+annotator2+annotator3",
            "prompt": "instruction+input",
        },
    )
    assert (found.kind, len(found.cluster)) == ("choice", 706)
    assert len(np.unique(found.cluster)) == 167
    assert any("19 of" in line and "'garbage'" in line for line in told)
