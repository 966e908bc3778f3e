"""Evidence for a linear model with a normal-inverse-gamma prior, in closed form.

y = X β + ε, ε ~ N(0, σ² W), β | σ² ~ N(mean, σ² covariance), σ² ~ InverseGamma(shape, rate).
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import linalg, special

from looksgood.ops.checks import finite, positive, same_length

_LOG_2PI = math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class NormalInverseGamma:
    """What is believed of (β, σ²): σ² ~ InverseGamma(shape, rate), β | σ² ~ N(mean, σ² covariance).

    β itself is then Student t with 2·shape degrees of freedom and scale matrix rate/shape times
    `covariance`; the mean of σ² is rate/(shape − 1).
    """

    mean: Float[np.ndarray, " coefficients"]
    covariance: Float[np.ndarray, "coefficients coefficients"]
    shape: float
    rate: float

    def __post_init__(self) -> None:
        finite("mean", self.mean)
        positive("shape", self.shape)
        positive("rate", self.rate)
        if not np.array_equal(self.covariance, self.covariance.T):
            raise ValueError("covariance: it must be symmetric")
        try:
            linalg.cholesky(self.covariance)
        except linalg.LinAlgError as error:
            raise ValueError("covariance: it must be positive definite") from error


@dataclass(frozen=True, slots=True)
class LinearEvidence:
    """The log marginal likelihood in nats, and what is believed after the data."""

    log_evidence_nats: float
    posterior: NormalInverseGamma


def linear_evidence(
    design: Float[np.ndarray, "points coefficients"],
    outcome: Float[np.ndarray, " points"],
    prior: NormalInverseGamma,
    noise_variance: Float[np.ndarray, " points"] | None = None,
) -> LinearEvidence:
    """Return log p(outcome | design, prior) and the posterior.

    The outcome is multivariate t: 2·shape degrees of freedom, location X·mean and scale matrix
    rate/shape (W + X·covariance·Xᵀ). `noise_variance` is the diagonal of W, each point's error
    variance relative to σ² (1 where not given). The evidence is taken from the points' own
    covariance matrix by Cholesky, so near-collinear columns do no harm.

    Source: Bishop (2006), Pattern Recognition and Machine Learning, exercise 3.23 and §3.5;
    O'Hagan & Forster (2004), Kendall's Advanced Theory of Statistics 2B §11.

    Raises:
        TooFew: there are no points.
        ValueError: something is not finite, a variance is not positive, or shapes do not fit.
    """
    outcome = finite("outcome", outcome)
    finite("design", design.ravel())
    n = same_length(design=design, outcome=outcome)
    if design.shape[1] != len(prior.mean):
        raise ValueError(f"{design.shape[1]} columns, {len(prior.mean)} coefficients in the prior")
    noise = np.ones(n) if noise_variance is None else finite("noise_variance", noise_variance)
    if len(noise) != n or (noise <= 0).any():
        raise ValueError(f"noise_variance: one value above 0 for each of {n} points is needed")
    away = outcome - design @ prior.mean
    spread = np.diag(noise) + design @ prior.covariance @ design.T
    factor = linalg.cholesky(spread, lower=True)
    whitened = linalg.solve_triangular(factor, away, lower=True)
    shape, rate = prior.shape + n / 2, prior.rate + float(whitened @ whitened) / 2
    log_evidence = (
        -0.5 * n * _LOG_2PI
        - float(np.log(np.diag(factor)).sum())
        + prior.shape * math.log(prior.rate)
        - shape * math.log(rate)
        + math.lgamma(shape)
        - math.lgamma(prior.shape)
    )
    gain = linalg.solve_triangular(factor, design @ prior.covariance, lower=True)
    covariance = prior.covariance - gain.T @ gain
    posterior = NormalInverseGamma(
        mean=prior.mean + gain.T @ whitened,
        covariance=(covariance + covariance.T) / 2,
        shape=shape,
        rate=rate,
    )
    return LinearEvidence(log_evidence, posterior)


def log_share_below_zero_nats(
    belief: NormalInverseGamma, contrast: Float[np.ndarray, " coefficients"]
) -> tuple[float, float]:
    """Return log P(contrast·β < 0) and log P(contrast·β ≥ 0) under `belief`.

    contrast·β is Student t; both tails are taken by their logarithm, so neither underflows.

    Raises:
        ValueError: the contrast is 0 throughout, or its length is not that of β.
    """
    same_length(contrast=contrast, mean=belief.mean)
    variance = float(contrast @ belief.covariance @ contrast) * belief.rate / belief.shape
    if not variance > 0:
        raise ValueError("contrast: at least one weight must differ from 0")
    t = float(contrast @ belief.mean) / math.sqrt(variance)
    dof = 2 * belief.shape
    return log_t_cdf_nats(-t, dof), log_t_cdf_nats(t, dof)


def log_t_cdf_nats(t: float, dof: float) -> float:
    """Return log P(T < t), T Student t with `dof` degrees of freedom; far tails do not underflow.

    Raises:
        ValueError: t is NaN or dof is not positive.
    """
    positive("dof", dof)
    share = float(special.stdtr(dof, t))
    if share > 0.1:
        return math.log(share)
    # ½ I_x(a, ½), x = ν/(ν + t²): the factor before the series is taken by its logarithm
    x, a = dof / (dof + t * t), dof / 2
    log_front = a * math.log(x) + 0.5 * math.log1p(-x) - math.log(2 * a)
    series = float(special.hyp2f1(a + 0.5, 1.0, a + 1.0, x))
    return log_front - float(special.betaln(a, 0.5)) + math.log(series)
