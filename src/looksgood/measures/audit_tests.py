"""One-sided tests of many audits at once, each after its first 50, 100 … labels.

Arrays hold one audit a row. As `ops.ppi.ppi_mean` and the textbook's t tests, without a loop.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy import special

Scores = Float[np.ndarray, "audits labels"]
Table = Float[np.ndarray, "audits sizes"]
Sizes = Int[np.ndarray, " sizes"]
Says = Bool[np.ndarray, "audits sizes"]


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Mean and variance of each audit's first labels, at each size."""

    mean: Table
    variance: Table
    """With ddof 1."""

    @classmethod
    def of(cls, scores: Scores, sizes: Sizes) -> "Prefixes":
        """Read them off."""
        mean = sums(scores, sizes) / sizes
        squares = sums(scores**2, sizes) / sizes
        return cls(mean, np.maximum(squares - mean**2, 0) * sizes / (sizes - 1))


def sums(scores: Scores, sizes: Sizes) -> Table:
    """Return each audit's sum over its first labels, at each size; sizes rise."""
    return np.add.reduceat(scores, [0, *sizes[:-1]], axis=1).cumsum(1)


def paired_says(differences: Prefixes, sizes: Sizes, alpha: float) -> Says:
    """Return which audits say that the mean difference is above 0: Student's t."""
    return _above(differences.mean, differences.variance / sizes, sizes - 1.0, alpha)


def unpaired_says(policy: Prefixes, base: Prefixes, sizes: Sizes, alpha: float) -> Says:
    """Return which audits say that the base's mean is above the policy's: Welch's t."""
    both = policy.variance + base.variance
    with np.errstate(invalid="ignore"):  # 0/0 where no score differs: then nothing is said
        dof = both**2 * (sizes - 1) / (policy.variance**2 + base.variance**2)
    return _above(base.mean - policy.mean, both / sizes, dof, alpha)


def beside_says(
    truth: Scores,
    cheap: Scores,
    cheap_limit: Table,
    cheap_variance: float,
    beside: int,
    sizes: Sizes,
    alpha: float,
) -> Says:
    """Return which audits say so with a cheap judge beside the truth: PPI++ with tuned λ.

    `cheap_limit` is the cheap judge's mean over `beside` × n labels on other prompts, and
    `cheap_variance` what one of them varies by, which so many tell.
    """
    y, f = (Prefixes.of(scores, sizes) for scores in (truth, cheap))
    covariance = (sums(truth * cheap, sizes) / sizes - y.mean * f.mean) * sizes / (sizes - 1)
    lam = np.clip(covariance / ((1 + 1 / beside) * (cheap_variance or 1.0)), 0, 1)
    left = np.maximum(y.variance - 2 * lam * covariance + lam**2 * f.variance, 0)
    labelled = left * (sizes - 1) / (sizes - 2) / sizes
    others, more = lam**2 * cheap_variance / (beside * sizes), beside * sizes - 1
    with np.errstate(invalid="ignore"):
        dof = (labelled + others) ** 2 / (labelled**2 / (sizes - 2) + others**2 / more)
    return _above(y.mean + lam * (cheap_limit - f.mean), labelled + others, dof, alpha)


def _above(mean: Table, squared_error: Table, dof: np.ndarray, alpha: float) -> Says:
    return mean > special.stdtrit(dof, 1 - alpha) * np.sqrt(squared_error)
