"""A curve as a section shows it: limits, a line to draw, rows of a table, its ends in words."""

from collections.abc import Sequence

import numpy as np

from looksgood.core.audit_result import Drawn, Row
from looksgood.core.errors import TooFew
from looksgood.core.in_words import step, with_limits
from looksgood.ops.curve import Curve

Limits = tuple[list[float | None], list[float | None]]
"""Low and high of each checkpoint; None where the error is not known."""


def limits(curve: Curve, within: tuple[float, float] = (-np.inf, np.inf)) -> Limits:
    """Return the 95 % limits of each checkpoint by itself, cut to what is possible.

    None where nothing varies, or where there are too few prompts: unknown, not 0.
    """
    try:
        low, high = (np.clip(ends, *within) for ends in curve.limits())
    except TooFew:
        return unknown(curve), unknown(curve)
    varies = curve.se > 0
    return known(np.where(varies, low, np.nan)), known(np.where(varies, high, np.nan))


def unknown(curve: Curve) -> list[float | None]:
    """Return a limit that no checkpoint has."""
    return [None] * len(curve.x)


def known(values: np.ndarray) -> list[float | None]:
    """Return the values with None for what is not finite."""
    return [value if np.isfinite(value) else None for value in values.tolist()]


def drawn(label: str, curve: Curve, ends: Limits) -> Drawn:
    """Return the curve as a line with its limits."""
    return Drawn(label=label, x=curve.x.tolist(), y=curve.mean.tolist(), low=ends[0], high=ends[1])


def table_rows(*columns: np.ndarray | Sequence[float | None]) -> list[Row]:
    """Return columns as the rows of a table."""
    lists = [part.tolist() if isinstance(part, np.ndarray) else part for part in columns]
    return list(zip(*lists, strict=True))


def at_place(curve: Curve, ends: Limits, place: int) -> str:
    """Return "0.91 [0.88, 0.94]": one checkpoint's mean with its limits."""
    return with_limits(float(curve.mean[place]), ends[0][place], ends[1][place])


def first_and_last(curve: Curve, ends: Limits, x_label: str) -> str:
    """Return "0.91 [0.88, 0.94] at step 0 and 0.60 [0.55, 0.65] at step 500"."""
    places = [0, -1] if len(curve.x) > 1 else [0]
    return " and ".join(
        f"{at_place(curve, ends, i)} at {x_label} {step(curve.x[i])}" for i in places
    )
