"""How much of the gap between a supervisor and a student's ceiling the student recovers."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from looksgood.measures.ratio import ratio

LEAST_POINTS, LEAST_ERRORS = 0.05, 3.0
"""A smaller gap (as a share), or one of fewer standard errors, is no gap to divide by."""

Numbers = NDArray[np.float64]


def gap_recovered(student: Numbers, weak: Numbers, ceiling: Numbers) -> Numbers:
    """Return (student − weak) / (ceiling − weak): 0 as good as its supervisor, 1 as its ceiling.

    The ceiling is the same student taught by the truth. NaN where the ceiling is not above the
    supervisor. Neither 0 nor 1 bounds it.

    Source: performance gap recovered, Burns et al. (2023), arXiv:2312.09390 §3.
    """
    return ratio(np.asarray(student - weak), np.asarray(ceiling - weak))


@dataclass(frozen=True, slots=True)
class Gap:
    """What there is to recover: a share of questions, with its standard error."""

    size: float
    error: float

    @classmethod
    def of(cls, gap: float, draws: Numbers) -> "Gap":
        """Take the error from what resampling gave."""
        return cls(float(gap), float(np.std(draws, ddof=1)))

    def __str__(self) -> str:
        """Say it in points and standard errors."""
        return f"the gap is {100 * self.size:.1f} points, {self.errors:.1f} SE"

    @property
    def errors(self) -> float:
        """The gap in standard errors; without any error it is as many as one likes."""
        if self.error == 0:
            return math.copysign(math.inf, self.size) if self.size else 0.0
        return self.size / self.error

    @property
    def is_enough(self) -> bool:
        """Whether a share of it means anything.

        Where every accuracy is that of chance, noise is divided by noise: a released table of
        weak-to-strong results has 0.81 and −0.12 from accuracies between 0.486 and 0.500.
        """
        return self.size >= LEAST_POINTS and self.errors >= LEAST_ERRORS
