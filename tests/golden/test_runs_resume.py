"""A run that was killed and resumed equals an unbroken one, wherever it was killed."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from looksgood.runs import CellFolder


@pytest.mark.slow
def test_a_kill_at_any_call_that_changes_the_disk_changes_nothing(tmp_path):
    script = Path(__file__).with_name("crash_points.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    assert told["broken"] == []
    assert told["rows"] == 4
    assert told["kills"] > 60, "the script no longer sees the calls that it should break"


COMMITTER = """
import itertools, sys
import torch
from looksgood.runs import CellFolder
cell = CellFolder(sys.argv[1])
with cell.working():
    went = cell.resume()
    for p in itertools.count(went.position + 1 if went else 0):
        x = torch.full((20_000,), p)
        cell.commit(p, {"x": x}, {"p": p}, points=[{"step": p}], samples=[{"response": "x" * p}])
        print(p, flush=True)
"""


@pytest.mark.slow
def test_a_kill_at_any_time_leaves_lines_and_checkpoint_in_agreement(tmp_path):
    for _ in range(2):
        command = [sys.executable, "-c", COMMITTER, str(tmp_path)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        told = [child.stdout.readline()]
        time.sleep(0.1)
        child.kill()
        told += child.stdout.read().split()
        child.stdout.close()
        child.wait()
        cell = CellFolder(tmp_path)
        with cell.working():
            went = cell.resume()
            assert went is not None
            assert went.position in (int(told[-1]), int(told[-1]) + 1)
            assert went.meta == {"p": went.position}
            assert (went.tensors["x"] == went.position).all()
            steps = [row["step"] for row in cell.lines["points"].read()]
            assert steps == list(range(went.position + 1))
            assert len(cell.lines["samples"]) == len(steps)
