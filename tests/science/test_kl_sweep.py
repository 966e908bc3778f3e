"""kl-sweep finds again what the literature found: proxy rises, gold turns over, controls hold.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_RUN names its folder, and its main claims
must be met; the others are questions whose answer may be no. Otherwise `quick` runs with three
seeds (minutes), and those claims must be met that a run of that size can support.
"""

import os
from pathlib import Path

import pytest

from looksgood.runs import RunFolder
from looksgood.studies.runner import run_study
from looksgood.studies.study import find_study

MAIN = (
    *("gold-falls", "gold-peak", "proxy-rises", "gold-arm-holds", "gap-2", "gap-2-vanishes"),
    *("gap-1", "fabrication", "fabrication-control", "falsehoods-rise", "falsehoods-fall"),
)
"""Not how far and how evenly KL rises, nor gap 2 at once: docs/studies.md says why."""
SUPPORTED_BY_QUICK = ("proxy-rises", "gold-falls", "gold-arm-holds", "gap-2-vanishes")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_gold_turns_over_while_proxy_rises_and_the_controls_hold(tmp_path):
    finished = os.environ.get("LOOKSGOOD_SCIENCE_RUN")
    study = find_study("kl-sweep")
    if finished:
        run = RunFolder.read(Path(finished))
        assert run.info["status"] == "done"
        expected = MAIN
    else:
        run = run_study(study, preset="quick", seeds=3, out=tmp_path / "run")
        expected = SUPPORTED_BY_QUICK
    assert run.study == study.name
    findings = {row["name"]: row for row in run.findings()}
    assert {name: findings[name]["met"] for name in expected} == dict.fromkeys(expected, True)
