"""A debate of seconds, from nothing: record, run, score; and the same again without running."""

import json

import pytest

from looksgood.runs import RunFolder
from looksgood.studies.study import Preset, find_study
from tests.sweeps import TINY
from tests.unit.test_cli import told
from tests.unit.test_cli_debate import debate


@pytest.fixture
def tiny_quick(monkeypatch):
    """The quick presets of two studies, in seconds."""
    for name in ("kl-sweep", "best-of-n-law"):
        small = TINY if name == "kl-sweep" else TINY | {"betas": (), "best_of": (1, 2, 4)}
        preset = Preset(seeds=2, settings=small, arms=("ordinary",))
        monkeypatch.setitem(find_study(name).presets, "quick", preset)


def test_from_nothing_it_records_then_runs_then_scores(tiny_quick, tmp_path, capfd):
    arguments = (*debate(tmp_path), "--studies", "best-of-n-law", "--workers", "0")
    status, out, err = told(capfd, *arguments)
    assert status == 0, err
    assert out.splitlines()[-1] == str(tmp_path / "debate-quick" / "ledger.html")
    path = tmp_path / "best-of-n-law-quick"
    run = RunFolder.read(path)
    recorded = json.loads((path / "predictions.json").read_text())
    assert recorded["recorded"] <= run.info["started"]
    assert {p["school"] for p in recorded["predictions"]} == {"simplicia", "doomimir"}
    assert run.info["predictions"]
    assert (path / "report.html").is_file()
    first = json.loads((tmp_path / "debate-quick" / "ledger.json").read_text())
    statuses = {
        said["counted"]["status"]
        for study in first["studies"]
        for finding in study["findings"]
        for said in finding["said"].values()
    }
    assert statuses == {"stated before the run"}
    status, _, err = told(capfd, *arguments)
    assert (status, err) == (0, ""), "nothing is run twice"
    assert len(RunFolder.read(path).info["sessions"]) == 1
    assert json.loads((tmp_path / "debate-quick" / "ledger.json").read_text()) == first


def test_a_study_that_cannot_run_is_told_and_the_others_go_on(
    tiny_quick, tmp_path, capfd, monkeypatch
):
    broken = dict(find_study("best-of-n-law").presets["quick"].settings)
    broken["world.kind"] = "preferences"
    monkeypatch.setitem(
        find_study("best-of-n-law").presets, "quick", Preset(seeds=2, settings=broken)
    )
    status, out, err = told(
        capfd, *debate(tmp_path), "--studies", "kl-sweep,best-of-n-law", "--workers", "0"
    )
    assert status == 1
    assert "best-of-n-law could not be run" in err.splitlines()[-1]
    assert "gap-2" in out
    for name in ("kl-sweep", "best-of-n-law"):
        assert (tmp_path / f"{name}-quick" / "predictions.json").is_file()
