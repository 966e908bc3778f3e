"""Our own recordings: what a recorder wrote comes back, whoever wrote it and however often."""

import json

import pytest

from looksgood.audits.formats.reader import Reader
from looksgood.audits.formats.recorded import OpenRLHF, Recorded
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

HEADER = {"looksgood_rollouts": 1, "run": "ppo-7b"}


def write(path, *lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def read(path, reader=None):
    notes = Notes()
    tables = (reader or Recorded()).batches(path, notes)
    return [row for table in tables for row in table.to_pylist()], notes


def test_what_was_recorded_comes_back(tmp_path):
    row = {
        "step": 3,
        "prompt": "p",
        "completion": "",
        "proxy": 1.5,
        "rater": 0.0,
        "gold": 1.0,
        "kl": 0.5,
        "logp": -3.0,
        "logp_base": -3.5,
        "advantage": -0.1,
        "group": "g",
        "label": "4",
    }
    path = write(tmp_path / "rollouts.jsonl", HEADER, row)
    for reader in (Recorded(), OpenRLHF()):
        assert isinstance(reader, Reader)
        assert reader.recognises(path)
        assert reader.recognises(tmp_path)
        assert read(path, reader) == ([{**row, "run": "ppo-7b"}], Notes())


def test_the_parts_of_several_processes_are_one_run(tmp_path):
    for process in (11, 12):
        row = {"step": 1, "completion": f"from {process}"}
        write(tmp_path / f"rollouts-{process}.jsonl", HEADER, row, HEADER, {**row, "step": 2})
    rows, _ = read(tmp_path)
    assert [(row["run"], row["step"]) for row in rows] == [("ppo-7b", 1), ("ppo-7b", 2)] * 2
    assert len({row["completion"] for row in rows}) == 2


def test_a_row_may_name_its_run_and_a_nameless_run_is_its_folder(tmp_path):
    header = {"looksgood_rollouts": 1, "run": ""}
    write(tmp_path / "rollouts.jsonl", header, {"step": 1}, {"step": 2, "run": "mine"})
    assert [row["run"] for row in read(tmp_path)[0]] == [tmp_path.name, "mine"]


def test_steps_that_are_no_optimizer_steps_are_told(tmp_path):
    write(tmp_path / "rollouts-a-1.jsonl", {**HEADER, "steps": "optimizer"}, {"step": 1})
    assert read(tmp_path)[1] == Notes()
    write(tmp_path / "rollouts-a-2.jsonl", {**HEADER, "steps": "calls"}, {"step": 1})
    assert "one of the calls" in read(tmp_path)[1].lines[0]


def test_a_later_version_is_refused(tmp_path):
    path = write(tmp_path / "rollouts.jsonl", {"looksgood_rollouts": 2}, {"step": 1})
    with pytest.raises(DataError, match="version 2, this reads 1"):
        read(path)


def test_a_cut_recording_gives_what_was_whole(tmp_path):
    path = write(tmp_path / "rollouts.jsonl", HEADER, {"step": 1}, {"step": 2})
    path.write_text(path.read_text()[:-4])
    rows, notes = read(path)
    assert [row["step"] for row in rows] == [1]
    assert len(notes.lines) == 1


def test_other_files_are_no_recordings(tmp_path):
    assert not Recorded().recognises(write(tmp_path / "rollouts.jsonl", {"step": 1}))
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"rollouts\.jsonl"):
        read(tmp_path / "empty")
