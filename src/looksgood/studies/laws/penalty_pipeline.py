"""What a worker runs of kl-penalty: a sweep's tasks, with the frontier's settings."""

from collections.abc import Mapping
from typing import Any

from looksgood.runs.worker import Emit
from looksgood.studies import pipeline
from looksgood.studies.laws.penalty_settings import PenaltySpec


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a shared base, or a cell."""
    return pipeline.run_task(settings, emit, PenaltySpec)
