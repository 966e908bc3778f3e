"""One number about votes with its limits, or the reason why the votes cannot say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from looksgood.core.errors import TooFew
from looksgood.core.in_words import hundredths, percent, points
from looksgood.ops.clustered_share import clustered_share
from looksgood.ops.t_interval import Interval

Unit = Literal["share", "difference of shares", "alpha"]
Group = Literal["agreement", "truth", "gaps", "effects", "impression", "confidence"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and its 95 % limits; all three None where there is too little, and `why`."""

    name: str
    """Stable, for programs: `left_chosen`."""
    group: Group
    title: str
    """For people: "The left response is chosen"."""
    unit: Unit
    n: int
    """Votes that it rests on (of agreement: pairs)."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""
    note: str = ""
    """What to compare it with: "50 % without an effect"."""

    @property
    def said(self) -> str:
        """Return it in words: "63 % [58, 67], n = 120", or why it cannot be said."""
        if self.value is None or self.low is None or self.high is None:
            return f"cannot say: {self.why}"
        text = _WRITTEN[self.unit](self.value, self.low, self.high)
        return f"{text}, n = {self.n:,}"


def _plain(value: float, low: float, high: float) -> str:
    return f"{hundredths(value)} [{hundredths(low)}, {hundredths(high)}]"


_WRITTEN: Mapping[Unit, Callable[[float, float, float], str]] = {
    "share": percent,
    "difference of shares": points,
    "alpha": _plain,
}


def figure(
    name: str,
    group: Group,
    title: str,
    n: int,
    measure: Callable[[], Interval | tuple[float, float, float]],
    *,
    none: str,
    unit: Unit = "share",
    note: str = "",
) -> Figure:
    """Return what `measure` finds (value, low, high), or why it finds nothing.

    `none` says why where `n` is 0; else `measure` raises TooFew where the votes cannot say. A
    difference of shares, and its limits, are at most 1.
    """
    if not n:
        return Figure(name, group, title, unit, 0, why=none, note=note)
    try:
        found = measure()
    except TooFew as error:
        return Figure(name, group, title, unit, n, why=str(error), note=note)
    value, low, high = found if isinstance(found, tuple) else (found.value, found.low, found.high)
    if unit == "difference of shares":
        low, high = max(low, -1.0), min(high, 1.0)
    return Figure(name, group, title, unit, n, value, low, high, note=note)


def share_figure(
    name: str,
    group: Group,
    title: str,
    hits: Float[np.ndarray, " votes"],
    prompt: Int[np.ndarray, " votes"],
    *,
    none: str,
    note: str = "",
) -> Figure:
    """Return the mean of hits (1), misses (0) and ties (½), by prompt; NaN is no vote."""
    known = np.isfinite(hits)

    def measure() -> Interval:
        return clustered_share(hits[known], prompt[known])

    return figure(name, group, title, int(known.sum()), measure, none=none, note=note)
