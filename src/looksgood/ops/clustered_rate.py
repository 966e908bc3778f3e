"""Limits for a share of responses that share prompts, also where it is 0 or 1."""

from scipy.special import stdtrit

from looksgood.core.errors import TooFew
from looksgood.ops.checks import not_negative, probability
from looksgood.ops.clopper_pearson import clopper_pearson


def clustered_rate_interval(
    rate: float, se: float, n: int, clusters: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Return Clopper and Pearson's interval at the effective number of responses.

    That number is rate (1 − rate)/se², with `se` clustered, less what few clusters cost, and never
    above n. Of a share of 0 or 1 no error can be seen: each cluster then counts as one response.

    `clusters` may be an effective number of them: degrees of freedom and one.

    Source: Korn & Graubard (1998), Survey Methodology 24:193.

    Raises:
        TooFew: there are fewer than 2 clusters.
        ValueError: the rate is no probability, or its error negative.
    """
    if clusters < 2:
        raise TooFew(f"{clusters:.3g} prompts: how prompts differ is unknown, not 0. Add prompts.")
    spread = probability("rate", rate) * (1 - rate)
    effective = float(clusters)
    if spread > 0 and not_negative("se", se) > 0:
        tail = (1 + confidence) / 2
        fewer = float(stdtrit(max(n - 1, 1), tail) / stdtrit(clusters - 1, tail)) ** 2
        effective = min(float(n), max(1.0, spread / se**2 * fewer))
    return clopper_pearson(rate * effective, effective, confidence)
