"""Bayes factor of a rate: a named value against a Beta distribution."""

from looksgood.ops.checks import inside
from looksgood.ops.log_scores import beta_binomial_log_score_nats, binomial_log_score_nats


def binomial_log_bf_nats(
    successes: int, trials: int, null_rate: float, alpha: float = 1.0, beta: float = 1.0
) -> float:
    """Return log BF₁₀ in nats: rate ~ Beta(alpha, beta) against rate = null_rate.

    Source: Jeffreys (1961), Theory of Probability §5.1 (with alpha = beta = 1).

    Raises:
        ValueError: null_rate is not strictly between 0 and 1, or the counts are impossible.
    """
    other = beta_binomial_log_score_nats(successes, trials, alpha, beta)
    return other - binomial_log_score_nats(successes, trials, inside("null_rate", null_rate))
