"""Files of a run are found in numeric order and read as far as they go."""

import gzip
import os

import pytest

from looksgood.audits.formats.files import files_in, first_bytes, open_binary
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError


def test_files_come_in_the_order_of_their_numbers(tmp_path):
    for name in ("10.jsonl", "9.jsonl", "2.jsonl.gz", ".hidden.jsonl", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "3.jsonl").mkdir()
    found = files_in(tmp_path, "*.jsonl", "*.jsonl.gz", "*.json*")
    assert [file.name for file in found] == ["2.jsonl.gz", "9.jsonl", "10.jsonl"]


def test_a_file_is_its_own_list_and_folders_below_are_looked_into(tmp_path):
    below = tmp_path / "completions" / "completions_00001.parquet"
    below.parent.mkdir()
    below.write_bytes(b"x")
    assert files_in(below, "*.jsonl") == [below]
    assert files_in(tmp_path, "**/*.parquet") == [below]
    assert files_in(tmp_path, "*.parquet") == []


def test_gzip_is_known_by_its_content(tmp_path):
    plain, zipped = tmp_path / "named.gz", tmp_path / "unnamed"
    plain.write_bytes(b"text")
    zipped.write_bytes(gzip.compress(b"te") + gzip.compress(b"xt"))
    assert first_bytes(plain) == first_bytes(zipped) == b"text"


def test_a_cut_archive_is_read_up_to_the_cut_and_told(tmp_path):
    whole = os.urandom(300_000)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(whole)[:-1000])
    notes = Notes()
    with open_binary(tmp_path / "cut.gz", notes) as file:
        got = file.read()
    assert len(got) > 290_000
    assert whole.startswith(got)
    assert len(notes.lines) == 1
    assert "cut.gz" in notes.lines[0]


def test_what_is_no_file_is_refused_in_one_line(tmp_path):
    for path in (tmp_path, tmp_path / "none", tmp_path / "pipe"):
        if path.name == "pipe":
            os.mkfifo(path)
        with pytest.raises(DataError, match="no such file") as refused:
            open_binary(path, Notes())
        assert str(path) in str(refused.value)
        assert first_bytes(path) == b""
    with pytest.raises(DataError, match="no such file or folder"):
        files_in(tmp_path / "none")
