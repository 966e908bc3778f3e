"""The least change of a policy, in KL, after which mean scores lie where they are told to.

Of all policies with E[s_i] = t_i the one nearest to the base has π ∝ π₀ e^{Σ λ_i s_i}: the base,
tilted, with one λ per score for all prompts. By Sanov's theorem it is what the base would most
probably look like, were it seen to have those means.

Source: Csiszár (1975), Ann. Probab. 3:146, I-projections; Cover & Thomas (2006), §11.4–11.5.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from looksgood.ops.checks import refuse_not_finite

_STEPS = 100
_EXACT = 1e-9
"""In the scores' units: how near to its target a mean has to come."""
_ROUNDING = 1e-13
"""Of the dual, in nats: near its minimum a step's gain is smaller than this."""


class OutOfReach(ValueError):
    """No policy that says only what the pool holds has such means."""


@dataclass(frozen=True, slots=True)
class MomentTilt:
    """The base, tilted, as weights of a pool of its samples."""

    weights: Float[np.ndarray, "prompts pool"]
    """Each prompt's sum to 1."""
    multipliers: Float[np.ndarray, " scores"]
    """λ, in 1/(unit of the score)."""
    kl_nats: Float[np.ndarray, " prompts"]
    """KL(π‖π₀), the pool for π₀: at most log(pool)."""

    @property
    def effective_samples(self) -> float:
        """Return 1/Σw², the harmonic mean over prompts: of how many samples the pool is worth."""
        return float(1 / (self.weights**2).sum(1).mean())


def moment_tilt(
    scores: Float[np.ndarray, "scores prompts pool"], targets: Float[np.ndarray, " scores"]
) -> MomentTilt:
    """Return the policy nearest to the pool whose mean of each score is its target.

    Means are over all prompts, each counting the same. λ minimises the convex dual,
    mean over prompts of log E₀ e^{λ·(s − t)}, whose minimum is −KL: where it falls below
    −log(pool) there is no such policy.

    Raises:
        OutOfReach: no weights of the pool have these means, or none that keep every sample.
        ValueError: a score or a target is not finite.
    """
    refuse_not_finite(scores=scores, targets=targets)
    away = scores - targets[:, None, None]
    multipliers = np.zeros(len(targets))
    dual, weights = _tilted(away, multipliers)
    for _ in range(_STEPS):
        means = (weights * away).sum(-1)
        slope = means.mean(-1)
        if np.abs(slope).max() <= _EXACT:
            return MomentTilt(weights, multipliers, _kl(weights))
        if dual < -np.log(scores.shape[-1]):
            break
        moved = np.einsum("apk,bpk->ab", weights * away, away) / scores.shape[1]
        curvature = moved - means @ means.T / scores.shape[1]
        # least squares: two scores of which one follows from the other have no inverse
        step = -np.linalg.lstsq(curvature, slope, rcond=1e-12)[0]
        size = 1.0
        while True:
            further, changed = _tilted(away, multipliers + size * step)
            enough = dual + 1e-4 * size * float(slope @ step) + _ROUNDING
            if further <= enough or size < 1e-9:
                break
            size /= 2
        multipliers, dual, weights = multipliers + size * step, further, changed
    raise OutOfReach(
        f"no weights of {scores.shape[-1]} samples per prompt bring these means to "
        f"{', '.join(f'{target:g}' for target in targets)}"
    )


def _tilted(
    away: Float[np.ndarray, "scores prompts pool"], multipliers: Float[np.ndarray, " scores"]
) -> tuple[float, Float[np.ndarray, "prompts pool"]]:
    """Return the dual and the weights at λ."""
    lift = np.tensordot(multipliers, away, 1)
    top = lift.max(-1, keepdims=True)
    raised = np.exp(lift - top)
    total = raised.sum(-1, keepdims=True)
    return float((np.log(total / lift.shape[-1]) + top).mean()), raised / total


def _kl(weights: Float[np.ndarray, "prompts pool"]) -> Float[np.ndarray, " prompts"]:
    held = np.where(weights > 0, weights, 1.0)
    return (weights * np.log(held * weights.shape[-1])).sum(-1)
