import io
import json
import re

import pytest

from looksgood.runs import CellTask
from looksgood.runs.progress import Tally, clock, describe, progress
from looksgood.runs.scalars import tensorboard

TASKS = [CellTask("a", {}, units=3, label="ordinary seed 0"), CellTask("b", {}, units=1)]


def at(cell, step, total=10, **scalars):
    return {"event": "progress", "cell": cell, "step": step, "total": total, "scalars": scalars}


def test_time_left_comes_from_the_share_of_work_that_is_finished():
    tally = Tally(TASKS, start=100.0)
    assert tally.seconds_left(now=110.0) is None
    tally.on_event(at("a", 1))
    tally.on_event(at("a", 5))
    assert tally.finished == 1.5
    # 1.5 of 4 units in 30 s: 2.5 are left
    assert tally.seconds_left(now=130.0) == pytest.approx(50.0)
    tally.on_event({"event": "done", "cell": "a"})
    tally.on_event({"event": "failed", "cell": "b", "reason": "x"})
    assert tally.seconds_left(now=150.0) == 0.0
    assert tally.running == {}


def test_work_that_a_resumed_cell_had_done_says_nothing_about_speed():
    tally = Tally(TASKS, start=0.0)
    tally.on_event(at("a", 6))
    tally.on_event(at("a", 10))
    assert tally.finished == 3.0
    # half of the cell, 1.5 units, took 30 s: 1 unit is left
    assert tally.seconds_left(now=30.0) == pytest.approx(20.0)


def test_a_log_file_gets_failures_and_the_end_as_lines():
    stream = io.StringIO()
    with progress(TASKS, stream) as on_event:
        on_event({"event": "start", "cell": "a"})
        on_event(at("a", 1, kl=1.0))
        on_event({"event": "failed", "cell": "a", "reason": "loss is NaN at step 7"})
        on_event({"event": "done", "cell": "b"})
    first, last = stream.getvalue().splitlines()
    assert first == "ordinary seed 0 failed: loss is NaN at step 7"
    assert last.startswith("100% of all work, 0 running")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_a_bar_and_a_line_for_each_running_cell():
    stream = Terminal()
    with progress(TASKS, stream) as on_event:
        on_event({"event": "start", "cell": "a"})
        on_event(at("a", 4, kl=1.25, proxy=None, gold=-0.5))
        on_event({"event": "retry", "cell": "a", "reason": "killed [by hand]"})
        on_event({"event": "done", "cell": "a"})
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", stream.getvalue())
    assert "ordinary seed 0" in text
    assert "killed [by hand]" in text
    assert "all work" in text


def test_who_waits_says_so_at_once_and_no_longer_when_it_goes_on():
    out = io.StringIO()
    waiting = {"event": "progress", "cell": "a", "waiting": "3 of 9 votes"}
    with progress(TASKS, out) as on_event:
        on_event(waiting)
        on_event({**waiting, "waiting": "4 of 9 votes"})
    assert out.getvalue() == "ordinary seed 0 waits: 3 of 9 votes\n"
    tally = Tally(TASKS, start=0.0)
    tally.on_event(waiting)
    assert tally.waiting == {"a": "3 of 9 votes"}
    assert describe(tally.running["a"]) == "3 of 9 votes"
    tally.on_event(at("a", 6))
    assert tally.waiting == {}
    assert describe(tally.running["a"]) == "step 6/10"
    tally.on_event(at("a", 10))
    assert tally.seconds_left(now=30.0) == pytest.approx(20.0)  # waiting is no progress


def test_unknown_scores_are_left_out():
    assert describe(at("a", 4, kl=1.25, proxy=None, gold=-0.5)) == "step 4/10  kl 1.25  gold -0.50"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")],
)
def test_durations_read_as_people_say_them(seconds, text):
    assert clock(seconds) == text


def test_scalars_reach_tensorboard_and_unknown_ones_do_not(tmp_path):
    pytest.importorskip("tensorboardX")
    with tensorboard(tmp_path) as on_event:
        on_event({"event": "start", "cell": "a"})
        on_event(json.loads(json.dumps(at("a", 4, kl=1.25, gold=None))))
        on_event({"event": "done", "cell": "a"})
    (file,) = (tmp_path / "a").iterdir()
    data = file.read_bytes()
    assert b"kl" in data
    assert b"gold" not in data
