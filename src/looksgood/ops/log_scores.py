"""What a prediction gave to the outcome that came: log densities, the outcome's error included.

A prediction is a distribution over the true statistic; what is seen is the statistic plus a normal
measurement error of known standard deviation. The score is the log of the convolved density at what
was seen, in nats per unit of the outcome. −∞ is a score: the prediction excluded what happened.
"""

import math

import numpy as np
from jaxtyping import Float
from scipy import special

from looksgood.ops.checks import finite, not_negative, number, positive, probability, same_length
from looksgood.ops.log_quadrature import Places, log_integral

_LOG_2PI = math.log(2 * math.pi)


def normal_log_score_nats(outcome: float, mean: float, sd: float, error_sd: float = 0.0) -> float:
    """Return log N(outcome; mean, sd² + error_sd²).

    Raises:
        ValueError: a number is not finite, sd ≤ 0 or error_sd < 0.
    """
    total = math.hypot(positive("sd", sd), not_negative("error_sd", error_sd))
    z = (number("outcome", outcome) - number("mean", mean)) / total
    return -0.5 * (z * z + _LOG_2PI) - math.log(total)


def normal_mixture_log_score_nats(
    outcome: float,
    weights: Float[np.ndarray, " parts"],
    means: Float[np.ndarray, " parts"],
    sds: Float[np.ndarray, " parts"],
    error_sd: float = 0.0,
) -> float:
    """Return log Σ_k w_k N(outcome; mean_k, sd_k² + error_sd²).

    Raises:
        ValueError: weights are negative or do not sum to 1, an sd ≤ 0, or lengths differ.
    """
    same_length(weights=weights, means=means, sds=sds)
    weights = finite("weights", weights)
    if (weights < 0).any() or abs(weights.sum() - 1) > 1e-9:
        raise ValueError(f"weights sum to {weights.sum():.9g}: at least 0 each, 1 together")
    parts = [
        normal_log_score_nats(outcome, float(mean), float(sd), error_sd)
        for mean, sd in zip(means, sds, strict=True)
    ]
    return float(np.asarray(special.logsumexp(parts, b=weights)))


def lognormal_log_score_nats(
    outcome: float, log_mean: float, log_sd: float, error_sd: float = 0.0
) -> float:
    """Return the log density of exp(N(log_mean, log_sd²)), convolved with the error.

    Without an error an outcome of 0 or less scores −∞. The convolution is integrated over the log
    of the true value, from 40 sds below the prediction's middle to as many above it, or to the
    outcome where that lies beyond.

    Raises:
        ValueError: a number is not finite, log_sd ≤ 0 or error_sd < 0.
    """
    number("outcome", outcome)
    number("log_mean", log_mean)
    positive("log_sd", log_sd)
    if not_negative("error_sd", error_sd) == 0:
        if outcome <= 0:
            return -math.inf
        log_outcome = math.log(outcome)
        return normal_log_score_nats(log_outcome, log_mean, log_sd) - log_outcome

    def log_f(logs: Places) -> Places:
        prior = ((logs - log_mean) / log_sd) ** 2
        return -0.5 * (prior + ((outcome - np.exp(logs)) / error_sd) ** 2)

    steps = np.geomspace(0.05, 40, 24) * log_sd
    near = outcome + error_sd * np.array([-30, -10, -5, -2, 0, 2, 5, 10, 30])
    nodes = np.concatenate([log_mean - steps, [log_mean], log_mean + steps, np.log(near[near > 0])])
    integral = log_integral(log_f, np.unique(nodes))
    return integral - _LOG_2PI - math.log(log_sd) - math.log(error_sd)


