"""findings.json: the statistics of a study with their intervals, criteria and verdicts."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from looksgood.core.errors import DataError
from looksgood.runs.atomic import write_atomically
from looksgood.runs.strict import dumps, read_json

FIELDS = (
    "study",
    "name",
    "statement",
    "estimate",
    "low",
    "high",
    "criterion",
    "met",
    "controls",
)
"""Of every finding. `met` is null where the data cannot say; so is an unknown number."""


def write_findings(path: Path, findings: Iterable[Mapping[str, Any]]) -> None:
    """Write findings, whole or not at all; numbers that are not finite become null.

    Raises:
        ValueError: a finding lacks a field.
    """
    rows = [dict(finding) for finding in findings]
    for row in rows:
        if missing := [name for name in FIELDS if name not in row]:
            raise ValueError(f"finding {row.get('name')!r} lacks {', '.join(missing)}")
    write_atomically(path, dumps(rows, indent=1).encode())


def read_findings(path: Path) -> list[dict[str, Any]]:
    """Read findings back.

    Raises:
        DataError: the file is missing or malformed.
    """
    rows = read_json(path)
    if not isinstance(rows, list):
        raise DataError(f"{path} is not a list of findings")
    return rows
