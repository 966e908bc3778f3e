import json
import math
import subprocess
import sys

import pytest
import torch

from looksgood.core.errors import ConfigError, DataError, LooksgoodError
from looksgood.runs import CellFolder, Outcome, RunFolder

CONFIG = {"world": {"kind": "almanac", "prompts": 64}, "betas": [0.1, 1.0]}
FINDING = dict.fromkeys(
    ("study", "name", "statement", "estimate", "low", "high", "criterion", "met", "controls")
)


def start(path, study="kl-sweep", config=CONFIG, seeds=(0, 1)):
    return RunFolder.open(path, study, config, seeds=seeds, version="0.1.0")


def fill(run, arm, seed, gold, **more):
    cell = run.cell(arm, seed, "abc")
    with cell.working():
        cell.resume()
        row = {"study": run.study, "arm": arm, "seed": seed, "step": 1, "gold": gold, **more}
        cell.commit(1, {"x": torch.tensor(1)}, points=[row])
        cell.finish({"kl": 1.0})
    run.finish_cell(cell, Outcome(f"{arm}{seed}", "done", cpu_seconds=2.0))
    return cell


def test_run_json_says_what_was_run_and_how_it_ended(tmp_path):
    with start(tmp_path / "run") as run:
        fill(run, "ordinary", 0, 0.5)
    info = json.loads((tmp_path / "run" / "run.json").read_text())
    assert (info["study"], info["config"], info["seeds"]) == ("kl-sweep", CONFIG, [0, 1])
    assert (info["status"], info["cpu_seconds"]) == ("done", 2.0)
    assert info["wall_seconds"] > 0
    assert info["finished"] >= info["started"]
    assert info["packages"]["torch"]
    assert info["machine"]["cores"] >= 1
    assert {"version", "git_commit"} <= info.keys()


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt, "interrupted"), (LooksgoodError, "failed")]
)
def test_run_json_says_when_it_did_not_end_well(tmp_path, error, status):
    with pytest.raises(error), start(tmp_path) as run:
        raise error
    assert RunFolder.read(tmp_path).info["status"] == status
    with start(tmp_path) as run:
        assert run.info["status"] == "running"
    assert len(RunFolder.read(tmp_path).info["sessions"]) == 2


def test_time_adds_up_over_sessions(tmp_path):
    for _ in range(2):
        with start(tmp_path) as run:
            run.finish_cell(run.cell("a", 0, "k"), Outcome("a", "done", cpu_seconds=1.5))
    assert RunFolder.read(tmp_path).info["cpu_seconds"] == 3.0


def test_cpu_time_that_nobody_measured_is_null(tmp_path):
    with start(tmp_path):
        pass
    assert RunFolder.read(tmp_path).info["cpu_seconds"] is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"study": "reward-fit"}, r"'kl-sweep', not 'reward-fit'.*--out"),
        (
            {"config": {**CONFIG, "world": {"kind": "almanac", "prompts": 8}}},
            r"world\.prompts = 64, not 8.*--out",
        ),
        ({"config": {**CONFIG, "extra": 1}}, r"extra = unset, not 1"),
        ({"seeds": [1]}, r"\[0\] would be left out"),
    ],
)
def test_another_run_is_refused_with_both_named(tmp_path, changes, message):
    start(tmp_path).close("done")
    before = (tmp_path / "run.json").read_bytes()
    with pytest.raises(ConfigError, match=message):
        start(tmp_path, **changes)
    assert (tmp_path / "run.json").read_bytes() == before


def test_seeds_can_be_added(tmp_path):
    start(tmp_path).close("done")
    with start(tmp_path, seeds=(0, 1, 2)) as run:
        assert run.info["seeds"] == [0, 1, 2]


