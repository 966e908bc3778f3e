"""The page of students whom supervisors taught: accuracy by size, beside what bounds it."""

from collections.abc import Mapping, Sequence
from typing import Any

from looksgood.reports.content import numbers
from looksgood.reports.student_lines import HEADS, size
from looksgood.runs import RunFolder

Row = Mapping[str, Any]

TEMPLATE = "students.html"
SCRIPTS: tuple[tuple[str, ...], ...] = ()
FIRST_FIGURE = "students"


def values(run: RunFolder, curves: Sequence[Row]) -> dict[str, Any]:
    """Return what the template shows beside what all pages do; it has no scripts."""
    del run
    return {
        "data": {},
        "ends": numbers(curves, HEADS, size),
        "unit": "accuracies are shares of the questions of an examination",
    }
