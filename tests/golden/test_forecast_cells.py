"""forecast end to end: one path for each seed, the covariance measured, findings and a report."""

import pytest

from looksgood.cli.report import render_run
from looksgood.studies.catalogue.forecast import STUDY
from looksgood.studies.laws.forecasts import SLOPE, paths_of
from looksgood.studies.runner import run_study
from tests.sweeps import TINY

SMALL = {**TINY, "betas": (0.0,), "best_of": (1,), "measure.checkpoints": 4}


@pytest.mark.slow
def test_each_seed_has_its_path_and_every_claim_an_answer_or_a_reason(tmp_path):
    run = run_study(STUDY, out=tmp_path / "run", seeds=2, first_seed=0, workers=0, settings=SMALL)
    rows = run.prompts().to_pylist()
    paths = paths_of(row for row in rows if row["arm"] == "ordinary")
    assert {seed: len(path.d) for seed, path in paths.items()} == {0: 5, 1: 5}
    gold = [row[SLOPE] for row in rows if row["arm"] == "gold" and row["optimizer"] != "best_of_n"]
    assert min(gold) >= 0  # of gold with itself: a variance
    for found in run.findings():
        assert found["met"] is not None or "cannot say" in found["controls"]
    render_run(run)
