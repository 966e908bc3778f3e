"""The noise of a series whose mean moves slowly: from how much neighbours differ."""

import math
from collections import deque

RECENT = 20


class SuccessiveSd:
    """Sd of the values of a series: √(½ mean of squared differences of neighbours).

    A mean that moves slowly adds next to nothing to it, unlike to the sd about one mean. It is the
    larger of that of all values and that of the last `RECENT` differences: noise that grew is
    noticed, and noise that shrank is not counted on.

    Source: von Neumann et al. (1941), Annals of Mathematical Statistics 12:153.
    """

    def __init__(self) -> None:
        self.differences = 0
        self._last: float | None = None
        self._sum = 0.0
        self._recent: deque[float] = deque(maxlen=RECENT)

    def add(self, value: float) -> None:
        """Take the next value."""
        if self._last is not None:
            square = (value - self._last) ** 2
            self.differences += 1
            self._sum += square
            self._recent.append(square)
        self._last = value

    @property
    def sd(self) -> float | None:
        """Of the values so far; None before there are two."""
        if not self.differences:
            return None
        overall = self._sum / self.differences
        return math.sqrt(max(overall, sum(self._recent) / len(self._recent)) / 2)
