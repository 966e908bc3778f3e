"""What a worker runs of sycophancy: a sweep's tasks, with siding with askers measured."""

from collections.abc import Mapping
from typing import Any

from looksgood.runs.worker import Emit
from looksgood.studies import pipeline
from looksgood.studies.beliefs.judges import BeliefJudges
from looksgood.studies.settings import SweepSpec


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a shared base, or a cell."""
    return pipeline.run_task(settings, emit, SweepSpec, lambda _: BeliefJudges.of_almanac)
