import signal
import subprocess
import sys

import pytest

from looksgood.runs.stages import Stages, share_stages

ASK = """
import os, sys, time
from pathlib import Path
from looksgood.runs.stages import Stages

root, seconds = Path(sys.argv[1]), float(sys.argv[2])

def make(folder):
    with (root / "made").open("a") as log:
        log.write("made\\n")
    (folder / "first").write_text("1")
    print("making", flush=True)
    time.sleep(seconds)
    (folder / "second").write_text("2")

path = Stages(root).once("corpus", "abc", make)
print(sorted(p.name for p in path.iterdir()), flush=True)
"""


def ask(root, seconds):
    command = [sys.executable, "-c", ASK, str(root), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_that_ask_at_the_same_time_compute_once(tmp_path):
    children = [ask(tmp_path, 0.3) for _ in range(3)]
    answers = [child.communicate()[0].splitlines() for child in children]
    assert [answer[-1] for answer in answers] == ["['first', 'second']"] * 3
    assert (tmp_path / "made").read_text() == "made\n"


def test_who_waits_takes_over_from_a_killed_process(tmp_path):
    with ask(tmp_path, 60) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "making\n"
        waiting = ask(tmp_path, 0)
        killed.send_signal(signal.SIGKILL)
    assert waiting.communicate()[0].splitlines() == ["making", "['first', 'second']"]
    shown = [p.name for p in (tmp_path / "stages").iterdir() if not p.name.endswith(".lock")]
    assert shown == ["corpus-abc"]


def test_a_stage_that_is_there_is_not_made_again(tmp_path):
    stages = Stages(tmp_path)
    assert not stages.has("base", "1")
    path = stages.once("base", "1", lambda folder: (folder / "x").touch())
    assert stages.has("base", "1")
    assert stages.once("base", "1", lambda _: pytest.fail("made again")) == path


def test_an_error_leaves_nothing_and_the_next_try_starts_anew(tmp_path):
    def fails(folder):
        (folder / "half").touch()
        raise ArithmeticError

    stages = Stages(tmp_path)
    with pytest.raises(ArithmeticError):
        stages.once("base", "1", fails)
    path = stages.once("base", "1", lambda folder: (folder / "whole").touch())
    assert [p.name for p in path.iterdir()] == ["whole"]


def test_stages_may_need_stages(tmp_path):
    stages = Stages(tmp_path)

    def outer(folder):
        inner = stages.once("corpus", "1", lambda f: (f / "text").write_text("words"))
        (folder / "copy").write_text((inner / "text").read_text())

    assert (stages.once("base", "2", outer) / "copy").read_text() == "words"


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".hidden"])
def test_a_name_that_makes_no_folder_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match="folder name"):
        Stages(tmp_path).path(name, "k")


def test_runs_that_share_a_store_compute_once_and_may_move_together(tmp_path):
    runs = [tmp_path / "runs" / name for name in ("a", "b")]
    for run in runs:
        run.mkdir(parents=True)
        share_stages(run, tmp_path / "runs" / "store")
    made = Stages(runs[0]).once("base", "1", lambda folder: (folder / "x").touch())
    found = Stages(runs[1]).once("base", "1", lambda _: pytest.fail("made again"))
    assert found.resolve() == made.resolve()
    (tmp_path / "runs").rename(tmp_path / "moved")
    assert Stages(tmp_path / "moved" / "a").has("base", "1")


def test_a_run_with_stages_of_its_own_keeps_them(tmp_path):
    Stages(tmp_path).once("base", "1", lambda folder: (folder / "x").touch())
    share_stages(tmp_path, tmp_path / "store")
    assert Stages(tmp_path).has("base", "1")
    assert not (tmp_path / "store").exists()


def test_a_store_that_is_gone_is_made_again(tmp_path):
    share_stages(tmp_path, tmp_path / "store")
    (tmp_path / "store").rmdir()
    share_stages(tmp_path, tmp_path / "store")
    assert Stages(tmp_path).once("base", "1", lambda folder: (folder / "x").touch()).is_dir()
