"""A ball-and-camera of seconds: few bodies, few iterations, small pictures."""

from pathlib import Path
from typing import Any

from looksgood.runs import RunFolder
from looksgood.studies.runner import run_study
from looksgood.studies.study import Study, find_study

TINY = {
    "world.steps": 24,
    "world.picture_pixels": 24,
    "preferences.steps": 8,
    "preferences.schedule.first": 20,
    "preferences.schedule.per": 4,
    "preferences.schedule.total": 60,
    "optimizer.bodies": 6,
    "optimizer.critic_epochs": 1,
    "reward.hidden": 8,
    "iterations": 4,
    "measure.checkpoints": 2,
    "measure.episodes": 4,
    "measure.films": False,
}


def study() -> Study:
    """Return ball-and-camera."""
    return find_study("ball-and-camera")


def run_tiny(out: Path, seeds: int = 1, preset: str = "quick", **changes: Any) -> RunFolder:
    """Run or resume it, in this process."""
    settings = {**TINY, **changes}
    return run_study(study(), preset=preset, out=out, seeds=seeds, workers=0, settings=settings)
