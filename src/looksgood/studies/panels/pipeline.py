"""What a worker runs where a panel looks on: a sweep's tasks, with approvals at checkpoints."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from looksgood.runs.worker import Emit
from looksgood.studies import pipeline
from looksgood.studies.panels.judges import PanelJudges
from looksgood.studies.panels.settings import PanelSpec


def run_task(settings: Mapping[str, Any], emit: Emit) -> dict[str, Any]:
    """Run one task: a shared base, or a cell."""
    return pipeline.run_task(settings, emit, PanelSpec, panel_judges)


def panel_judges(spec: PanelSpec) -> pipeline.MakeJudges:
    """Return what makes the judges of a cell with its settings' panel beside them."""
    return partial(PanelJudges.with_panel, spec.panel)
