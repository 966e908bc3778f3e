"""What a study's run folder says to the ledger: findings, and what was recorded before it began."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from looksgood.core.errors import DataError
from looksgood.runs import RunFolder
from looksgood.runs.predictions import read_predictions


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One study as it stands: run, or not run and why."""

    study: str
    headline: str
    """The finding that counts in the total; as recorded, where it was."""
    findings: Sequence[Mapping[str, Any]] = ()
    recorded: Sequence[Mapping[str, Any]] = ()
    """Predictions that lay in the folder before any work began, as `school.as_record` wrote."""
    problem: str = ""
    """Why there are no findings, or why its record cannot be trusted."""
    path: Path | None = None
    began: str = ""
    seeds: Sequence[int] = ()
    cpu_seconds: float | None = None
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_run(self) -> bool:
        """Whether there is something to score."""
        return bool(self.findings)


def measured(run: RunFolder, headline: str) -> Measured:
    """Read a finished run; `headline` is the study's own, unless another was recorded.

    Raises:
        DataError: findings.json is missing or damaged.
    """
    problem, found = "", None
    try:
        found = read_predictions(run.path, run.info.get("predictions"))
    except DataError as error:
        problem = f"{error}: nothing in it counts as stated before"
    return Measured(
        study=run.study,
        headline=str((found or {}).get("headline") or headline),
        findings=run.findings(),
        recorded=(found or {}).get("predictions", ()),
        problem=problem,
        path=run.path,
        began=str(run.info.get("started") or ""),
        seeds=run.info["seeds"],
        cpu_seconds=run.info.get("cpu_seconds"),
        about=run.config.get("study") or {},
    )
