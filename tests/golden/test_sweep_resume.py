"""A sweep that was killed, extended or half broken ends with the tables of an unbroken one."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from looksgood.core.errors import CellFailed, ConfigError
from looksgood.runs import RunFolder
from looksgood.studies.runner import run_study
from looksgood.studies.study import find_study
from tests.sweeps import TINY, Seen, run_tiny


@pytest.mark.slow
def test_a_sweep_killed_at_any_moment_ends_with_the_same_tables(tmp_path):
    script = Path(__file__).with_name("sweep_kills.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    told = json.loads(done.stdout)
    assert told["broken"] == [], done.stderr
    assert told["rows"] == {"points": 7, "prompts": 28, "samples": 14}
    assert told["kills"] > 8, "no kill at a random time was in time"


@pytest.mark.slow
def test_a_finished_run_computes_nothing_and_another_seed_keeps_the_former_cells(tiny_sweep):
    one, two = tiny_sweep.one_seed, tiny_sweep.two_seeds
    assert one.files
    assert two.files.items() > one.files.items()
    for kind, rows in two.tables.items():
        assert set(rows) > set(one.tables[kind])
    run_tiny(tiny_sweep.path, seeds=2)
    assert Seen.of(tiny_sweep.path) == two


def test_a_seed_cannot_be_taken_away(tiny_sweep):
    with pytest.raises(ConfigError, match=r"seeds can only be added"):
        run_tiny(tiny_sweep.path, seeds=1)


@pytest.mark.slow
def test_a_cell_whose_loss_is_not_a_number_fails_alone_and_says_where(tmp_path):
    study = replace(
        find_study("kl-sweep"),
        arms={
            "broken": {"optimizer.learning_rate": 1e30, "preferences.rounds": 1},
            "gold": {"reward.kind": "gold"},
        },
    )
    for _ in range(2):  # the second time the cell is tried again, and only that
        with pytest.raises(CellFailed) as failed:
            run_study(study, out=tmp_path / "run", seeds=1, first_seed=0, workers=0, settings=TINY)
        message = str(failed.value)
        assert failed.value.exit_status == 1
        assert "\n" not in message
        # of three with the base; the second time only the broken one is left, with its base
        assert re.match(
            "1 of [23] tasks failed, the first broken-seed0: penalty 10, 1 of 4", message
        )
        assert "the last good checkpoint is step 0" in message
        assert str(tmp_path / "run") in message
    run = RunFolder.read(tmp_path / "run")
    assert run.info["status"] == "failed"
    points = run.points().to_pylist()
    assert {row["arm"] for row in points} == {"gold"}
    assert len(points) == 7
    broken, gold = run.cells()
    assert "penalty 10" in (broken.failure or "")
    assert len(broken.lines["points"]) == 3  # the base and best-of-n were measured and are kept
    assert gold.is_done
    assert run.findings()[0]["met"] is None


def test_a_loss_that_is_not_a_number_between_rounds_says_which_round(tmp_path):
    arms = {"broken": {"optimizer.learning_rate": 1e30, "preferences.rounds": 2}}
    study = replace(find_study("kl-sweep"), arms=arms)
    with pytest.raises(CellFailed, match=r"that round 2 of comparisons asks about, 1 of 4 steps"):
        run_study(study, out=tmp_path / "run", seeds=1, first_seed=0, workers=0, settings=TINY)
