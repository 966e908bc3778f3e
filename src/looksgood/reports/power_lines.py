"""Which curve rows of a study of audits are shown together. Rows are chosen, never computed."""

from collections.abc import Mapping, Sequence
from typing import Any

from looksgood.reports.lines import Line, most_seeds
from looksgood.reports.palette import arm_order, optimizer_label

Row = Mapping[str, Any]

DROP = "channel.drop"
LABELS = "labels"
"""A column of its own, so that a policy is the same for every number of labels."""
SHOWN_DROP = 0.2
"""Base sd: arms are shown at their largest fall up to this that all seeds have."""


def is_audit(curves: Sequence[Row]) -> bool:
    """Say whether policies were audited, whoever was asked."""
    return any(row.get("channel.truth.paired.power") is not None for row in curves)


def audited(curves: Sequence[Row]) -> list[Line]:
    """Return, for each arm, its audits at the fall that is shown, by number of labels."""
    lines = []
    for arm in arm_order(row["arm"] for row in curves):
        drops = {row[DROP]: row["seeds"] for row in curves if row["arm"] == arm and row[DROP] > 0}
        everywhere = [d for d, n in drops.items() if n == most_seeds(curves) and d <= SHOWN_DROP]
        if everywhere:
            rows = [row for row in curves if row["arm"] == arm and row[DROP] == max(everywhere)]
            lines.append(Line(arm, rows[0]["optimizer"], None, by_labels(rows)))
    return lines


def by_labels(rows: Sequence[Row]) -> list[Row]:
    """Return rows by their number of labels, which moves to a column of that name."""
    moved: list[Row] = [{**row, "n": None, LABELS: row["n"]} for row in rows]
    return sorted(moved, key=lambda row: row[LABELS])


def policies(curves: Sequence[Row]) -> list[dict[str, Any]]:
    """Return one row for each arm and fall, the base first: that with most labels."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(curves, key=lambda row: row["n"]):
        found[row["arm"], row["optimizer"]] = {**row, "n": None, LABELS: row["n"]}
    arms = arm_order(arm for arm, _ in found)
    return sorted(found.values(), key=lambda row: (arms.index(row["arm"]), row[DROP]))


def with_labels(row: Row) -> str:
    """Say which policy was audited, and with how many labels."""
    labels = row["n"] if row["n"] is not None else row[LABELS]
    name = optimizer_label(row["optimizer"]) if row[DROP] else "nothing fell"
    return f"{name}, {labels} labels"
