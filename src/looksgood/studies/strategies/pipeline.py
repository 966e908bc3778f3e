"""What a worker runs of threats-and-tricks: a sweep's tasks, with every strategy measured."""

from collections.abc import Mapping
from typing import Any

from looksgood.runs.worker import Emit
from looksgood.studies import pipeline
from looksgood.studies.settings import SweepSpec
from looksgood.studies.strategies.judges import StrategyJudges


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a shared base, or a cell."""
    return pipeline.run_task(settings, emit, SweepSpec, lambda _: StrategyJudges.of_almanac)
