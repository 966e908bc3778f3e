"""What a file's rows become: the record's columns, missing as null, nothing lost unsaid."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.audits.formats.chat import answer_of, split_chat, text_of
from looksgood.audits.formats.chunks import in_chunks
from looksgood.audits.formats.columns import AS_NAMED, Columns
from looksgood.audits.formats.numbers import number, whole
from looksgood.audits.formats.records import records
from looksgood.audits.notes import Notes
from looksgood.audits.record import record_schema
from looksgood.core.errors import DataError

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


def read(rows, columns=None, notes=None):
    notes, columns = notes or Notes(), columns or Columns(AS_NAMED)
    return [row for table in records(in_chunks(rows), columns, notes) for row in table.to_pylist()]


rows_of_anything = st.lists(
    st.fixed_dictionaries(dict.fromkeys(("prompt", "proxy", "step", "x"), anything)), max_size=3
)


@given(rows_of_anything)
def test_any_json_becomes_a_table_of_the_record(rows):
    schema = record_schema()
    for table in records(in_chunks(rows), Columns(AS_NAMED), Notes()):
        for field in schema:
            assert table.schema.field(field.name).type == field.type
        assert table.num_rows == len(rows)


@given(anything)
def test_a_number_is_whole_only_if_nothing_is_lost(value):
    found = whole(value)
    assert found is None or found == number(value) or found == value


def test_scores_that_are_no_numbers_are_null_and_counted():
    notes = Notes()
    scores = [1.0, "0.5", "good", "n/a", None, True]
    rows = read([{"proxy": score} for score in scores], notes=notes)
    assert [row["proxy"] for row in rows] == [1.0, 0.5, None, None, None, 1.0]
    told = "proxy: 1 of 6 cells of 'proxy' are no numbers ('good'): taken as missing."
    assert notes.lines == [told]


def test_texts_that_are_joined_stand_side_by_side():
    columns = Columns(AS_NAMED, {"run": "arm+seed"})
    assert read([{"arm": "a", "seed": 0}], columns)[0]["run"] == "a 0"


def test_rows_of_other_columns_and_long_texts_are_kept_whole():
    rows = [{"completion": "x" * 9_000_000}, {"proxy": 2.0}, {"proxy": 3.0, "completion": ""}]
    found = read(rows)
    assert [len(row["completion"] or "") for row in found] == [9_000_000, 0, 0]
    assert [row["proxy"] for row in found] == [None, 2.0, 3.0]
    assert [row["completion"] for row in found[1:]] == [None, ""]
    assert len(list(in_chunks([{"completion": "x" * 9_000_000}] * 4))) == 2


def test_half_a_surrogate_pair_does_not_stop_the_reading():
    assert read([{"completion": "a\ud800", "x": "\ud800"}])[0]["completion"] == "a?"


def test_a_map_renames_and_what_it_does_not_name_stays_an_extra():
    columns = Columns({"proxy": "score"}, {"gold": "acc"})
    rows = read([{"score": 1, "acc": True, "uid": "u", "kl": 5.0}], columns)
    assert (rows[0]["proxy"], rows[0]["gold"], rows[0]["uid"]) == (1.0, 1.0, "u")
    assert rows[0]["kl"] is None  # a name alone does not say what its KL is
    columns.check("file")


def test_gold_and_rater_are_taken_at_their_word():
    row = read([{"gold": 0.5, "rater": 2}])[0]
    assert (row["gold"], row["rater"]) == (0.5, 2.0)


def test_a_weighted_sum_counts_what_is_missing_as_zero_but_not_nothing_as_zero():
    columns = Columns({}, {"proxy": "0.5*format+right"})
    rows = [
        {"format": 2, "right": 1},
        {"format": None, "right": 3},
        {"format": math.nan, "right": None},
    ]
    assert [row["proxy"] for row in read(rows, columns)] == [2.0, 3.0, None]


def test_a_column_whose_name_looks_like_a_sum_is_itself():
    assert read([{"a+b": 1, "a": 5, "b": 7}], Columns({}, {"proxy": "a+b"}))[0]["proxy"] == 1.0


def test_a_map_to_a_column_that_is_nowhere_is_refused_with_those_that_are():
    columns = Columns({}, {"gold": "acc"})
    read([{"score": 1}], columns)
    with pytest.raises(DataError, match=r"gold=acc names 'acc'.*There are: score"):
        columns.check("file")


def test_chats_become_lines_and_a_single_answer_its_content():
    chat = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "image"}]},
        {"role": "assistant", "content": "Hello", "tool_calls": None},
        {"role": "environment", "content": "correct"},
    ]
    assert split_chat(chat) == ("system: Be brief.\nuser: Hi[image]", "Hello")
    assert answer_of([chat[2]]) == answer_of(chat[2]) == "Hello"
    assert [text_of([]), text_of(None), answer_of("")] == ["", None, ""]
    assert split_chat(chat[:2])[1] is None


def test_tool_calls_are_part_of_what_was_said():
    call = {"role": "assistant", "content": None, "tool_calls": [{"name": "run"}]}
    assert answer_of([call]) == '[{"name": "run"}]'
