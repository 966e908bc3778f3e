"""A finding: one statistic with its interval, held against a criterion written before the run."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from looksgood.measures.resample import Resampled, interval

POSITIVE = float(np.nextafter(0, 1))
"""A claim of "above 0" is met at least here."""
Statistic = Callable[[dict[str, np.ndarray]], np.ndarray]
"""Of curves by name, each (..., points), to a number for each of the leading axes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """As design.md fixes it; `met` is None where the data cannot say."""

    study: str
    name: str
    statement: str
    estimate: float | None
    low: float | None
    high: float | None
    criterion: str
    met: bool | None
    controls: str

    def as_row(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Claim:
    """A finding before the run: its statistic and what would meet it.

    A statistic that is NaN on the data (a peak that gold never leaves) supports no claim: not met.
    """

    name: str
    statement: str
    statistic: Statistic
    criterion: str
    at_least: float | None = None
    """Met if the interval's lower end reaches this."""
    below: float | None = None
    """Met if the interval's upper end stays under this."""
    controls: str = ""
    needs: tuple[str, ...] = ("gold",)
    """The columns without which the data cannot tell."""

    def find(self, study: str, curves: Resampled | None, reason: str = "") -> Finding:
        """Hold the claim against the data, or say that they cannot tell."""
        if curves is None:
            return self._unknown(study, reason)
        for column in self.needs:
            if column not in curves.mean:
                return self._unknown(study, f"this run does not know {column}")
        estimate = float(self.statistic(curves.mean))
        low, high = interval(self.statistic(curves.draws))
        met = True
        if self.at_least is not None:
            met &= low >= self.at_least
        if self.below is not None:
            met &= high < self.below
        return Finding(
            study,
            self.name,
            self.statement,
            _finite(estimate),
            _finite(low),
            _finite(high),
            self.criterion,
            bool(met) and not np.isnan(estimate),
            self.controls,
        )

    def _unknown(self, study: str, reason: str) -> Finding:
        controls = f"cannot say: {reason}" if reason else self.controls
        return Finding(
            study, self.name, self.statement, None, None, None, self.criterion, None, controls
        )


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
