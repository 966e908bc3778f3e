"""Bayes factors of a normal mean, in nats: known variance, unknown variance, and JZS.

All are for the mean differing from its null value against its equalling it, log BF₁₀.
"""

import math

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.ops.checks import number, positive
from looksgood.ops.log_quadrature import Places, log_integral
from looksgood.ops.log_scores import normal_log_score_nats

MEDIUM_SCALE = math.sqrt(0.5)


def normal_known_variance_log_bf_nats(
    estimate: float, error_sd: float, null_mean: float, prior_mean: float, prior_sd: float
) -> float:
    """Return log BF₁₀ for a mean ~ N(prior_mean, prior_sd²) that was measured with a known error.

    log N(estimate; prior_mean, prior_sd² + error_sd²) − log N(estimate; null_mean, error_sd²).
    `error_sd` is the standard error of the estimate, σ/√n for a mean of n.

    Raises:
        ValueError: a standard deviation is not positive, or a number is not finite.
    """
    return normal_log_score_nats(
        estimate, prior_mean, prior_sd, positive("error_sd", error_sd)
    ) - normal_log_score_nats(estimate, null_mean, error_sd)


def normal_unknown_variance_log_bf_nats(
    t: float, effective_n: float, dof: float, effect_sd: float
) -> float:
    """Return log BF₁₀ for an effect (mean/σ) ~ N(0, effect_sd²) and p(σ) ∝ 1/σ, from t alone.

    −½ log(1 + n g) + ½(ν + 1)[log(1 + t²/ν) − log(1 + t²/(ν(1 + n g)))], g = effect_sd².

    `effective_n` is n for one sample (or differences), n₁n₂/(n₁ + n₂) for two; `dof` is ν.

    Source: Gönen et al. (2005), The American Statistician 59:252, with prior mean 0.

    Raises:
        ValueError: effective_n, dof or effect_sd is not positive, or t is not finite.
    """
    number("t", t)
    positive("dof", dof)
    growth = positive("effective_n", effective_n) * positive("effect_sd", effect_sd) ** 2
    return float(_log_bf_given_growth(t * t / dof, dof, np.array([math.log(growth)]))[0])


def jzs_t_log_bf_nats(
    t: float, n: int, n_other: int | None = None, scale: float = MEDIUM_SCALE
) -> float:
    """Return log BF₁₀ of Jeffreys, Zellner and Siow: mean/σ ~ Cauchy(0, scale), p(σ) ∝ 1/σ.

    One sample (or n differences) without `n_other`, two independent samples of equal variance
    with it. `scale` is √½ by default, as is now usual; the paper uses 1. The Cauchy is a normal
    effect whose variance g is scale²/χ²₁: the unknown-variance Bayes factor is integrated over
    log g.

    Source: Rouder et al. (2009), Psychonomic Bulletin & Review 16:225, equation 1.

    Raises:
        TooFew: the degrees of freedom (n − 1, or n + n_other − 2) are below 1.
        ValueError: t is not finite or scale is not positive.
    """
    number("t", t)
    dof = n - 1 if n_other is None else n + n_other - 2
    if dof < 1 or n < 1 or (n_other is not None and n_other < 1):
        raise TooFew(f"n={n}, n_other={n_other}: a t statistic needs at least 1 degree of freedom")
    effective_n = n if n_other is None else n * n_other / (n + n_other)
    ratio, log_n = t * t / dof, math.log(effective_n)
    log_scale = math.log(positive("scale", scale))

    def log_f(log_g: Places) -> Places:
        # g = scale²/χ²₁ has density scale (2π)^-½ g^-3/2 e^(-scale²/2g); one g from d log g
        away = 2 * log_scale - log_g
        prior = 0.5 * away - 0.5 * math.log(2 * math.pi) - 0.5 * np.exp(away)
        return prior + _log_bf_given_growth(ratio, dof, log_n + log_g)

    middle = 2 * log_scale
    # above, the prior falls as g^-½ (and the rest as g^-½ again); below, as exp(-1/g)
    nodes = middle + np.array([-8, -6, -4, -2, 0, 2, 4, 8, 16, 32, 64, 96])
    if ratio > 0:
        nodes = np.append(nodes, [math.log(ratio) - log_n + k for k in (-4, 0, 4, 60)])
    return log_integral(log_f, np.unique(np.clip(nodes, middle - 8, None)))


def _log_bf_given_growth(ratio: float, dof: float, log_growth: Places) -> Places:
    """Return the unknown-variance log BF₁₀ from t²/ν and the log of n g."""
    log_one_plus = np.logaddexp(0.0, log_growth)
    shrunk = ratio * np.exp(-log_one_plus)
    return -0.5 * log_one_plus + 0.5 * (dof + 1) * (math.log1p(ratio) - np.log1p(shrunk))
