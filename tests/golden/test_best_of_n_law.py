"""best-of-n-law end to end: no RL, one pool, every n, findings and a report."""

from looksgood.studies.runner import run_study
from looksgood.studies.study import find_study
from tests.sweeps import TINY


def test_a_study_without_penalties_measures_selection_alone(tmp_path):
    small = {**TINY, "betas": (), "measure.pool": 128, "best_of": (1, 8, 64, 128)}
    run = run_study(
        find_study("best-of-n-law"),
        out=tmp_path / "run",
        seeds=2,
        first_seed=0,
        workers=0,
        settings=small,
    )
    points = run.points().to_pylist()
    assert {row["optimizer"] for row in points} == {"base", "best_of_n"}
    assert {row["n"] for row in points} == {None, 1, 8, 64, 128}
    assert all(row["met"] is not None for row in run.findings())
    best = [row["kl"] for row in points if row["arm"] == "gold" and row["n"] == 128]
    assert max(best) <= 3.87  # ln 128 − 127/128: less where responses tie
