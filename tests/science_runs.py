"""Where a science test gets its run from: a finished one, or a quick one made now.

And what every run with best-of-n must obey, whatever it found.
"""

import os
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from looksgood.ops.best_of_n_bound import best_of_n_kl_bound_nats
from looksgood.runs import RunFolder
from looksgood.studies.runner import run_study
from looksgood.studies.study import Study


def finished_or_quick(study: Study, variable: str, out: Path, **how: Any) -> tuple[RunFolder, bool]:
    """Return the finished run that an environment variable names and True, or a quick one made."""
    finished = os.environ.get(variable)
    if finished:
        run = RunFolder.read(Path(finished))
        assert run.info["status"] == "done"
    else:
        run = run_study(study, preset="quick", out=out, **how)
    assert run.study == study.name
    return run, bool(finished)


def assert_met(run: RunFolder, names: tuple[str, ...]) -> None:
    """Hold that these findings of a run met their criteria, by their intervals."""
    findings = {row["name"]: row["met"] for row in run.findings()}
    missed = [name for name in names if findings[name] is not True]
    assert not missed, f"not met: {', '.join(missed)}"


def assert_directions(run: RunFolder, least: Mapping[str, float]) -> None:
    """Hold that estimates lie above these numbers: two seeds seldom carry an interval."""
    findings = {row["name"]: row for row in run.findings()}
    for name, number in least.items():
        assert findings[name]["estimate"] is not None, findings[name]["controls"]
        assert findings[name]["estimate"] > number, name


def assert_answered(run: RunFolder, names: tuple[str, ...]) -> None:
    """Hold that the run could say something of these findings, whatever it was."""
    findings = {row["name"]: row for row in run.findings()}
    for name in names:
        assert findings[name]["met"] is not None, findings[name]["controls"]


def assert_selection_is_lawful(run: RunFolder) -> None:
    """Hold best-of-n of every arm and seed to its laws.

    From the base at n = 1 on it spends no more KL than log n − (n−1)/n, never less with a
    larger n, and the score that it selects by never falls.
    """
    rows = [row for row in run.points().to_pylist() if row["optimizer"] == "best_of_n"]
    assert rows

    def line(row: dict[str, Any]) -> tuple[str, int]:
        return row["arm"], row["seed"]

    for where, own in groupby(sorted(rows, key=lambda row: (*line(row), row["n"])), key=line):
        last: dict[str, Any] | None = None
        for row in own:
            assert 0 <= row["kl"] <= best_of_n_kl_bound_nats(row["n"]) + 1e-9, where
            if last is not None:
                assert row["kl"] >= last["kl"] - 1e-9, where
                assert row["proxy"] >= last["proxy"] - 1e-9, where
            last = row
