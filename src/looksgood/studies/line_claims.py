"""Claims about the lines of a run, each with the lines without which the data cannot say."""

from collections.abc import Callable, Iterable
from typing import Any

from looksgood.studies.asked import Asked, hold
from looksgood.studies.run_lines import Row, lines_of


def findings(
    study: str, rows: Iterable[Row], claims: Callable[[Any], Iterable[Asked]]
) -> list[dict[str, Any]]:
    """Hold every claim against per-prompt rows; `claims` is given their `Lines`, or None."""
    return hold(study, lambda: lines_of(rows), claims)
