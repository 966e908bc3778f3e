"""The tilted policy from samples of the base alone, by self-normalised importance weights."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import TooFew
from looksgood.ops.checks import refuse_not_finite
from looksgood.ops.tilt import tilted_policy

Samples = Float[np.ndarray, " samples"]


@dataclass(frozen=True, slots=True)
class TiltedEstimate:
    """What samples of the base say of π_β; each `_se` is a first-order standard error."""

    inverse_beta: float
    kl_nats: float
    kl_se: float
    reward: float
    reward_se: float
    gold: float
    gold_se: float
    covariance: float
    """Cov(gold, reward) under π_β = dE[gold]/d(1/β); below 0 gold falls along the path."""
    effective_samples: float
    """1/Σw²: how many equally weighted samples would be as good."""
    samples: int


def tilt_from_samples(
    reward: Samples, gold: Samples, inverse_beta: float, *, least_effective: float = 100.0
) -> TiltedEstimate:
    """Return KL, mean reward and mean gold of π_β ∝ π₀ e^{r/β} from independent samples of π₀.

    Weights w ∝ e^{r/β}; KL = E[r]/β − log Z. An *estimate*: biased by order 1/(effective samples),
    never above log(samples), and blind to any mode of π_β that the samples do not hold, which
    no effective sample size shows.

    Source: Owen (2013), Monte Carlo theory §9.2–9.3; Kong (1992) for the effective size.

    Raises:
        TooFew: the effective sample size is under `least_effective`: a few samples decide.
        ValueError: as `tilted_policy`.
    """
    refuse_not_finite(reward=reward, gold=gold)
    if reward.shape != gold.shape:
        raise ValueError(f"{len(reward)} rewards and {len(gold)} gold scores: one each is needed")
    count = len(reward)
    tilted = tilted_policy(np.full(count, 1 / count), reward, inverse_beta)
    w = tilted.probs
    effective = 1 / float((w**2).sum())
    if effective < least_effective:
        raise TooFew(
            f"1/β={inverse_beta:.6g} leaves {effective:.1f} effective of {count} samples "
            f"({least_effective:g} are needed): draw more, or tilt less"
        )
    mean = tilted.mean(gold)
    # influence of one sample on the KL: ρ ((r − E r)/β − 1) + 1, ρ = w · samples
    push = w * (inverse_beta * (reward - tilted.reward) - 1) + 1 / count
    return TiltedEstimate(
        inverse_beta,
        tilted.kl_nats,
        float(np.sqrt((push**2).sum())),
        tilted.reward,
        float(np.sqrt((w**2) @ (reward - tilted.reward) ** 2)),
        mean,
        float(np.sqrt((w**2) @ (gold - mean) ** 2)),
        tilted.covariance(gold, reward),
        effective,
        count,
    )
