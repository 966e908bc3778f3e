"""`looksgood debate`: fast where all is there, and one line where something is wrong."""

import json
import subprocess
import sys

import pytest

from looksgood.evidence.school import load_schools
from looksgood.studies.study import Preset, find_study
from tests.debates import MINE, plant
from tests.sweeps import TINY
from tests.unit.test_cli import COMMAND, cpu_seconds, told

FOUND = {
    "kl-sweep": {
        "gap-2": (0.1, -0.05, 0.3),
        "gap-2-at-once": (0.1, -0.06, 0.3),
        "gold-peak": (2.5, 1.0, 5.0),
        "gap-1": (1.5, 1.0, 2.0),
        "fabrication": (19.0, 10.0, 35.0),
        "falsehoods-rise": (0.01, -0.02, 0.04),
    },
    "best-of-n-law": {
        "law-foretells": (0.1, 0.05, 0.2),
        "gold-falls": (0.3, 0.1, 0.5),
        "bends-beyond-oracle": (0.05, 0.01, 0.1),
    },
    "ball-and-camera": {
        "false-approval-rises": (0.9, 0.8, 1.0),
        "cue-restored": (0.9, 0.8, 1.0),
        "two-cameras-lift": (0.9, 0.8, 1.0),
        "reward-model-is-not-to-blame": (0.0, -0.03, 0.03),
    },
    "grasp-map": {
        "emerges-above-absolute-one": (0.4, 0.2, 0.6),
        "emerges-above-relative-one": (0.9, 0.8, 1.0),
        "emerges-shoulder-absolute-one": (0.0, 0.0, 0.0),
        "emerges-shoulder-relative-two": (0.0, 0.0, 0.0),
        "emerges-above-absolute-two": (0.0, 0.0, 0.0),
    },
}
for one in load_schools():
    for predicted in one.predictions:  # what is not planted would be run
        FOUND.setdefault(predicted.study, {}).setdefault(predicted.finding, (0.3, 0.1, 0.5))


@pytest.fixture(scope="module")
def all_there(tmp_path_factory):
    out = tmp_path_factory.mktemp("debate")
    for study, found in FOUND.items():
        plant(out, study, found, load_schools())
    return out


def debate(out, *more):
    return "debate", "--preset", "quick", "--out", str(out), *more


def test_with_everything_there_it_takes_seconds(all_there):
    """Ten are allowed, on an idle core; the ledger of ten studies takes about six."""
    assert min(cpu_seconds(*COMMAND, *debate(all_there)) for _ in range(2)) < 10


def test_scoring_imports_no_model(all_there):
    program = f"""
import sys
from looksgood.cli.main import main
main({list(debate(all_there, "--json"))!r})
print(sorted({{"torch", "transformers", "mujoco"}} & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
    told = json.loads(done.stdout)
    assert {study["study"] for study in told["studies"]} == set(FOUND)
    assert len(told["pairs"][0]["running"]) == len(FOUND)


def test_a_third_school_after_the_runs_is_marked(all_there, tmp_path, capfd):
    (tmp_path / "mine.toml").write_text(MINE)
    status, out, _ = told(
        capfd,
        *debate(all_there, "--studies", "kl-sweep", "--school", str(tmp_path / "mine.toml")),
        "--json",
    )
    found = json.loads(out)
    assert status == 0
    assert [study["study"] for study in found["studies"]] == ["kl-sweep"]
    (gap,) = [f for f in found["studies"][0]["findings"] if f["name"] == "gap-2"]
    assert gap["said"]["mine"]["counted"] is None
    assert gap["said"]["mine"]["apart"]["status"] == "stated after the run"
    by_pair = {(pair["for"], pair["against"]): pair for pair in found["pairs"]}
    assert by_pair["simplicia", "doomimir"]["running"]
    assert not by_pair["simplicia", "mine"]["running"]
    assert by_pair["simplicia", "mine"]["apart"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--studies", "kl-swep"), "--studies kl-swep: no school predicts it; predicted are kl-s"),
        (("--school", "none.toml"), "none.toml is not a readable file of a school"),
        (("--first-seed", "7"), ", not from 7 on"),
        (("--preset", "huge"), "huge"),
    ],
)
def test_what_is_wrong_is_one_line(all_there, capfd, more, message):
    status, out, err = told(capfd, *debate(all_there), *more)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_prediction_of_what_does_not_exist_is_one_line(all_there, tmp_path, capfd):
    (tmp_path / "mine.toml").write_text(MINE.replace("gap-2", "gap-3"))
    status, _, err = told(capfd, *debate(all_there, "--school", str(tmp_path / "mine.toml")))
    assert status == 2
    assert "school mine predicts kl-sweep gap-3: that study has no such finding, but kl-r" in err
    assert err.count("\n") == 1


def test_a_run_with_other_settings_is_not_taken_for_this_one(tmp_path, capfd, monkeypatch):
    plant(tmp_path, "kl-sweep", FOUND["kl-sweep"])
    study = find_study("kl-sweep")
    monkeypatch.setitem(study.presets, "quick", Preset(seeds=2, settings=TINY))
    status, _, err = told(capfd, *debate(tmp_path, "--studies", "kl-sweep"))
    assert status == 2
    assert "was not run with the settings that kl-sweep --preset quick has now" in err
