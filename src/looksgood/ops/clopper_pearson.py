"""Exact confidence limits for a share, from counts; effective counts may be fractions."""

from scipy.special import betainccinv, betaincinv


def clopper_pearson_low(hits: float, trials: float, alpha: float) -> float:
    """Return the one-sided lower limit: it exceeds the true share with probability ≤ `alpha`.

    The α point of Beta(x, n − x + 1); 0 without hits. For independent trials, also of unequal
    probability (Hoeffding 1956): the share is then their mean.

    Source: Clopper & Pearson (1934), Biometrika 26:404.

    Raises:
        ValueError: hits are not within 0 … trials, trials are below 1, or α is not within (0, 1).
    """
    _check(hits, trials, alpha)
    return float(betaincinv(hits, trials - hits + 1, alpha)) if hits else 0.0


def clopper_pearson_high(hits: float, trials: float, alpha: float) -> float:
    """Return the one-sided upper limit: it is below the true share with probability ≤ `alpha`.

    The 1 − α point of Beta(x + 1, n − x); without hits 1 − α^{1/n}, about 3/n at 5 %.

    Raises:
        ValueError: as `clopper_pearson_low`.
    """
    _check(hits, trials, alpha)
    return float(betainccinv(hits + 1, trials - hits, alpha)) if hits < trials else 1.0


def clopper_pearson(hits: float, trials: float, confidence: float) -> tuple[float, float]:
    """Return the two-sided interval, α/2 at either end: it covers at least as often as it says.

    Raises:
        ValueError: as `clopper_pearson_low`.
    """
    alpha = (1 - confidence) / 2
    return clopper_pearson_low(hits, trials, alpha), clopper_pearson_high(hits, trials, alpha)


def check_alpha(alpha: float) -> None:
    """Refuse an error probability at which no limit exists.

    Raises:
        ValueError: α is NaN or not within (0, 1).
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha = {alpha:g}: an error probability lies strictly within (0, 1)")


def _check(hits: float, trials: float, alpha: float) -> None:
    check_alpha(alpha)
    if trials < 1:
        raise ValueError(f"{trials:g} trials: no share without one")
    if not 0 <= hits <= trials:
        raise ValueError(f"{hits:g} of {trials:g}: hits must lie within 0 and the number of trials")
