"""Curves from a log of scalars: neighbouring points gathered, errors as far as it tells."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from looksgood.audits.scalar_log import ScalarLog
from looksgood.audits.subjects.checkpoints import Checkpoints, gather
from looksgood.audits.subjects.subject import Subject
from looksgood.core.audit_result import NotMeasured
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve
from looksgood.ops.difference_noise import Noise, difference_noise

ROUNDING = 1e-9
"""Scatter, as a part of the values, that comes of rounding alone."""

Points = Float[np.ndarray, " points"]


def of_log(log: ScalarLog, run: int, name: str, kl_means: str = "") -> Subject:
    """Return one run of a log as a subject, in order of its steps."""
    here = log.run == run
    checkpoints = gather(log.step[here])
    curves: dict[str, Curve] = {}
    left_out: list[NotMeasured] = []
    for score, values in {**log.scores, "kl": log.kl}.items():
        errors = log.errors.get(score)
        found = _Points.of(values[here], None if errors is None else errors[here])
        if found.points.any():
            curves[score], why = found.curve(checkpoints)
            left_out += [NotMeasured(f"the errors of {score}", line, name) for line in why]
    return Subject(
        name=name,
        curves=curves,
        x_label=log.x_label,
        kl_means=kl_means,
        not_measured=left_out,
    )


@dataclass(frozen=True, slots=True)
class _Points:
    """The points of one score that are used, with their errors where the log has any."""

    values: Points
    errors: Points | None
    points: Bool[np.ndarray, " points"]
    dropped: int
    """Points without an error beside others that have one."""

    @classmethod
    def of(cls, values: Points, errors: Points | None) -> "_Points":
        there = np.isfinite(values)
        if errors is None or not (there & np.isfinite(errors)).any():
            return cls(values, None, there, 0)
        both = there & np.isfinite(errors)
        return cls(values, errors, both, int(there.sum() - both.sum()))

    def curve(self, checkpoints: Checkpoints) -> tuple[Curve, list[str]]:
        """Return the curve over the checkpoints that have points, and what is amiss with it."""
        places, place = np.unique(checkpoints.place[self.points], return_inverse=True)
        x, counts = checkpoints.step[places], np.bincount(place)
        mean = np.bincount(place, weights=self.values[self.points]) / counts
        if self.errors is not None:
            squares = np.bincount(place, weights=self.errors[self.points] ** 2)
            known = np.diag(squares / counts**2)
            why = f"{self.dropped} points have none where others do, and are left out"
            curve = Curve(x, mean, known, np.full(len(x), np.inf), counts * 0)
            return curve, [why] if self.dropped else []
        try:
            noise = _noise(x, mean, counts)
        except TooFew as error:
            unknown = np.full((len(x), len(x)), np.nan)
            return Curve(x, mean, unknown, np.full(len(x), np.inf), counts * 0), [str(error)]
        dof = np.full(len(x), noise.dof)
        return Curve(x, mean, np.diag(noise.variance / counts), dof, counts * 0, pooled=True), []


def _noise(x: Points, mean: Points, counts: Int[np.ndarray, " points"]) -> Noise:
    """Return the noise of one point, from how points scatter.

    Raises:
        TooFew: there are too few, or they do not scatter at all, and yet rise or fall.
    """
    noise = difference_noise(x, mean, counts)
    if noise.variance <= (ROUNDING * np.abs(mean).max()) ** 2 and np.ptp(mean) > 0:
        raise TooFew("points lie exactly on a line: they do not tell their noise")
    return noise
