"""Claims about the lines of a run, each with the lines without which the data cannot say."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from looksgood.core.errors import TooFew
from looksgood.studies.findings import Claim, Finding
from looksgood.studies.run_lines import Line, Lines, Row, lines_of

Controls = Callable[[Finding, Lines], str]


@dataclass(frozen=True)
class Asked:
    """A claim, the lines that it needs, and what is said beside it once they are there."""

    claim: Claim
    needs: Sequence[Line]
    beside: Controls | None = None


def findings(
    study: str, rows: Iterable[Row], claims: Callable[[Any], Iterable[Asked]]
) -> list[dict[str, Any]]:
    """Hold every claim against per-prompt rows.

    `claims` makes them from the lines that their statistics read; where no line is complete it is
    given None, and no statistic is asked for.
    """
    lines, reason = None, ""
    try:
        lines = lines_of(rows)
    except TooFew as error:
        reason = str(error)
    return [_find(study, asked, lines, reason).as_row() for asked in claims(lines)]


def _find(study: str, asked: Asked, lines: Lines | None, reason: str) -> Finding:
    if lines is None:
        return asked.claim.find(study, None, reason)
    missing = [line for line in asked.needs if line not in lines.places]
    if missing:
        arm, optimizer, beta = missing[0]
        what = optimizer if beta is None else f"{optimizer} at penalty {beta:g}"
        return asked.claim.find(study, None, f"no complete line of {what} in arm {arm}")
    try:
        finding = asked.claim.find(study, lines.columns)
    except TooFew as error:
        return asked.claim.find(study, None, str(error))
    return replace(finding, controls=asked.beside(finding, lines)) if asked.beside else finding
