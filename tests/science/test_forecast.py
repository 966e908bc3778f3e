"""forecast: whoever forecasts, every seed with a peak ahead is scored, and gold itself holds.

A finished `standard` run is read where LOOKSGOOD_SCIENCE_FORECAST names its folder. Otherwise
`quick` runs. Whether a forecaster beats its rivals is what the study asks: it may be no.
"""

import pytest

from looksgood.studies.catalogue.forecast import STUDY
from looksgood.studies.laws.forecast_claims import KLS
from looksgood.studies.laws.forecasts import paths_of, scores
from tests.science_runs import finished_or_quick


@pytest.mark.science
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_peak_ahead_is_scored_and_gold_optimised_itself_has_none(tmp_path):
    run, _ = finished_or_quick(STUDY, "LOOKSGOOD_SCIENCE_FORECAST", tmp_path / "run")
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
