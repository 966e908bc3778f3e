"""A curve as a section shows it: limits, a line to draw, rows of a table, its ends in words."""

from collections.abc import Sequence

import numpy as np

from looksgood.audits.phrases import interval
from looksgood.core.audit_result import Drawn
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve

TableRows = list[tuple[str | float | int | None, ...]]
Limits = tuple[list[float | None], list[float | None]]


def limits(curve: Curve, within: tuple[float, float] = (-np.inf, np.inf)) -> Limits:
    """Return the 95 % limits of each checkpoint by itself, cut to what is possible.

    None where nothing varies, or where there are too few prompts: unknown, not 0.
    """
    try:
        low, high = (np.clip(ends, *within).tolist() for ends in curve.limits())
    except TooFew:
        low = high = [None] * len(curve.x)
    known = (curve.se > 0).tolist()
    return (
        [end if sure else None for end, sure in zip(low, known, strict=True)],
        [end if sure else None for end, sure in zip(high, known, strict=True)],
    )


def drawn(label: str, curve: Curve, ends: Limits) -> Drawn:
    """Return the curve as a line with its limits."""
    return Drawn(label=label, x=curve.x.tolist(), y=curve.mean.tolist(), low=ends[0], high=ends[1])


def table_rows(*columns: np.ndarray | Sequence[float | None]) -> TableRows:
    """Return columns as the rows of a table."""
    lists = [part.tolist() if isinstance(part, np.ndarray) else part for part in columns]
    return list(zip(*lists, strict=True))


def first_and_last(curve: Curve, ends: Limits, x_label: str) -> str:
    """Return "0.91 [0.88, 0.94] at step 0 and 0.60 [0.55, 0.65] at step 500"."""
    places = [0, -1] if len(curve.x) > 1 else [0]
    return " and ".join(
        f"{interval(float(curve.mean[i]), ends[0][i], ends[1][i])} at {x_label} {curve.x[i]:g}"
        for i in places
    )
