"""A cell of control that was stopped anywhere goes on to the very tables of an unbroken one."""

import json

import pytest

from looksgood.runs import RunFolder
from looksgood.studies.clips import cell as clip_cell
from tests.clip_studies import run_tiny

pytest.importorskip("mujoco")
pytest.importorskip("sb3_contrib")


class Killed(BaseException):
    """Stands for a SIGKILL: nothing of ours catches it."""


def tables(path):
    run = RunFolder.read(path)
    return {
        kind: sorted(json.dumps(row, sort_keys=True) for row in run.table(kind).to_pylist())
        for kind in ("points", "prompts")
    }


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    return tables(run_tiny(tmp_path_factory.mktemp("unbroken") / "run").path)


def test_an_unbroken_run_measures_the_start_and_every_checkpoint(unbroken):
    points = [json.loads(row) for row in unbroken["points"]]
    assert sorted({row["step"] for row in points}) == [0, 2, 4]
    assert {row["arm"] for row in points} == {"one-camera", "two-cameras"}
    for row in points:
        assert row["optimizer"] == ("trpo" if row["step"] else "base")
        assert row["channel.actions"] == row["step"] * 6 * 24
        assert row["channel.labels"] >= 20
        assert row["kl"] is None
    assert len(unbroken["prompts"]) == len(points) * 4


@pytest.mark.parametrize("calls", [1, 2, 3, 5])
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_around_a_commit_it_ends_with_the_same_tables(
    unbroken, calls, when, tmp_path, monkeypatch
):
    commit = clip_cell.CellFolder.commit
    count = 0

    def dies(self, *args, **kwargs):
        nonlocal count
        count += 1
        if count == calls and when == "before":
            raise Killed
        commit(self, *args, **kwargs)
        if count == calls:
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(clip_cell.CellFolder, "commit", dies)
        with pytest.raises(Killed):
            run_tiny(tmp_path / "run")
    assert tables(run_tiny(tmp_path / "run").path) == unbroken
