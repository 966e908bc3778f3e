"""How a run stands while it goes on: its gains, whether gold fell, and a guess of its peak."""

import math
from dataclasses import dataclass, field
from statistics import fmean

from looksgood.audits.live.fall_watch import FallWatch
from looksgood.audits.live.peak_guess import PeakGuess, guess_peak
from looksgood.ops.successive_sd import SuccessiveSd

ENDS = 5
"""Looks that are compared: the last five with the first five, which are the first checkpoint."""


@dataclass(frozen=True, slots=True)
class Gain:
    """How far a score is above where it began, in sds of the responses there."""

    value: float
    half: float
    """Half the width of its 95 % interval: of this look alone, not of all looks together."""

    def __str__(self) -> str:
        """Show it with its interval."""
        return f"{self.value:+.2f} ± {self.half:.2f} sd"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the looks so far say; None is what they are too few for."""

    step: int
    looks: int
    proxy: Gain | None
    gold: Gain | None
    p: float | None
    """Of "gold never fell", all looks so far counted."""
    fell: bool
    """p came down to α: in a run whose gold never falls with probability α at most, ever."""

    @property
    def gap(self) -> float | None:
        """How much more the proxy gained than gold did, in sds of each."""
        return self.proxy.value - self.gold.value if self.proxy and self.gold else None


@dataclass(slots=True)
class _Series:
    """One score: its mean at each look, and how responses and looks scatter."""

    means: list[float] = field(default_factory=list)
    sds: list[float] = field(default_factory=list)
    spread: SuccessiveSd = field(default_factory=SuccessiveSd)

    def add(self, mean: float, sd: float) -> None:
        self.means.append(mean)
        self.sds.append(sd)
        self.spread.add(mean)

    def gain(self) -> Gain | None:
        unit = fmean(self.sds[:ENDS]) if len(self.means) >= 2 * ENDS else 0.0
        if unit <= 0 or self.spread.sd is None:
            return None
        rise = fmean(self.means[-ENDS:]) - fmean(self.means[:ENDS])
        return Gain(rise / unit, 1.96 * self.spread.sd * math.sqrt(2 / ENDS) / unit)


class Monitor:
    """Takes looks at a run, one after the other, and says how it stands.

    A look is a mean over some responses of one step, or of a few. What gold's fall is tested by,
    and what that takes for granted, says `FallWatch`.
    """

    def __init__(self, alpha: float = 0.05) -> None:
        self.alpha = alpha
        self._steps: list[int] = []
        self._proxy, self._gold = _Series(), _Series()
        self._watch = FallWatch()

    def __len__(self) -> int:
        """Count the looks."""
        return len(self._steps)

    @property
    def fell(self) -> bool:
        """Tell whether gold has fallen, by the test: once said, it stays."""
        return self._watch.p is not None and self._watch.p <= self.alpha

    def look(
        self, step: int, proxy: float, gold: float, proxy_sd: float = 0.0, gold_sd: float = 0.0
    ) -> Standing:
        """Take the next look: means, and sds over its responses (0: not known)."""
        self._steps.append(step)
        self._proxy.add(proxy, proxy_sd)
        self._gold.add(gold, gold_sd)
        self._watch.add(gold)
        gains = self._proxy.gain(), self._gold.gain()
        return Standing(step, len(self), *gains, self._watch.p, self.fell)

    def peak(self, end: int) -> PeakGuess | None:
        """Guess where gold will peak in a run that ends at step `end`; None: too few looks."""
        return guess_peak(self._steps, self._gold.means, self._gold.spread.sd or 0.0, end)
