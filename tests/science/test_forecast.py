"""forecast: whoever forecasts, every seed with a peak ahead is scored, and gold itself holds.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_FORECAST names its folder. Otherwise
`quick` runs. Whether a forecaster beats its rivals is what the study asks: it may be no.
"""

import os
from pathlib import Path

import pytest

from looksgood.runs import RunFolder
from looksgood.studies.catalogue.forecast import STUDY
from looksgood.studies.forecast_claims import KLS
from looksgood.studies.forecasts import paths_of, scores
from looksgood.studies.runner import run_study


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_peak_ahead_is_scored_and_gold_optimised_itself_has_none(tmp_path):
    finished = os.environ.get("LOOKSGOOD_SCIENCE_FORECAST")
    if finished:
        run = RunFolder.read(Path(finished))
        assert run.info["status"] == "done"
    else:
        run = run_study(STUDY, preset="quick", out=tmp_path / "run")
    rows = [row for row in run.prompts().to_pylist() if row["arm"] == "ordinary"]
    paths = paths_of(rows)
    ahead = {
        seed
        for seed, path in paths.items()
        if path.peak is not None and path.until(KLS[0]).d[-1] < path.peak
    }
    assert set(scores(paths, KLS)) == ahead
    findings = {row["name"]: row for row in run.findings()}
    assert findings["gold-arm-holds"]["met"] is True
