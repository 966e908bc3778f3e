"""A score's curve laid over d = √KL instead of steps."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from looksgood.core.audit_result import Drawn
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve


@dataclass(frozen=True, slots=True)
class OverKl:
    """A score where its KL is known too, in the order of the run."""

    d: Float[np.ndarray, " checkpoints"]
    """√KL in √nats; 0 where the mean KL is negative, which only an estimate is."""
    score: Curve

    def drawn(self, label: str) -> Drawn:
        """Return the line, each point with its own 95 % interval where its error is known."""
        low, high = known_limits(self.score)
        return Drawn(
            label=label, x=self.d.tolist(), y=[*self.score.mean.tolist()], low=low, high=high
        )


def over_kl(kl: Curve, score: Curve) -> OverKl:
    """Return `score` at the checkpoints at which `kl` is known too."""
    _, here, there = np.intersect1d(kl.x, score.x, return_indices=True)
    picked = replace(
        score,
        x=score.x[there],
        mean=score.mean[there],
        covariance=score.covariance[np.ix_(there, there)],
        dof=score.dof[there],
        n=score.n[there],
    )
    return OverKl(np.sqrt(np.maximum(kl.mean[here], 0.0)), picked)


def known_limits(curve: Curve) -> tuple[list[float | None], list[float | None]]:
    """Return 95 % limits of each checkpoint by itself; None where the error is not known."""
    try:
        ends = curve.limits()
    except TooFew:
        unknown: list[float | None] = [None] * len(curve.x)
        return unknown, unknown
    low, high = ([x if np.isfinite(x) else None for x in end.tolist()] for end in ends)
    return low, high
