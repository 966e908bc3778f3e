"""JSON objects are read from whatever is whole; the rest is counted, with its line."""

import gzip
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looksgood.audits.formats import lines
from looksgood.audits.formats.jsonl import objects
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

rows = st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.none()), min_size=1)


def read(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    notes = Notes()
    return list(objects(path, notes)), notes.lines


@settings(max_examples=25)
@given(rows, st.booleans(), st.sampled_from([None, 2]))
def test_lines_and_arrays_say_the_same(tmp_path_factory, items, zipped, indent):
    folder = tmp_path_factory.getbasetemp()
    lines = "\n".join(json.dumps(item) for item in items).encode()
    array = json.dumps(items, indent=indent).encode()
    for content in (lines, array):
        got, notes = read(folder / "same", gzip.compress(content) if zipped else content)
        assert got == items
        assert notes == []


def test_bad_lines_are_counted_with_the_first_and_the_others_kept(tmp_path):
    content = '[12:00] INFO start\n{"a": 1}\n\n{"a": 2, "b"\n[3]\n{"a": 4}\n{"a": 5'
    got, notes = read(tmp_path / "7.jsonl", content)
    assert got == [{"a": 1}, {"a": 4}]
    assert notes == ["7.jsonl: lines without a JSON object, left out: 4 (the first: line 1)."]


def test_bytes_that_are_not_utf8_cost_only_themselves(tmp_path):
    got, notes = read(tmp_path / "x", b'\xef\xbb\xbf{"a": "b\xff\xfec"}\n{"a": "\\u0000\\ud800"}')
    assert got == [{"a": "b��c"}, {"a": "\x00\ud800"}]
    assert notes[0].startswith("x: lines that are not UTF-8")
    assert notes[0].endswith(": 1 (the first: line 1).")


def test_numbers_that_are_not_finite_come_through(tmp_path):
    got, _ = read(tmp_path / "x", '{"a": NaN, "b": -Infinity, "c": 1e999}')
    assert math.isnan(got[0]["a"])
    assert (got[0]["b"], got[0]["c"]) == (-math.inf, math.inf)


def test_an_array_is_read_up_to_where_it_is_cut(tmp_path):
    items = [{"text": "x" * 5000, "n": n} for n in range(100)]
    cut = json.dumps([*items[:50], 7, *items[50:]])[:-3000]
    got, notes = read(tmp_path / "x.json", cut)
    assert got == items[:99]
    assert notes == [
        "x.json: what follows item 100 of its array is not JSON.",
        "x.json: items of its array that are no objects, left out: 1.",
    ]


def test_nothing_to_read_is_refused_with_the_reason(tmp_path):
    for content in ("", "\n\n", "[]", "[1, 2]", b"\x00\x01\x02" * 1000, "[" * 100_000, "{}}"):
        with pytest.raises(DataError, match="no JSON object can be read"):
            read(tmp_path / "x", content)


def test_a_line_of_a_megabyte_is_read_and_one_beyond_the_limit_left_out(tmp_path, monkeypatch):
    long = json.dumps({"a": "x" * (1 << 20)})
    got, notes = read(tmp_path / "x", f'{long}\n{{"b": 1}}')
    assert len(got) == 2
    assert notes == []
    monkeypatch.setattr(lines, "LONGEST", 1 << 10)
    got, notes = read(tmp_path / "x", f'{long}\n{{"b": 1}}')
    assert got == [{"b": 1}]
    assert "left out: 1" in notes[0]
