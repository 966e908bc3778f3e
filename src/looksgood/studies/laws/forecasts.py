"""Forecasts of gold's peak along training, each from the points up to a KL, and their scores."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.measures.matched import at_first_reach, root_kl
from looksgood.ops.crps import crps_empirical
from looksgood.ops.gaussian_process import GaussianProcess, fit_gaussian_process
from looksgood.ops.peak_forecast import (
    Draws,
    covariance_shape,
    evenly_ahead,
    peak_by_process,
    peak_by_shape,
    rl_form_shape,
)

FORECASTERS = ("gao", "process", "covariance")
BASELINES = ("no-idea", "stop-now", "other-seeds")
COVARIANCE = "proxy_gold_covariance"
SLOPE = f"channel.{COVARIANCE}"
GRID = 100
"""Places on which a process's curves are drawn."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Wiggle:
    """How a process of one path's gold varies: the hyper-parameters that make it likeliest."""

    amplitude: float
    length: float


@dataclass(frozen=True)
class Path:
    """One training run, the base first; sd are standard errors over prompts."""

    d: np.ndarray
    gold: np.ndarray
    gold_sd: np.ndarray
    slope: np.ndarray
    slope_sd: np.ndarray

    @property
    def peak(self) -> float | None:
        """The d where gold is highest; None at the last point: beyond it nothing is known."""
        best = int(self.gold.argmax())
        return None if best == len(self.gold) - 1 else float(self.d[best])

    @property
    def sign_change(self) -> float | None:
        """The d where the covariance first falls to 0, between points linearly; None if never."""
        found = float(at_first_reach(-self.slope, self.d, np.array(0.0)))
        return found if np.isfinite(found) else None

    @cached_property
    def wiggle(self) -> Wiggle | None:
        """Of the whole path; None with fewer than 4 points."""
        if len(self.d) < 4:
            return None
        fit = fit_gaussian_process(self.d, self.gold, sd=self.gold_sd)
        return Wiggle(fit.amplitude, fit.length)

    def until(self, kl_nats: float) -> "Path":
        """Return the points before KL first exceeds this."""
        over = self.d**2 > kl_nats
        count = int(over.argmax()) if over.any() else len(self.d)
        parts = (self.d, self.gold, self.gold_sd, self.slope, self.slope_sd)
        return Path(*(part[:count] for part in parts))


def paths_of(rows: Iterable[Row]) -> dict[int, Path]:
    """Return each seed's path from the per-prompt rows of one arm with one penalty.

    Raises:
        TooFew: there is no training run, or gold or the covariance is unknown.
    """
    points: dict[tuple[int, int], list[Row]] = {}
    for row in rows:
        if row["optimizer"] != "best_of_n":
            points.setdefault((row["seed"], row["step"]), []).append(row)
    if not any(step for _, step in points):
        raise TooFew("no cell of this arm is complete")
    found = {}
    for seed in sorted({seed for seed, _ in points}):
        steps = sorted(step for own, step in points if own == seed)
        columns = [
            _over_prompts([points[seed, step] for step in steps], n) for n in ("gold", SLOPE)
        ]
        kl, _ = _over_prompts([points[seed, step] for step in steps], "kl")
        found[seed] = Path(root_kl(kl), *columns[0], *columns[1])
    return found


def forecasts(path: Path, others: Sequence[Path], kl_nats: float) -> dict[str, Draws]:
    """Return every forecast of a path's peak from its points up to a KL, as draws of d.

    The other seeds' whole paths give the range of what is possible (up to twice their farthest
    peak), the process's length and amplitude, and their own peaks. All are told that the peak lies
    ahead of the last point used.

    Raises:
        TooFew: no other seed has a peak within its path.
    """
    known = path.until(kl_nats)
    now = float(known.d[-1])
    peaks = np.array([peak for other in others if (peak := other.peak) is not None])
    if not len(peaks):
        raise TooFew("no other seed's gold peaks within its path: nothing tells how far to look")
    far = 2 * max(float(peaks.max()), now)
    no_idea = evenly_ahead(now, far)
    ahead = peaks[peaks > now]
    gold = (known.d[1:], known.gold[1:], known.gold_sd[1:])
    slope = (known.d, known.slope, known.slope_sd)
    normals = Seed(("forecast", "curves")).numpy().normal(size=(len(no_idea), GRID))
    return {
        "gao": peak_by_shape(rl_form_shape, *gold, now, far),
        "process": peak_by_process(_process(known, others), now, far, normals),
        "covariance": peak_by_shape(covariance_shape, *slope, now, far),
        "no-idea": no_idea,
        "stop-now": np.array([now]),
        "other-seeds": ahead if len(ahead) else no_idea,
    }


def scores(paths: Mapping[int, Path], kls: Sequence[float]) -> dict[int, dict[str, float]]:
    """Return, by seed, each forecast's mean CRPS (√nats) over the KLs that lie before its peak.

    A seed whose peak is not within its path, or before the first KL, has no score.

    Raises:
        TooFew: as `forecasts`.
    """
    found = {}
    for seed, path in paths.items():
        peak = path.peak
        if peak is None:
            continue
        others = [other for own, other in paths.items() if own != seed]
        ahead = [kl for kl in kls if path.until(kl).d[-1] < peak]
        made = [forecasts(path, others, kl) for kl in ahead]
        if made:
            found[seed] = {
                name: float(np.mean([crps_empirical(one[name], peak) for one in made]))
                for name in (*FORECASTERS, *BASELINES)
            }
    return found


def _process(known: Path, others: Sequence[Path]) -> GaussianProcess:
    """Return the process of the other seeds' hyper-parameters (medians), on these points."""
    fits = [fit for other in others if (fit := other.wiggle) is not None]
    if not fits:
        raise TooFew("no other seed has 4 points: a process's length is not known")
    amplitude = float(np.median([fit.amplitude for fit in fits]))
    length = float(np.median([fit.length for fit in fits]))
    noise = np.diag(known.gold_sd**2)
    return GaussianProcess("matern52", known.d, known.gold, noise, amplitude, length, np.nan)


def _over_prompts(points: list[list[Row]], name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return means over prompts and their standard errors, point by point."""
    tables = [[row.get(name) for row in rows] for rows in points]
    if any(value is None for table in tables for value in table):
        raise TooFew(f"this run does not know {name}")
    values = [np.array(table, dtype=float) for table in tables]
    means = np.array([table.mean() for table in values])
    # prompts that all agree say nothing of the error: a small one stands for none
    errors = [max(table.std(ddof=1) / len(table) ** 0.5, 1e-6) for table in values]
    return means, np.array(errors)
