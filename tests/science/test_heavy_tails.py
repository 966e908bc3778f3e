"""heavy-tails: with a heavy-tailed error proxy rises within a nat and gold does not (Kwa et al.).

A finished `standard` run is read where LOOKSGOOD_HEAVY_TAILS_RUN names its folder. Otherwise
`quick` runs with three seeds (minutes).
"""

import os
from pathlib import Path

import pytest

from looksgood.runs import RunFolder
from looksgood.studies.catalogue.heavy_tails import STUDY
from looksgood.studies.runner import run_study

EXPECTED = ("heavy-proxy-at-small-kl", "light-gains-more", "random-selects-nothing")


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_heavy_tailed_error_buys_proxy_and_no_gold(tmp_path):
    finished = os.environ.get("LOOKSGOOD_HEAVY_TAILS_RUN")
    if finished:
        run = RunFolder.read(Path(finished))
        assert run.info["status"] == "done"
    else:
        run = run_study(STUDY, preset="quick", seeds=3, out=tmp_path / "run")
    assert run.study == STUDY.name
    findings = {row["name"]: row for row in run.findings()}
    assert {name: findings[name]["met"] for name in EXPECTED} == dict.fromkeys(EXPECTED, True)
    heavy, trained = (findings[f"tail-index-{arm}"]["estimate"] for arm in ("heavy", "trained"))
    assert heavy > 0.25 > trained
