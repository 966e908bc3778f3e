"""`looksgood run all`: every study with what they share, and one that fails stops no other."""

import json
from dataclasses import replace

import pytest

from looksgood.core.errors import CellFailed
from looksgood.runs import RunFolder
from looksgood.studies import run_all as module
from looksgood.studies.study import Preset, find_study
from tests.sweeps import TINY
from tests.unit.test_cli import told

TWICE = {"first": {}, "second": {"rater.kind": "oracle"}}
"""Two studies that differ in their raters only: they share the base."""


@pytest.fixture
def catalogue(monkeypatch):
    """Two studies of seconds, one that needs what is not here, and one that fails."""
    sweep = find_study("kl-sweep")
    studies = {
        name: replace(
            sweep,
            name=name,
            arms={"ordinary": settings},
            presets={"quick": Preset(seeds=1, settings=TINY)},
        )
        for name, settings in TWICE.items()
    }
    studies["needs-a-file"] = find_study("reward-fit")
    known = (*studies, "fails")
    monkeypatch.setattr(module, "kinds", lambda group: dict.fromkeys(known, group))

    def found(name):
        if name == "fails":
            raise CellFailed("1 of 2 tasks failed")
        return studies[name]

    monkeypatch.setattr(module, "find_study", found)


def test_all_are_run_and_share_a_base(catalogue, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ("run", "all", "--preset", "quick", "--workers", "0")
    status, out, err = told(capfd, *command)
    assert status == 1
    assert "fails failed" in err
    assert out.splitlines()[-1] == "runs"
    assert "needs-a-file was not run: comparisons.jsonl: no such file" in out
    runs = [RunFolder.read(tmp_path / "runs" / f"{name}-quick") for name in TWICE]
    assert all((run.path / "report.html").exists() for run in runs)
    bases = [path for path in (tmp_path / "runs" / "store").iterdir() if path.name[:4] == "base"]
    assert len(bases) == 1

    status, out, _ = told(capfd, *command, "--json")
    found = {row["study"]: row for row in json.loads(out)}
    assert list(found) == sorted((*TWICE, "needs-a-file", "fails"))
    assert found["fails"]["problem"] == "1 of 2 tasks failed"
    assert found["first"]["findings"] == runs[0].findings()


@pytest.mark.parametrize("option", [("--set", "betas=1,0"), ("--tensorboard",)])
def test_what_is_of_one_study_is_refused(option, capfd):
    status, _, err = told(capfd, "run", "all", *option)
    assert status == 2
    assert err.count("\n") == 1
    assert "for one study" in err
