"""E-processes for a normal mean: its variance known, or unknown."""

import numpy as np
from jaxtyping import Float

from looksgood.ops.checks import finite, number, positive


def log_e_normal_mean(
    values: Float[np.ndarray, " n"], null_mean: float, sd: float, prior_sd: float
) -> Float[np.ndarray, " n"]:
    """Return log E after each value, for values of standard deviation `sd` and mean `null_mean`.

    The likelihood ratio averaged over a mean of N(null_mean, prior_sd²):
    −½ log(1 + tτ²/σ²) + S² τ²/(2σ²(σ² + tτ²)), S the sum of deviations. Also valid where values are
    not normal but sub-Gaussian with that sd.

    Source: Robbins (1970), Annals of Mathematical Statistics 41:1397.

    Raises:
        TooFew: there are no values.
        ValueError: a number is not finite, or a standard deviation not positive.
    """
    sums = np.cumsum(finite("values", values) - number("null_mean", null_mean))
    t = np.arange(1, len(sums) + 1)
    ratio = (positive("prior_sd", prior_sd) / positive("sd", sd)) ** 2
    return -0.5 * np.log1p(t * ratio) + (sums / sd) ** 2 * ratio / (2 * (1 + t * ratio))


def log_e_t(
    values: Float[np.ndarray, " n"], null_mean: float, effect_sd: float
) -> Float[np.ndarray, " n"]:
    """Return log E after each value, for normal values of mean `null_mean` and any variance.

    The Bayes factor of `normal_unknown_variance_log_bf_nats` as values come: an effect (mean/σ) of
    N(0, effect_sd²) and p(σ) ∝ 1/σ. For this prior of σ it is an e-process, whatever σ is; one
    value says nothing, so it starts at E = 1.

    Source: Wang & Ramdas (2024), arXiv:2310.03722.

    Raises:
        TooFew: there are no values.
        ValueError: a number is not finite, or effect_sd is not positive.
    """
    away = finite("values", values) - number("null_mean", null_mean)
    t = np.arange(1, len(away) + 1)
    growth = t * positive("effect_sd", effect_sd) ** 2
    sums, squares = np.cumsum(away), np.cumsum(away**2)
    explained = sums**2 / t
    left = np.maximum(squares - explained * growth / (1 + growth), 0)
    # no deviation yet at all: under the null that has probability 0, and E may be anything
    with np.errstate(divide="ignore", invalid="ignore"):
        fit = np.where(squares > 0, np.log(squares) - np.log(left), 0.0)
    return -0.5 * np.log1p(growth) + 0.5 * t * fit
