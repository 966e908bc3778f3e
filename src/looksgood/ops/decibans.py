"""From log scores to weight of evidence: the Bayes factor, in nats and in decibans."""

import math

DECIBANS_PER_NAT = 10 / math.log(10)


def log_bayes_factor_nats(log_score_one: float, log_score_other: float) -> float:
    """Return how much an outcome favours one prediction over the other, in nats.

    Each is the log of the density (or probability) that a prediction gave to what happened, both
    in the same units of the outcome. −∞ means that the prediction excluded it: then the evidence
    against it is infinite, and is returned as such.

    Raises:
        ValueError: a score is NaN or +∞, or both predictions excluded the outcome.
    """
    for score in (log_score_one, log_score_other):
        if math.isnan(score) or score == math.inf:
            raise ValueError(f"log score {score}: it must be a number, or −∞ where excluded")
    if log_score_one == log_score_other == -math.inf:
        raise ValueError(
            "both predictions excluded the outcome: both are refuted, neither favoured"
        )
    return log_score_one - log_score_other


def decibans(nats: float) -> float:
    """Return 10 log₁₀ of the odds whose natural log is `nats`: 10 decibans are odds of 10 to 1.

    Source: Good (1985), "Weight of evidence: a brief survey", Bayesian Statistics 2:249.
    """
    return nats * DECIBANS_PER_NAT
