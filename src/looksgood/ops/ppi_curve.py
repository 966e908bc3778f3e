"""Prediction-powered means along a run: a few labels at each checkpoint, a judge of everything.

At each checkpoint θ = λ mean_U f + mean_L (Y − λ f), L its labelled responses and U the others, as
`ppi` has it. λ and the judge's correlation are estimated at each checkpoint anew: a policy that
learns to exploit the judge makes them fall.

Source: Angelopoulos, Duchi & Zrnic (2023), arXiv:2311.01453 (PPI++).
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from looksgood.ops.checks import finite, same_length
from looksgood.ops.curve import Curve, with_constants
from looksgood.ops.ppi import correlation, tuned_lambda
from looksgood.ops.prompt_shares import PromptShares, prompt_shares

Rows = Float[np.ndarray, " rows"]


@dataclass(frozen=True, slots=True)
class PPICurve:
    """Means with their joint error, and how far the judge was relied on for each."""

    curve: Curve
    """Its `n` are labels."""
    lam: Float[np.ndarray, " checkpoints"]
    """λ: 0 is the labels alone."""
    correlation: Float[np.ndarray, " checkpoints"]
    """ρ between judge and label on the labelled responses; NaN where either is constant."""


def curve_of_ppi_means(
    x: Float[np.ndarray, " checkpoints"],
    labels: Rows,
    judged: Rows,
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    weights: Rows | None = None,
) -> PPICurve:
    """Return the PPI++ mean at each checkpoint; `labels` are NaN where there is none.

    A prompt's share of the error is that of its labels plus that of its unlabelled responses, so
    that the covariance is clustered by prompt over all of them. As in `ppi_mean` a tuned λ costs a
    degree of freedom, in the labels' variance too. λ is 0 where the judge is constant, fewer than 3
    prompts have a label, or fewer than 2 have a response without one.

    Labels drawn with unequal probabilities come with `weights`, in proportion to 1/π and above 0:
    then the labelled are no sample of all, so that the judge's mean is over all responses and the
    correction is Σ w (Y − λ f)/Σ w (Hájek's form of augmented inverse weighting, `aipw`).

    Raises:
        TooFew: a checkpoint has labels for fewer than 2 prompts.
        ValueError: the judge is not finite somewhere, a label infinite, or lengths differ.
    """
    same_length(labels=labels, judged=judged, checkpoint=checkpoint, prompt=prompt)
    judged, labelled = finite("judged", judged), ~np.isnan(labels)
    finite("labels", labels[labelled])
    lam, rho = _reliance(labels, judged, checkpoint, prompt, len(x), weights)
    # where the judge is not relied on, the second part is 0 on any rows
    rest = ~labelled | (lam == 0)[checkpoint] if weights is None else np.ones_like(labelled)
    ones = np.ones(len(labels))
    parts, weigh = (labelled, rest), (ones if weights is None else weights, ones)
    values = labels - lam[checkpoint] * judged, lam[checkpoint] * judged
    shape = int(prompt.max()) + 1, len(x)
    told, foretold = (
        prompt_shares(value[rows], weight[rows], checkpoint[rows], prompt[rows], shape)
        for value, weight, rows in zip(values, weigh, parts, strict=True)
    )
    dof = told.dof - (lam > 0)
    told.table.data *= np.sqrt(told.dof / dof)[told.table.indices]
    table = told.table + foretold.table
    span = float(np.ptp(labels[labelled]))
    curve = Curve(
        np.asarray(x, dtype=np.float64),
        told.mean + foretold.mean,
        with_constants((table.T @ table).toarray(), span, told.prompts),
        np.minimum(dof, _welch(told, foretold, dof)),
        np.bincount(checkpoint[labelled], minlength=len(x)),
    )
    return PPICurve(curve, lam, rho)


def _reliance(
    labels: Rows,
    judged: Rows,
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    size: int,
    weights: Rows | None,
) -> tuple[Float[np.ndarray, " checkpoints"], Float[np.ndarray, " checkpoints"]]:
    """Return λ and ρ at each checkpoint."""
    lam, rho = np.zeros(size), np.full(size, np.nan)
    for place in range(size):
        here = checkpoint == place
        known, rest = here & ~np.isnan(labels), here & np.isnan(labels)
        if not known.any():
            continue
        enough = _distinct(prompt[known]) >= 3 and _distinct(prompt[rest]) >= 2
        if weights is not None:
            lam[place], rho[place] = _weighted_reliance(
                labels[known], judged[known], weights[known], judged[here]
            )
            lam[place] *= enough
            continue
        rho[place] = correlation(labels[known], judged[known])
        if enough:
            lam[place] = tuned_lambda(labels[known], judged[known], judged[rest])
    return lam, rho


def _weighted_reliance(
    labels: Rows, judged: Rows, weights: Rows, judged_by_all: Float[np.ndarray, " all"]
) -> tuple[float, float]:
    """Return λ = Cov(Y, f)/Var f, clipped to [0, 1], and ρ, of labels drawn unevenly."""
    share = weights / weights.sum()
    y, f = labels - share @ labels, judged - share @ judged
    covariance, spread = float(share @ (y * f)), float(share @ y**2) * float(share @ f**2)
    variance = float(judged_by_all.var())
    lam = min(max(covariance / variance, 0.0), 1.0) if variance > 0 else 0.0
    return lam, covariance / math.sqrt(spread) if spread > 0 else math.nan


def _distinct(prompt: Int[np.ndarray, " rows"]) -> int:
    return int((np.bincount(prompt) > 0).sum())


def _welch(
    told: PromptShares, foretold: PromptShares, dof: Float[np.ndarray, " checkpoints"]
) -> Float[np.ndarray, " checkpoints"]:
    """Return Satterthwaite's degrees of freedom of both parts together."""
    one, other = ((part.table**2).sum(axis=0) for part in (told, foretold))
    bottom = one**2 / dof + other**2 / foretold.dof
    return np.divide((one + other) ** 2, bottom, out=dof.copy(), where=bottom > 0)
