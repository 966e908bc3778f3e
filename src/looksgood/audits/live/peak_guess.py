"""Where gold will peak: a guess, and called one wherever it is shown.

Of the forecasts that this project tried (`looksgood run forecast`) none was better than saying
"now"; a Gaussian process was at least better than no idea, so it is what guesses here. Of planted
peaks (Gao's form and a parabola, 200 looks, 25 each) its range held 84 to 92 % when 30 looks were
in, 56 to 72 % at 80, 84 to 100 % at 140; its middle was off by more than "halfway" at 30 looks, by
as much at 80, and by half as much or less at 140, where most peaks lay behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from looksgood.core.seeds import Seed
from looksgood.ops.gaussian_process import fit_gaussian_process, process_draws

FEWEST = 10
BLOCKS = 40
"""Looks are averaged into at most so many points."""
DRAWS = 400
PLACES = 80


@dataclass(frozen=True, slots=True)
class PeakGuess:
    """Steps at which gold may be highest, over the whole run from its first look to its end."""

    step: float
    """The middle guess: as many draws of the curve peak before it as after it."""
    low: float
    high: float
    """Four of five draws peak between these; no interval that holds a stated share of peaks."""


def guess_peak(
    steps: Sequence[int], gold: Sequence[float], sd: float, end: int
) -> PeakGuess | None:
    """Return where curves drawn from a Gaussian process through the looks are highest.

    `sd` is that of one look's mean. Ahead of the data a process returns to its mean, so that a
    rise is not taken to go on for long. None: fewer than 10 looks, or gold that does not vary.
    """
    if len(steps) < FEWEST or not sd > 0 or np.ptp(gold) == 0 or steps[0] == steps[-1]:
        return None
    parts = np.array_split(np.arange(len(steps)), min(BLOCKS, len(steps)))
    x = _means(np.array(steps, dtype=float), parts)
    errors = np.array([sd / len(part) ** 0.5 for part in parts])
    process = fit_gaussian_process(x, _means(np.array(gold), parts), sd=errors)
    now = float(steps[-1])
    places = np.linspace(float(steps[0]), max(float(end), now), PLACES)
    normals = Seed(("peak-guess", len(steps))).numpy().standard_normal((DRAWS, PLACES))
    peaks = places[process_draws(process, places, normals).argmax(axis=1)]
    low, middle, high = np.quantile(peaks, [0.1, 0.5, 0.9]).tolist()
    return PeakGuess(middle, low, high)


def _means(
    values: Float[np.ndarray, " looks"], parts: Sequence[np.ndarray]
) -> Float[np.ndarray, " parts"]:
    return np.array([values[part].mean() for part in parts])
