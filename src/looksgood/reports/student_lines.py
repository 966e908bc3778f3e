"""Which curve rows of students whom supervisors taught form a line, and what is shown of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from looksgood.reports.lines import Line
from looksgood.runs.tables import CHANNEL

Row = Mapping[str, Any]

STUDENT_PARAMETERS = f"{CHANNEL}student_parameters"
"""How large the student was."""
ACCURACY = f"{CHANNEL}accuracy"
SUPERVISOR = f"{CHANNEL}supervisor_accuracy"
ZERO_SHOT = f"{CHANNEL}zero_shot_accuracy"
LABELS = "labels"
"""A supervisor's, taken as they are."""
HEADS = {
    ACCURACY: "accuracy",
    SUPERVISOR: "its supervisor's",
    ZERO_SHOT: "untaught",
    f"{CHANNEL}errors_shared": "both wrong",
    f"{CHANNEL}label_accuracy": "labels right",
}
"""Columns of the table of numbers: shares of questions, and of labels."""


def is_of_students(curves: Sequence[Row]) -> bool:
    """Say whether students were examined whom supervisors taught: nothing was optimised."""
    return any(row.get(STUDENT_PARAMETERS) is not None for row in curves)


def students(curves: Sequence[Row]) -> list[Line]:
    """Return a line for each way of teaching, along the sizes of its students.

    An arm's last part is its student's size: what is before it is how that student was taught.
    """
    ways: dict[str, list[Row]] = {}
    for row in curves:
        ways.setdefault(row["arm"].rpartition("-")[0], []).append(row)
    return [
        Line(way, rows[0]["optimizer"], None, sorted(rows, key=lambda r: r[STUDENT_PARAMETERS]))
        for way, rows in ways.items()
    ]


def task(line: Line) -> str:
    """Return what was to be judged: the first part of an arm's name."""
    return line.arm.partition("-")[0]


def supervisor(line: Line) -> str:
    """Return who supervised, or whose errors were as many: the second part."""
    return line.arm.split("-")[1]


def way(line: Line) -> str:
    """Return how the labels came about or were used: what follows."""
    return "-".join(line.arm.split("-")[2:]) or LABELS


def size(row: Row) -> str:
    """Say how large a student is."""
    return f"{row[STUDENT_PARAMETERS]:,.0f} weights"
