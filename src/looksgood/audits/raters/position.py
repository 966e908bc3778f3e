"""Does it matter which response is shown first? Both orders counted alike, whatever is better."""

import numpy as np
from jaxtyping import Bool, Float

from looksgood.audits.raters.each_rater import (
    Measure,
    by_rater,
    describing_test,
    measured,
    share_of,
    share_said,
    silent,
)
from looksgood.audits.raters.votes import Votes
from looksgood.core.audit_result import Section
from looksgood.ops.clustered_difference import clustered_difference
from looksgood.ops.clustered_share import clustered_share
from looksgood.ops.t_interval import Interval


def position(votes: Votes) -> Section:
    """Return how often what is shown first wins, both orders counted alike: half, without bias."""
    part = Section(
        name="raters_position", title="Does it matter to raters which response is shown first?"
    )
    shown = np.isfinite(votes.first_shown)
    if len(np.unique(votes.first_shown[shown])) < 2:
        why = "the votes do not say which was shown first, or every pair was shown in one order"
        return silent(part, "the effect of the order shown", why)
    cluster = votes.cluster[votes.item]
    wins = np.where(votes.first_shown == 1, votes.vote, 1 - votes.vote)

    def first_wins(chosen: Bool[np.ndarray, " votes"]) -> Interval:
        kept = chosen & shown
        first = votes.first_shown[kept] == 1
        if len(np.unique(wins[kept])) == 1:
            return clustered_share(wins[kept], cluster[kept])
        effect = clustered_difference(votes.vote[kept], first, cluster[kept])
        low, high = max(effect.low, -1.0), min(effect.high, 1.0)
        share, low, high = ((1 + end) / 2 for end in (effect.value, low, high))
        return Interval(share, low, high, effect.se / 2, effect.dof)

    steady = _steady(votes)
    both = np.isfinite(steady)
    measures: dict[str, Measure] = {"first shown wins": first_wins}
    if both.any():
        measures["same in both orders"] = share_of(steady, both, cluster)
    caption = (
        "First shown wins: share of votes, both orders counted alike, ties half. Same in both "
        "orders: of pairs that a rater saw both ways, how often the same response won."
    )
    part.tables.append(by_rater(votes, shown, measures, caption))
    found = measured(first_wins, shown)
    if isinstance(found, str):
        return silent(part, "the effect of the order shown", found)
    part.says.append(
        f"What is shown first wins {share_said(found)} of votes; without an effect it would be "
        "50 %."
    )
    statement = "raters choose what is shown first, by this share of votes above one half"
    describing_test(part, "raters_position", statement, found, 0.5)
    same = measured(measures["same in both orders"], shown) if both.any() else ""
    if isinstance(same, Interval):
        part.says.append(f"Shown in both orders, the same response wins in {share_said(same)}.")
    return part


def _steady(votes: Votes) -> Float[np.ndarray, " votes"]:
    """Return, at one vote of each pair that a rater saw both ways, whether both say the same.

    NaN elsewhere.
    """
    steady = np.full(len(votes), np.nan)
    key = votes.item * len(votes.raters) + votes.rater
    means = []
    for order in (0.0, 1.0):
        shown = votes.first_shown == order
        count = np.bincount(key[shown], minlength=key.max() + 1)
        total = np.bincount(key[shown], votes.vote[shown], minlength=key.max() + 1)
        means.append(np.where(count > 0, total / np.maximum(count, 1), np.nan))
    one = np.unique(key, return_index=True)[1]
    unlike = np.abs(means[0] - means[1])[key[one]]
    steady[one] = np.where(np.isfinite(unlike), unlike == 0, np.nan)
    return steady
