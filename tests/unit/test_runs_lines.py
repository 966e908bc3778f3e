import errno
import json
import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.core.errors import DataError, LooksgoodError
from looksgood.runs.lines import Lines
from looksgood.runs.strict import dumps, plain

values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text())
rows = st.lists(st.dictionaries(st.text(max_size=4), values, max_size=3), max_size=5)


@given(rows)
def test_rows_come_back_and_what_is_not_finite_is_null(tmp_path_factory, rows):
    lines = Lines(tmp_path_factory.mktemp("lines") / "points.jsonl")
    for row in rows:
        lines.append(row)
    missing = [
        {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in r.items()}
        for r in rows
    ]
    assert lines.read() == missing


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan")])
def test_a_number_that_is_not_finite_is_null_in_the_file(tmp_path, value):
    lines = Lines(tmp_path / "a.jsonl")
    lines.append({"gold": value, "channels": [value]})
    assert lines.path.read_text() == '{"gold": null, "channels": [null]}\n'


def test_scalars_of_numpy_become_numbers():
    assert plain({"a": np.float64(0.5), "b": np.int64(3), "c": np.bool_(True)}) == {
        "a": 0.5,
        "b": 3,
        "c": True,
    }


def test_what_has_no_json_form_is_refused_before_anything_is_written(tmp_path):
    lines = Lines(tmp_path / "a.jsonl")
    with pytest.raises(TypeError, match="no JSON form"):
        lines.append({"a": 1}, {"a": object()})
    assert not lines.path.exists()


@pytest.mark.parametrize("torn", [b"{", b'{"position": 3, "a": "\xc3', b'{"position": 3}', b"\0\0"])
def test_a_torn_last_line_is_not_read_and_is_gone_after_the_next_append(tmp_path, torn):
    lines = Lines(tmp_path / "a.jsonl")
    lines.append({"position": 1}, {"position": 2})
    with lines.path.open("ab") as file:
        file.write(torn)
    assert lines.read() == [{"position": 1}, {"position": 2}]
    assert len(lines) == 2
    lines.append({"position": 4})
    assert lines.path.read_bytes() == b'{"position": 1}\n{"position": 2}\n{"position": 4}\n'


def test_a_file_that_is_one_torn_line_longer_than_a_block_starts_anew(tmp_path):
    lines = Lines(tmp_path / "a.jsonl")
    lines.path.write_bytes(b"x" * 200_000)
    lines.append({"position": 1})
    assert lines.read() == [{"position": 1}]


@pytest.mark.parametrize("bad", ["{oops}", "[1]", "\udcff"])
def test_a_damaged_whole_line_is_named(tmp_path, bad):
    lines = Lines(tmp_path / "a.jsonl")
    lines.append({"position": 1})
    with lines.path.open("ab") as file:
        file.write(bad.encode("utf-8", "surrogateescape") + b"\n")
    with pytest.raises(DataError, match=r"a\.jsonl, line 2"):
        lines.read()


def test_keep_drops_what_lies_beyond_the_position(tmp_path):
    lines = Lines(tmp_path / "a.jsonl")
    lines.append(*({"position": p, "row": i} for i, p in enumerate([0, 1, 1, 2, 3])))
    lines.append({"row": "everywhere"})
    assert lines.keep(1) == 2
    assert [row["row"] for row in lines.read()] == [0, 1, 2, "everywhere"]
    assert lines.keep(1) == 0


def test_a_full_disk_is_one_clear_line_and_earlier_rows_stay(tmp_path, monkeypatch):
    lines = Lines(tmp_path / "a.jsonl")
    lines.append({"position": 1})

    def half_then_full(handle, data, offset, write=os.pwrite):
        if len(data) < 4:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, data[: len(data) // 2], offset)

    monkeypatch.setattr(os, "pwrite", half_then_full)
    with pytest.raises(LooksgoodError, match="the disk is full"):
        lines.append({"position": 2})
    assert lines.read() == [{"position": 1}]


def test_a_killed_writer_loses_nothing_that_append_returned_for(tmp_path):
    code = (
        "import sys, itertools; from looksgood.runs.lines import Lines; l = Lines(sys.argv[1])\n"
        "for i in itertools.count(len(l)):\n"
        "    l.append({'position': i, 'text': 'x' * 3000}); print(i, flush=True)"
    )
    path = tmp_path / "points.jsonl"
    for _ in range(3):  # each round goes on where the killed one was
        child = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
        assert child.stdout is not None
        told = [child.stdout.readline()]
        time.sleep(0.05)
        child.send_signal(signal.SIGKILL)
        told += child.stdout.read().splitlines()
        child.stdout.close()
        child.wait()
        positions = [row["position"] for row in Lines(path).read()]
        assert positions == list(range(len(positions)))
        assert len(positions) in (int(told[-1]) + 1, int(told[-1]) + 2)


def test_strict_json_round_trips():
    assert json.loads(dumps({"a": (1, 2), 3: math.nan})) == {"a": [1, 2], "3": None}
