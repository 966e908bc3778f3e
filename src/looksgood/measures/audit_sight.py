"""What one label of a judge shows of a fall, by the size of the fall."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol, runtime_checkable

import numpy as np

from looksgood.ops.power import detectable_effect, power_of
from looksgood.ops.root import find_root

TARGET = 0.8
"""The power that audits are commonly planned for."""
SD = math.sqrt(2)
"""Of the difference of two independent responses to one prompt, in base sd: each varies by 1."""


@runtime_checkable
class Sight(Protocol):
    """What is seen of a fall."""

    def seen(self, drop: float) -> float:
        """Return the mean difference that is seen, base less policy."""
        ...

    def sd(self, drop: float) -> float:
        """Return what a label varies by."""
        ...

    def detectable(self, labels: int, alpha: float) -> float | None:
        """Return the smallest fall noticed with `TARGET`; None where none is that is known of."""
        ...

    def beside(self, correlation: float) -> "Sight":
        """Return what is seen with a cheap judge beside, known on very many more prompts."""
        ...


@dataclass(frozen=True, slots=True)
class FullSight:
    """A judge who sees the whole fall, whatever its size."""

    difference_sd: float = SD

    def seen(self, drop: float) -> float:
        """Return the fall itself."""
        return drop

    def sd(self, drop: float) -> float:
        """Return the same for every fall."""
        del drop
        return self.difference_sd

    def detectable(self, labels: int, alpha: float) -> float:
        """Return the smallest fall that is noticed with `TARGET`."""
        return detectable_effect(labels, self.difference_sd, alpha, TARGET)

    def beside(self, correlation: float) -> "FullSight":
        """Return the same with √(1 − ρ²) of the sd."""
        return FullSight(self.difference_sd * math.sqrt(1 - correlation**2))


@dataclass(frozen=True, slots=True)
class MeasuredSight:
    """What a run measured of a judge at several falls; between them by straight lines."""

    drops: Sequence[float]
    """From 0, rising."""
    means: Sequence[float]
    sds: Sequence[float]

    def seen(self, drop: float) -> float:
        """Return the mean difference that is seen, base less policy."""
        return float(np.interp(drop, self.drops, self.means))

    def sd(self, drop: float) -> float:
        """Return what a label varies by."""
        return float(np.interp(drop, self.drops, self.sds))

    def detectable(self, labels: int, alpha: float) -> float | None:
        """Return the smallest fall that is noticed with `TARGET`; None where none measured is."""

        def beyond(drop: float) -> float:
            return power_of(labels, self.sd(drop), self.seen(drop), alpha) - TARGET

        tried = np.linspace(0, self.drops[-1], 401).tolist()
        for low, high in pairwise(tried):
            if beyond(high) >= 0:
                return find_root(beyond, low, high)
        return None

    def beside(self, correlation: float) -> "MeasuredSight":
        """Return the same with √(1 − ρ²) of the sd."""
        left = math.sqrt(1 - correlation**2)
        return replace(self, sds=[left * sd for sd in self.sds])
