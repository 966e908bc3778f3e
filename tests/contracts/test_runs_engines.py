"""Every engine keeps the same promises; what only worker processes can do is tested below."""

import importlib.util
import os
import signal
import subprocess
import sys
import time

import pytest

from looksgood.core.errors import ConfigError
from looksgood.runs import CellTask, Engine, Interrupted, engine
from looksgood.runs.engine import run_cells

WORK = "tests.runs_workers:work"
ENGINES = [("local", 0), ("local", 2)]
if importlib.util.find_spec("ray"):  # an extra: bound by the same contract where it is installed
    ENGINES.append(("ray", 2))
every_engine = pytest.mark.parametrize(("kind", "workers"), ENGINES)


def task(name, do, after=(), **settings):
    return CellTask(name, {"do": do, **settings}, after=after)


@every_engine
def test_results_come_in_the_order_of_the_tasks_with_events(kind, workers):
    events = []
    tasks = [task(str(x), "square", x=x) for x in range(5)]
    outcomes = engine(kind, WORK, workers).run(tasks, events.append)
    assert [o.result for o in outcomes] == [{"square": x * x, "missing": None} for x in range(5)]
    assert all(o.is_done and o.seconds >= 0 and o.exit_status == 0 for o in outcomes)
    assert [e["event"] for e in events if e["cell"] == "3"] == ["start", "progress", "done"]
    (progress,) = [e for e in events if e["cell"] == "3" and e["event"] == "progress"]
    assert progress == {
        "event": "progress",
        "cell": "3",
        "step": 1,
        "total": 2,
        "scalars": {"kl": 0.5, "gold": None},
    }


@every_engine
def test_a_task_that_fails_does_not_stop_the_others(kind, workers):
    events = []
    tasks = [
        task("nan", "fail", how="nan"),
        task("config", "fail", how="config"),
        task("bug", "bug"),
        task("good", "square", x=3),
    ]
    nan, config, bug, good = engine(kind, WORK, workers).run(tasks, events.append)
    assert (nan.status, nan.reason, nan.exit_status) == ("failed", "loss is NaN at step 7", 1)
    assert (config.reason, config.exit_status) == ("beta = -1: below 0", 2)
    assert bug.reason.startswith("KeyError: 'no such key' (runs_workers.py:")
    assert "Traceback" in bug.details
    assert good.result["square"] == 9
    failed = {e["cell"]: e["reason"] for e in events if e["event"] == "failed"}
    assert failed["nan"] == "loss is NaN at step 7"
    assert set(failed) == {"nan", "config", "bug"}


@every_engine
def test_what_comes_after_a_task_waits_for_it_and_fails_with_it(kind, workers, tmp_path):
    log = str(tmp_path / "log")
    tasks = [
        task("cell", "order", after=("base",), log=log, word="cell"),
        task("base", "order", after=("corpus",), log=log, word="base"),
        task("corpus", "order", log=log, word="corpus"),
        task("broken", "fail", how="nan"),
        task("next", "order", after=("broken",), log=log, word="never"),
        task("last", "order", after=("next", "broken"), log=log, word="never"),
    ]
    outcomes = engine(kind, WORK, workers).run(tasks)
    assert (tmp_path / "log").read_text().split() == ["corpus", "base", "cell"]
    assert [o.is_done for o in outcomes] == [True, True, True, False, False, False]
    assert outcomes[4].reason == "needs broken, which failed: loss is NaN at step 7"


@every_engine
def test_a_function_that_is_not_there_is_named(kind, workers):
    (outcome,) = engine(kind, "tests.runs_workers:nothing", workers).run([task("a", "square")])
    assert "tests.runs_workers:nothing" in outcome.reason
    assert outcome.exit_status == 2


@every_engine
def test_no_tasks_no_outcomes(kind, workers):
    made = engine(kind, WORK, workers)
    assert isinstance(made, Engine)
    assert made.run([]) == []


