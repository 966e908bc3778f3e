"""A kl-sweep of seconds, its tables in an order that does not depend on when they were written."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from looksgood.core.spec import Spec
from looksgood.runs import RunFolder
from looksgood.studies.runner import run_study
from looksgood.studies.study import find_study

TINY = {
    "world.documents": 300,
    "world.response_tokens": 8,
    "policy.width": 16,
    "policy.layers": 1,
    "policy.epochs": 1.0,
    "preferences.prompts": 12,
    "preferences.samples_per_prompt": 4,
    "reward.epochs": 1.0,
    "betas": (10.0, 0.0),
    "training_prompts": 20,
    "optimizer.steps": 4,
    "optimizer.prompts": 4,
    "optimizer.k": 4,
    "optimizer.learning_rate": 0.01,
    "measure.prompts": 4,
    "measure.k": 2,
    "measure.pool": 4,
    "measure.checkpoints": 2,
    "measure.keep_prompts": 2,
    "best_of": (1, 2),
}
"""Two penalties, four steps each, measured after the second and the fourth."""

TABLES = ("points", "prompts", "samples")


def tiny_spec(**changes: Any) -> Spec:
    """Return the settings of the tiny sweep."""
    return find_study("kl-sweep").configure("standard", {**TINY, **changes})


def run_tiny(out: Path, seeds: int = 1, workers: int = 0, **changes: Any) -> RunFolder:
    """Run or resume the tiny sweep, in this process."""
    return run_study(
        find_study("kl-sweep"),
        out=out,
        seeds=seeds,
        first_seed=0,
        workers=workers,
        settings={**TINY, **changes},
    )


def tables(run: Path) -> dict[str, list[str]]:
    """Return every row of every table as text, floats exactly, sorted."""
    folder = RunFolder.read(run)
    return {
        kind: sorted(json.dumps(row, sort_keys=True) for row in folder.table(kind).to_pylist())
        for kind in TABLES
    }


def written(run: Path) -> dict[Path, int]:
    """Return when each file of the cells and of what they share was last written."""
    return {
        path: path.stat().st_mtime_ns
        for part in ("cells", "stages")
        for path in (run / part).rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }


@dataclass(frozen=True)
class Seen:
    """What lies in a run's folder at one time."""

    tables: dict[str, list[str]]
    files: dict[Path, int]

    @classmethod
    def of(cls, run: Path) -> "Seen":
        """Look at a run."""
        return cls(tables(run), written(run))


@dataclass(frozen=True)
class TinySweep:
    """The tiny sweep of two seeds; what it looked like when it had one, and when it was done."""

    path: Path
    one_seed: Seen
    two_seeds: Seen
