"""Does gold turn? Evidence for the two Gao forms, and for the sign of the slope at the end.

Gold above the base as a function of d = √KL: d(α − βd) for best-of-n, d(α − β log d) for RL. Both
are linear in (α, β), so their marginal likelihoods are in closed form (`linear_evidence`).

Source: Gao, Schulman & Hilton (2022), arXiv:2210.10760 §3.1.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import TooFew
from looksgood.ops.checks import finite
from looksgood.ops.curve_forms import form_basis, form_slope
from looksgood.ops.linear_evidence import (
    NormalInverseGamma,
    linear_evidence,
    log_share_below_zero_nats,
)

GaoForm = Literal["best_of_n", "rl"]


@dataclass(frozen=True, slots=True)
class TurnEvidence:
    """Whether gold falls at the largest d, given one form and one prior; all logs in nats."""

    log_bf_falls: float
    """Bayes factor of slope < 0 against slope ≥ 0 at the largest d: posterior over prior odds."""
    log_posterior_odds: float
    log_prior_odds: float
    log_evidence: float
    """Log marginal likelihood of the form; the difference of two forms' is their Bayes factor."""


def gao_turn_evidence(
    d: Float[np.ndarray, " points"],
    gold: Float[np.ndarray, " points"],
    form: GaoForm,
    prior: NormalInverseGamma,
    noise_variance: Float[np.ndarray, " points"] | None = None,
) -> TurnEvidence:
    """Return the evidence that gold falls at the largest d, encompassing form and prior.

    Both hypotheses are the one model with its slope restricted in sign, so that their Bayes factor
    is the posterior odds over the prior odds of the restriction. It is bounded by the prior: a
    prior that all but excludes a fall can be moved far by data that show one. The prior's
    covariance is in units of the noise variance σ²: a coefficient known to ±0.5 beside a noise of
    0.05 has (0.5/0.05)² = 100 there.

    Source: Klugkist, Laudy & Hoijtink (2005), Psychological Methods 10:477, for the method.

    Raises:
        TooFew: there are no points with d > 0.
        ValueError: a d is negative, or an argument does not fit the others.
    """
    d = finite("d", d)
    design = form_basis(form, d)
    if not d.max() > 0:
        raise TooFew("no point with d > 0: without optimization there is no slope to judge")
    fitted = linear_evidence(design, gold, prior, noise_variance)
    contrast = form_slope(form, d[[d.argmax()]])[0]
    falls_before, rises_before = log_share_below_zero_nats(prior, contrast)
    falls_after, rises_after = log_share_below_zero_nats(fitted.posterior, contrast)
    before, after = falls_before - rises_before, falls_after - rises_after
    return TurnEvidence(after - before, after, before, fitted.log_evidence_nats)
