"""Prediction-powered means: few expert labels, corrected by a judge who saw everything.

θ = λ mean_N f + mean_n (Y − λ f): the judge's mean over N unlabelled items, its error estimated on
n labelled ones. λ = 1 is PPI, λ = 0 the labels alone. Labelled and unlabelled items are disjoint
samples of one population; for a pool from which labels were drawn see `finite_pool`.

The judge's use, ρ², falls as a policy learns to exploit it: estimate at each checkpoint anew. Rare
outcomes (5 % at n = 30) need exact or betting limits: no normal interval covers there.

Source: Angelopoulos et al. (2023), arXiv:2301.09633; Angelopoulos, Duchi & Zrnic (2023),
arXiv:2311.01453 (PPI++).
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from looksgood.ops.checks import finite, number, same_length
from looksgood.ops.t_interval import Interval, t_interval, welch_dof


@dataclass(frozen=True, slots=True)
class PPIMean:
    """A mean, its interval, and how far the judge was relied on."""

    mean: Interval
    lam: float
    """λ; with cross-fitting the mean of the folds' λ."""
    correlation: float
    """ρ between judge and expert on the labelled items; NaN where either is constant."""


def ppi_mean(
    labels: Float[np.ndarray, " n"],
    judged: Float[np.ndarray, " n"],
    judged_unlabelled: Float[np.ndarray, " m"],
    lam: float | None = None,
    confidence: float = 0.95,
    form: Literal["t", "z"] = "t",
) -> PPIMean:
    """Return the PPI++ mean; λ is tuned and clipped to [0, 1] unless given.

    λ = Cov(Y, f)/((1 + n/N) Var f), the covariance from labelled items and the variance from all.
    `form="z"` is the published one (ddof 0, normal quantile: what ppi-python computes); `form="t"`
    holds for small n too: ddof 1, one more where λ was tuned, Welch's t quantile.

    Raises:
        TooFew: under 2 labels (3 where λ is tuned and form is "t"), or under 2 unlabelled items.
        ValueError: something is not finite, or lengths differ.
    """
    same_length(labels=labels, judged=judged)
    tuned = lam is None
    labels = finite("labels", labels, at_least=3 if tuned and form == "t" else 2)
    judged, rest = finite("judged", judged), finite("judged_unlabelled", judged_unlabelled, 2)
    used = tuned_lambda(labels, judged, rest, int(form == "t")) if lam is None else lam
    number("lam", used)
    ddof = (2 if tuned else 1) if form == "t" else 0
    n, residuals = len(labels), labels - used * judged
    variances = (
        float(residuals.var() * n / (n - ddof)) / n,
        used**2 * float(rest.var(ddof=int(form == "t"))) / len(rest),
    )
    dof = welch_dof(variances, (n - ddof, len(rest) - 1)) if form == "t" else math.inf
    value = used * float(rest.mean()) + float(residuals.mean())
    interval = t_interval(value, math.sqrt(sum(variances)), dof, confidence)
    return PPIMean(interval, used, correlation(labels, judged))


def ppi_mean_cross_fitted(
    labels: Float[np.ndarray, " n"],
    judged: Float[np.ndarray, " n"],
    judged_unlabelled: Float[np.ndarray, " m"],
    folds: int = 2,
    confidence: float = 0.95,
) -> PPIMean:
    """Return the PPI++ mean with each item's λ tuned on the other folds: no bias from tuning.

    Item i is in fold i mod `folds`, so items must come in random order. Student t with ddof 1.

    Raises:
        TooFew: under 2 labels remain for tuning some fold, or under 2 unlabelled items.
        ValueError: something is not finite, lengths differ, or folds < 2.
    """
    if folds < 2:
        raise ValueError(f"folds={folds}: at least 2 are needed")
    same_length(labels=labels, judged=judged)
    labels, judged = finite("labels", labels, at_least=2 * folds), finite("judged", judged)
    rest = finite("judged_unlabelled", judged_unlabelled, 2)
    n, fold = len(labels), np.arange(len(labels)) % folds
    lams = np.empty(n)
    for k in range(folds):
        lams[fold == k] = tuned_lambda(labels[fold != k], judged[fold != k], rest)
    # about the judge's mean, so that folds of different λ do not differ by it
    scores = labels - lams * (judged - rest.mean())
    lam = float(lams.mean())
    variances = (float(scores.var(ddof=1)) / n, lam**2 * float(rest.var(ddof=1)) / len(rest))
    dof = welch_dof(variances, (n - 1, len(rest) - 1))
    interval = t_interval(float(scores.mean()), math.sqrt(sum(variances)), dof, confidence)
    return PPIMean(interval, lam, correlation(labels, judged))


def tuned_lambda(
    labels: Float[np.ndarray, " n"],
    judged: Float[np.ndarray, " n"],
    judged_unlabelled: Float[np.ndarray, " m"],
    ddof: int = 1,
) -> float:
    """Return Cov(Y, f)/((1 + n/N) Var f), clipped to [0, 1]; 0 for a judge who never varies."""
    n, m = len(labels), len(judged_unlabelled)
    covariance = (labels - labels.mean()) @ (judged - judged.mean()) / (n - ddof)
    variance = np.concatenate([judged, judged_unlabelled]).var(ddof=1)
    if variance == 0:
        return 0.0
    return float(np.clip(covariance / ((1 + n / m) * variance), 0.0, 1.0))


def correlation(one: Float[np.ndarray, " n"], other: Float[np.ndarray, " n"]) -> float:
    """Return Pearson's ρ, or NaN where either is constant: then there is none."""
    a, b = one - one.mean(), other - other.mean()
    scale = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / scale if scale > 0 else math.nan
