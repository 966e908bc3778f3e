"""What a worker runs of constrained: a sweep's tasks, with exploits counted at every checkpoint."""

from collections.abc import Mapping
from typing import Any

from looksgood.runs.worker import Emit
from looksgood.studies import pipeline
from looksgood.studies.laws.exploit_judges import ExploitJudges
from looksgood.studies.settings import SweepSpec


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a shared base, or a cell."""
    return pipeline.run_task(settings, emit, SweepSpec, lambda _: ExploitJudges.on_base)