@every_engine
@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ([task("a", "bug"), task("a", "bug")], "same id"),
        ([task("a", "bug", after=("b",)), task("b", "bug", after=("a",))], "can never start"),
        ([task("a", "bug", after=("nobody",))], "nobody"),
    ],
)
def test_tasks_that_can_never_start_are_refused(kind, workers, tasks, message):
    with pytest.raises(ValueError, match=message):
        engine(kind, WORK, workers).run(tasks)


@pytest.mark.parametrize(
    ("kind", "workers", "message"), [("slurm", 1, "local or ray"), ("local", -1, "workers = -1")]
)
def test_an_engine_that_is_not_there_is_a_wrong_setting(kind, workers, message):
    with pytest.raises(ConfigError, match=message):
        engine(kind, WORK, workers)


@pytest.mark.parametrize("kind", ["local"] + ["ray"] * (len(ENGINES) > 2))
def test_a_killed_worker_is_replaced_and_its_task_tried_once_more(kind, tmp_path):
    events = []
    tasks = [
        task("once", "die", flag=str(tmp_path / "once"), always=False),
        task("always", "die", flag=str(tmp_path / "always"), always=True),
        *[task(str(x), "square", x=x) for x in range(4)],
    ]
    once, always, *others = engine(kind, WORK, 2).run(tasks, events.append)
    assert once.result == "alive"
    assert not always.is_done
    assert (tmp_path / "always").read_text() == "xx"
    assert all(o.is_done for o in others)
    if kind == "local":
        assert "SIGKILL" in always.reason
        assert "out of memory" in always.reason
        assert {e["cell"] for e in events if e["event"] == "retry"} == {"once", "always"}


def test_a_worker_that_leaves_by_itself_is_a_clear_reason():
    (outcome,) = engine("local", WORK, 1).run([task("a", "leave")])
    assert "exit code 3" in outcome.reason


def test_workers_live_long_have_one_thread_each_and_start_light():
    tasks = [task(str(i), "environment") for i in range(6)]
    results = [o.result for o in engine("local", WORK, 2).run(tasks)]
    assert len({r["pid"] for r in results} - {os.getpid()}) in (1, 2)
    assert {r["threads"] for r in results} == {"1"}
    assert not any(r["torch"] for r in results)


def test_what_workers_print_goes_to_their_logs(tmp_path):
    cells = [CellTask("a", {})]
    (outcome,) = run_cells(cells, "builtins:print", 1, logs=tmp_path)
    assert not outcome.is_done or outcome.result is None
    assert "emit" in (tmp_path / "worker-1.log").read_text()


def test_ctrl_c_in_this_process_says_how_to_go_on():
    with pytest.raises(Interrupted, match=r"1 of 2 .*run the same command again"):
        engine("local", WORK, 0).run([task("a", "square", x=1), task("b", "interrupt")])


PARENT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
from looksgood.core.errors import LooksgoodError
from looksgood.runs import CellTask, run_cells
tasks = [CellTask(str(i), {"do": "sleep", "folder": sys.argv[1]}) for i in range(4)]
try:
    run_cells(tasks, "tests.runs_workers:work", 2)
except LooksgoodError as error:
    print(error)
"""


def parent(folder):
    child = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder)], stdout=subprocess.PIPE, text=True
    )
    until(lambda: len(list(folder.iterdir())) == 2)
    return child, [int(path.name) for path in folder.iterdir()]


def until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end, "waited 20 s in vain"
        time.sleep(0.02)


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_ctrl_c_ends_the_workers_and_says_how_to_go_on(tmp_path):
    child, pids = parent(tmp_path)
    child.send_signal(signal.SIGINT)
    output, _ = child.communicate(timeout=20)
    assert "0 of 4 units" in output
    assert "run the same command again" in output
    assert not any(is_alive(pid) for pid in pids)


def test_workers_end_when_their_parent_is_killed(tmp_path):
    child, pids = parent(tmp_path)
    child.kill()
    child.communicate()
    until(lambda: not any(is_alive(pid) for pid in pids))