def scaled_beta_log_score_nats(
    outcome: float,
    alpha: float,
    beta: float,
    low: float = 0.0,
    high: float = 1.0,
    error_sd: float = 0.0,
) -> float:
    """Return the log density of low + (high − low) Beta(alpha, beta), convolved with the error.

    Without an error an outcome outside [low, high] scores −∞. alpha = beta = 1 is the uniform
    distribution. The convolution is integrated in log-odds, where both ends are smooth; its error
    is about 1e-11 for an error_sd of 1e-3 of the range or more, and grows as its inverse below.

    Raises:
        ValueError: a parameter is not positive, or high ≤ low.
    """
    for name, value in (("alpha", alpha), ("beta", beta)):
        positive(name, value)
    not_negative("error_sd", error_sd)
    width = positive("high - low", number("high", high) - number("low", low))
    place = (number("outcome", outcome) - low) / width
    log_norm = -float(special.betaln(alpha, beta)) - math.log(width)
    if error_sd == 0:
        if not 0 <= place <= 1:
            return -math.inf
        inside = special.xlogy(alpha - 1, place) + special.xlog1py(beta - 1, -place)
        return log_norm + float(inside)
    sharpness = width / error_sd
    # the nearest place in the range: squares are taken relative to its own, or digits are lost
    nearest = min(max(place, 0.0), 1.0)
    offset = place - nearest

    def log_f(log_odds: Places) -> Places:
        share, rest = special.expit(log_odds), special.expit(-log_odds)
        step = -rest if nearest == 1 else share - nearest
        beta_part = alpha * special.log_expit(log_odds) + beta * special.log_expit(-log_odds)
        return beta_part - 0.5 * sharpness**2 * step * (step - 2 * offset)

    peaked = log_integral(log_f, _log_odds_nodes(alpha, beta, place, sharpness))
    # the normal density per unit of the outcome; log_norm is per unit of the beta's width
    at_nearest = math.log(sharpness) - 0.5 * (_LOG_2PI + (sharpness * offset) ** 2)
    return log_norm + at_nearest + peaked


def _log_odds_nodes(alpha: float, beta: float, place: float, sharpness: float) -> Places:
    """Return nodes out to where both tails of the beta have lost e^-50, and about the outcome."""
    centre = math.log(alpha) - math.log(beta)
    left, right = centre - 50 / alpha - 50, centre + 50 / beta + 50
    # a normal far outside the range pushes the mass to the near end, by its log at most
    push = 2 * math.log1p(sharpness * (1 + abs(place)))
    left, right = left - push, right + push
    steps = np.geomspace(0.5, right - left, 40)
    near = place + np.array([-30, -10, -5, -2, 0, 2, 5, 10, 30]) / sharpness
    near = special.logit(near[(near > 0) & (near < 1)])
    nodes = np.concatenate([centre - steps, [centre], centre + steps, near])
    return np.unique(np.concatenate([[left, right], nodes[(nodes > left) & (nodes < right)]]))


def binomial_log_score_nats(successes: int, trials: int, rate: float) -> float:
    """Return log P(successes of trials) for a prediction that names the rate itself.

    Raises:
        ValueError: successes lie outside 0 … trials, or the rate outside [0, 1].
    """
    _counts(successes, trials)
    probability("rate", rate)
    terms = special.xlogy(successes, rate) + special.xlog1py(trials - successes, -rate)
    return log_choose(trials, successes) + float(terms)


def beta_binomial_log_score_nats(successes: int, trials: int, alpha: float, beta: float) -> float:
    """Return log P(successes of trials) where the rate is predicted as Beta(alpha, beta).

    log C(m, x) + log B(α + x, β + m − x) − log B(α, β): the sampling error of a counted rate is
    thereby included. α = β = 1 gives 1/(m + 1) to every count.

    Raises:
        ValueError: successes lie outside 0 … trials, or a parameter is not positive.
    """
    _counts(successes, trials)
    yes, no = (
        log_rising(positive("alpha", alpha), successes),
        log_rising(positive("beta", beta), trials - successes),
    )
    return log_choose(trials, successes) + yes + no - log_rising(alpha + beta, trials)


def log_choose(trials: int, successes: int) -> float:
    """Return log C(trials, successes)."""
    return -math.log1p(trials) - float(special.betaln(successes + 1, trials - successes + 1))


def log_rising(start: float, steps: float) -> float:
    """Return log Γ(start + steps)/Γ(start), without cancellation where `start` is large."""
    if start < 20:
        return math.lgamma(start + steps) - math.lgamma(start)
    # Stirling's series of both, their large terms subtracted by hand
    end = start + steps
    main = (start - 0.5) * math.log1p(steps / start) + steps * (math.log(end) - 1)
    return main + _stirling_rest(end) - _stirling_rest(start)


def _stirling_rest(z: float) -> float:
    """Return log Γ(z) − (z − ½) log z + z − ½ log 2π; below 1e-16 off from z = 20 on."""
    w = 1 / (z * z)
    return (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w / 1188)))) / z


def _counts(successes: int, trials: int) -> None:
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes of {trials} trials: 0 … {trials} are possible")
