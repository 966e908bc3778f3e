"""design-loop and successors end to end; a chain that was stopped ends with the same tables."""

from dataclasses import replace

import pytest

from looksgood.cli.report import render_run
from looksgood.runs import RunFolder
from looksgood.runs.worker import find
from looksgood.studies.catalogue import design_loop, successors
from looksgood.studies.chains.loop_channels import ALL, LABELS, UNAUDITED, illegible_to, legible_to
from looksgood.studies.chains.successor_channels import AS_PEOPLE, AS_TRUTH
from looksgood.studies.runner import run_study
from tests.sweeps import TINY

SMALL = {
    **TINY,
    "betas": (0.1,),
    "best_of": (),
    "turns": 2,
    "optimizer.steps": 2,
    "measure.prompts": 8,
}
LOOP = {**SMALL, "audit.labels": 12, "audit.per_flag": 2, "weaker_turns": 1}


class Stopped(Exception):
    """Somebody stopped the work."""


def run(study, arms, out, settings):
    some = replace(study, arms={arm: study.arms[arm] for arm in arms})
    return run_study(some, out=out, seeds=2, first_seed=0, workers=0, settings=settings)


def stopped_and_resumed(study, arm, out, settings, at_step):
    """Run the cell of seed 0 alone, stop it at a step of training, and run it again."""
    spec = study.arm_spec(study.configure("standard", settings), arm)
    work = find(study.work)

    def stop(*, step, total, scalars):
        if step == at_step:
            raise Stopped

    with RunFolder.open(out, study.name, {}, seeds=[0]) as folder:
        tasks = find(study.tasks)(study.name, spec, arm, 0, out)
        for task in tasks[:-1]:
            work(dict(task.settings), lambda **_: None)
        with pytest.raises(Stopped):
            work(dict(tasks[-1].settings), stop)
        work(dict(tasks[-1].settings), lambda **_: None)
        folder.merge()
    return folder


def rows_of(folder, arm, kind):
    rows = folder.table(kind).to_pylist()
    return [row for row in rows if (row["arm"], row["seed"]) == (arm, 0)]


@pytest.mark.slow
def test_a_loop_trains_looks_fixes_and_trains_again(tmp_path):
    study = design_loop.STUDY
    arms = ("expert", "no-audit", "more-capable")
    done = run(study, arms, tmp_path / "run", LOOP)
    points = done.points().to_pylist()
    for arm in arms:
        for seed in (0, 1):
            own = [row for row in points if (row["arm"], row["seed"]) == (arm, seed)]
            assert [(row["optimizer"], row["step"]) for row in own] == [
                ("base", 0), ("rloo", 1), ("rloo", 2),
            ]  # fmt: skip
            labels = [row[LABELS] for row in own]
            assert labels[:2] == [0, 0]
            assert labels[-1] <= LOOP["audit.labels"]
            assert (labels[-1] == 0) == (arm == "no-audit")
    for row in points:
        for who in ("ordinary", "expert"):
            assert row[legible_to(who)] + row[illegible_to(who)] == pytest.approx(row[ALL])
    # until the audits differ so do no two loops
    firsts = {row["gold"] for row in points if row["step"] == 1 and row["arm"] != "more-capable"}
    assert len(firsts) == 2
    flags = {(r["seed"], r["prompt_id"]): r[UNAUDITED] for r in done.prompts().to_pylist()}
    assert all(flag == ident.startswith("opinion") for (_, ident), flag in flags.items())
    found = {row["name"]: row for row in done.findings()}
    assert tuple(found) == study.finding_names()
    assert found["legible-fixed-experts"]["met"] is not None
    assert found["new-policy-new-failures"]["met"] is not None
    assert found["truth-pays-more"]["met"] is None
    audits = [cell.result["audits"] for cell in done.cells()]
    assert {len(of_cell) for of_cell in audits} == {0, 1}

    again = stopped_and_resumed(study, "expert", tmp_path / "stopped", LOOP, at_step=3)
    for kind in ("points", "prompts", "samples"):
        assert rows_of(again, "expert", kind) == rows_of(done, "expert", kind)


@pytest.mark.slow
def test_policies_label_for_their_successors(tmp_path):
    study = successors.STUDY
    arms = ("people-0", "people-100", "reward-0")
    done = run(study, arms, tmp_path / "run", SMALL)
    points = done.points().to_pylist()
    for row in points:
        assert all(0 <= row[name] <= 1 for name in (AS_PEOPLE, AS_TRUTH))
        if row["step"] == 0 and row["arm"] != "reward-0":
            assert row[AS_PEOPLE] == 0.5  # a base is no judge of its own responses
    golds = {}
    for row in points:
        if row["seed"] == 0:
            golds.setdefault(row["step"], {})[row["arm"]] = row["gold"]
    # one first generation, and as many second ones as there are ways to label
    assert len(set(golds[1].values())) == 1
    assert len(set(golds[2].values())) > 1
    found = {row["name"]: row for row in done.findings()}
    assert tuple(found) == study.finding_names()
    assert found["gap-grows-without-people"]["met"] is not None
    assert found["copies-of-oracles-fall"]["met"] is None
    assert "people-100" in render_run(done).read_text()

    again = stopped_and_resumed(study, "people-0", tmp_path / "stopped", SMALL, at_step=3)
    for kind in ("points", "prompts", "samples"):
        assert rows_of(again, "people-0", kind) == rows_of(done, "people-0", kind)