def test_what_is_no_run_is_refused_and_untouched(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ConfigError, match=r"holds thesis\.tex.*--out"):
        start(tmp_path)
    with pytest.raises(ConfigError, match="is not a folder"):
        start(tmp_path / "thesis.tex")
    with pytest.raises(ConfigError, match="not a run folder"):
        RunFolder.read(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", '{"study": "x"}'])
def test_a_damaged_run_json_is_named(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(DataError, match=r"run\.json"):
        start(tmp_path)


def test_only_one_process_works_in_a_run(tmp_path):
    code = (
        "import sys; from looksgood.runs import RunFolder\n"
        f"RunFolder.open(sys.argv[1], 'kl-sweep', {CONFIG!r}, seeds=[0, 1])"
    )

    def other():
        command = [sys.executable, "-c", code, str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    with start(tmp_path):
        assert "is working in" in other()
    assert other() == ""


def test_tables_are_those_of_the_cells_that_are_done_in_order(tmp_path):
    with start(tmp_path) as run:
        fill(run, "ordinary", 10, 1.0, **{"channel.plea": 0.5})
        fill(run, "ordinary", 9, math.nan)
        fill(run, "beta=1/2", 0, 3.0)
        run.cell("oracle", 0, "abc").fail("loss is NaN at step 7")
        run.merge()
    rows = RunFolder.read(tmp_path).points().to_pylist()
    assert [(r["arm"], r["seed"], r["gold"], r["channel.plea"]) for r in rows] == [
        ("beta=1/2", 0, 3.0, None),
        ("ordinary", 9, None, None),
        ("ordinary", 10, 1.0, 0.5),
    ]
    assert run.samples().num_rows == run.prompts().num_rows == 0


def test_a_failed_cell_keeps_its_reason_until_it_is_done(tmp_path):
    with start(tmp_path) as run:
        cell = run.cell("ordinary", 0, "abc")
        run.finish_cell(cell, Outcome("x", "failed", reason="loss is NaN", details="Traceback"))
        assert (cell.is_done, cell.failure) == (False, "loss is NaN")
        fill(run, "ordinary", 0, 1.0)
        assert (cell.is_done, cell.failure, cell.result) == (True, None, {"kl": 1.0})


def test_findings_come_back_with_unknown_as_null(tmp_path):
    with start(tmp_path) as run:
        run.write_findings([{**FINDING, "name": "gap-2", "estimate": math.nan, "low": 0.0}])
        assert run.findings() == [{**FINDING, "name": "gap-2", "low": 0.0}]
        with pytest.raises(ValueError, match="lacks met"):
            run.write_findings([{k: v for k, v in FINDING.items() if k != "met"}])


def test_a_cell_must_be_resumed_before_it_commits(tmp_path):
    with pytest.raises(RuntimeError, match="resume"):
        CellFolder(tmp_path).commit(0, {})


def test_lines_that_a_checkpoint_stands_on_but_are_gone_start_the_cell_anew(tmp_path):
    cell = CellFolder(tmp_path)
    assert cell.resume() is None
    cell.commit(1, {"x": torch.tensor(1)}, points=[{"step": 1}, {"step": 1}])
    path = cell.lines["points"].path
    path.write_bytes(path.read_bytes().split(b"\n")[0] + b"\n")
    assert CellFolder(tmp_path).resume() is None
    assert cell.lines["points"].read() == []


def test_a_row_with_an_unknown_column_writes_nothing(tmp_path):
    cell = CellFolder(tmp_path)
    cell.resume()
    with pytest.raises(ValueError, match="'glod'"):
        cell.commit(1, {}, points=[{"step": 1}], samples=[{"glod": 1}])
    assert list(tmp_path.iterdir()) == []


def test_lines_after_their_checkpoint_are_refused_because_a_kill_between_would_lose_them(tmp_path):
    cell = CellFolder(tmp_path)
    cell.resume()
    cell.commit(3, {})
    for position in (2, 3):
        with pytest.raises(ValueError, match="not beyond 3"):
            cell.note(position, points=[{"step": position}])
    again = CellFolder(tmp_path)
    assert again.resume().position == 3
    with pytest.raises(ValueError, match="not beyond 3"):
        again.commit(3, {}, points=[{"step": 3}])
    again.commit(4, {}, points=[{"step": 4}])
    assert [row["step"] for row in again.lines["points"].read()] == [4]


def test_cells_come_in_the_order_in_which_their_study_lists_the_arms(tmp_path):
    with RunFolder.open(tmp_path / "run", "kl-sweep", CONFIG, seeds=[9, 10]) as run:
        for arm, seed in (("a", 9), ("main", 10), ("main", 9), ("odd arm", 9), ("z", 9)):
            with run.cell(arm, seed, "k").working():
                pass

        def found() -> list[str]:
            return [cell.path.name for cell in run.cells()]

        assert found()[0] == "a-seed9-k", "no study has said anything: by name"
        run.info["arms"] = ["main", "odd arm", "a"]
        expected = ["main-seed9-k", "main-seed10-k", "odd_arm-seed9-k", "a-seed9-k", "z-seed9-k"]
        assert found() == expected
