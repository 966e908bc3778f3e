"""Counts over categories whose shares are unknown: Dirichlet–multinomial evidence, in nats."""

import math

import numpy as np
from jaxtyping import Float, Int
from scipy import special

from looksgood.ops.checks import finite, same_length
from looksgood.ops.log_scores import log_rising


def dirichlet_multinomial_log_score_nats(
    counts: Int[np.ndarray, " categories"], concentration: Float[np.ndarray, " categories"]
) -> float:
    """Return log P(counts) where the shares are predicted as Dirichlet(concentration).

    log n! − Σ log x_k! + log Γ(A) − log Γ(A + n) + Σ [log Γ(a_k + x_k) − log Γ(a_k)], A = Σ a_k.

    Raises:
        ValueError: a count is negative, a concentration not positive, or lengths differ.
    """
    return _log_coefficient(counts) + _log_evidence(counts, _positive(counts, concentration))


def multinomial_log_score_nats(
    counts: Int[np.ndarray, " categories"], shares: Float[np.ndarray, " categories"]
) -> float:
    """Return log P(counts) for a prediction that names the shares; −∞ where it excluded one.

    Raises:
        ValueError: a count is negative, the shares are negative or do not sum to 1.
    """
    same_length(counts=counts, shares=shares)
    shares = finite("shares", shares)
    if (shares < 0).any() or abs(shares.sum() - 1) > 1e-9:
        raise ValueError(f"shares sum to {shares.sum():.9g}: at least 0 each, 1 together")
    return _log_coefficient(counts) + float(special.xlogy(counts, shares).sum())


def different_shares_log_bf_nats(
    table: Int[np.ndarray, "groups categories"], concentration: Float[np.ndarray, " categories"]
) -> float:
    """Return log BF₁₀: each group has shares of its own, against all groups sharing one.

    Shares are Dirichlet(concentration) in both cases. With two categories this compares rates.

    Source: Gunel & Dickey (1974), Biometrika 61:545, group sizes fixed.

    Raises:
        ValueError: a count is negative, a concentration not positive, or lengths differ.
    """
    apart = sum(_log_evidence(row, _positive(row, concentration)) for row in table)
    return apart - _log_evidence(table.sum(axis=0), _positive(table[0], concentration))


def _log_evidence(
    counts: Int[np.ndarray, " categories"], concentration: Float[np.ndarray, " categories"]
) -> float:
    total = log_rising(float(concentration.sum()), int(counts.sum()))
    each = [log_rising(float(a), int(x)) for a, x in zip(concentration, counts, strict=True)]
    return sum(each) - total


def _log_coefficient(counts: Int[np.ndarray, " categories"]) -> float:
    if len(counts) == 0 or (counts < 0).any():
        raise ValueError(f"counts {counts.tolist()}: one of at least 0 per category is needed")
    return math.lgamma(int(counts.sum()) + 1) - float(special.gammaln(counts + 1.0).sum())


def _positive(
    counts: Int[np.ndarray, " categories"], concentration: Float[np.ndarray, " categories"]
) -> Float[np.ndarray, " categories"]:
    same_length(counts=counts, concentration=concentration)
    concentration = finite("concentration", concentration)
    if (concentration <= 0).any() or (counts < 0).any():
        raise ValueError("concentrations must be above 0, and counts at least 0")
    return concentration
