"""kl-penalty end to end: two learning rates, two optimizers, a frontier, findings and a report."""

from dataclasses import replace

import pytest

from looksgood.cli.report import render_run
from looksgood.studies.catalogue.kl_penalty import STUDY
from looksgood.studies.runner import run_study
from tests.sweeps import TINY

SHORT = {"optimizer.steps": 4, "optimizer.prompts": 4, "optimizer.k": 2, "measure.checkpoints": 4}
TINY_STUDY = replace(STUDY, arms={arm: {**changes, **SHORT} for arm, changes in STUDY.arms.items()})
"""An arm's own settings come last, so what makes the arms of PPO long is set there."""
SMALL = {
    **TINY,
    "betas": (1.5, 0.1, 0.0),
    "measure.pool": 64,
    "best_of": (1, 2, 8),
    "frontier": (50.0, 20.0),
}


@pytest.mark.slow
def test_every_arm_is_run_and_every_claim_is_held_against_it(tmp_path):
    run = run_study(
        TINY_STUDY, out=tmp_path / "run", seeds=2, first_seed=0, workers=0, settings=SMALL
    )
    points = run.points().to_pylist()
    assert {row["arm"] for row in points} == set(STUDY.arms)
    trained = {(row["arm"], row["optimizer"], row["beta"]) for row in points if row["step"]}
    assert {("slow", "rloo", 0.1), ("ppo", "ppo", 0.05), ("adaptive", "ppo", 0.15)} <= trained
    steered = [row for row in points if row["arm"] == "adaptive" and row["seed"] == 0]
    assert len([row for row in steered if row["step"]]) == 4
    frontier = [row for row in points if row["optimizer"] == "frontier"]
    assert {row["beta"] for row in frontier} == {50.0, 20.0}
    assert all(row["channel.effective_samples"] >= 30 for row in frontier)
    found = {row["name"]: row for row in run.findings()}
    assert all(found[name]["met"] is not None for name in ("gold-matches", "gold-matches-slow"))
    assert "trajectories" in render_run(run).read_text()
