"""What sways the raters beside what is better: the order shown, the length; and how sure they are.

Each effect is a difference of two means over votes. None of them alarms: they tell what a policy
that is trained on such votes may learn.
"""

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import stdtr

from looksgood.audits.experts.votes import Votes
from looksgood.audits.sections.rater_rows import (
    Measure,
    by_rater,
    measured,
    percent,
    points,
    share_of,
)
from looksgood.core.audit_result import NotMeasured, Section, Test
from looksgood.core.errors import TooFew
from looksgood.ops.clustered_difference import clustered_difference
from looksgood.ops.clustered_share import clustered_share
from looksgood.ops.t_interval import Interval


def position(votes: Votes) -> Section:
    """Return how often what is shown first wins, both orders counted alike: half, without bias."""
    part = Section(name="position", title="Does it matter which response is shown first?")
    shown = np.isfinite(votes.first_shown)
    if len(np.unique(votes.first_shown[shown])) < 2:
        why = "the votes do not say which was shown first, or every pair was shown in one order"
        return _silent(part, "the effect of the order shown", why)
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
        return _silent(part, "the effect of the order shown", found)
    part.says.append(
        f"What is shown first wins {percent(found)} of votes; without an effect it would be 50 %."
    )
    statement = "raters choose what is shown first, by this share of votes above one half"
    _test(part, "raters_position", statement, found, 0.5)
    same = measured(measures["same in both orders"], shown) if both.any() else ""
    if isinstance(same, Interval):
        part.says.append(f"Shown in both orders, the same response wins in {percent(same)}.")
    return part


def length(votes: Votes) -> Section:
    """Return whether raters lean to longer responses; where the truth is known, beyond it."""
    part = Section(name="length", title="Do the raters favour length?")
    size = votes.length[votes.item]
    if votes.middle is None or not np.isfinite(size).any():
        why = "the votes are scores" if votes.middle is None else "the votes come without texts"
        return _silent(part, "the effect of length", why)
    if votes.kind == "mark":
        long = size > np.nanmedian(votes.length)
        says, counts = (votes.vote > votes.middle).astype(np.float64), np.isfinite(size)
    else:
        long = size > 0
        says, counts = np.where(long, votes.vote, 1 - votes.vote), np.isfinite(size) & (size != 0)
        share = measured(share_of(says, counts, votes.cluster[votes.item]), counts)
        if isinstance(share, Interval):
            part.says.append(f"The longer response wins {percent(share)} of votes.")
    good = votes.is_good[votes.item]
    if np.isfinite(good).any():
        if votes.kind == "mark":
            counts, outcome, group = counts & (good == 0), says, long
            said = "Approval of wrong responses, the longer half less the shorter: {}."
        else:
            counts, outcome, group = counts & np.isfinite(good), votes.is_right, long == (good == 1)
            said = "How often raters are right, where the longer is better less where not: {}."
    elif votes.kind == "mark":
        outcome, group = says, long
        said = "Approval of the longer half less that of the shorter: {}; it may be the better one."
    else:
        why = "no truth: the longer response may well be the better one"
        return _silent(part, "the effect of length beyond quality", why)
    statement = "raters lean to longer responses, by this share of votes"
    return _difference(part, votes, "length", statement, said, outcome, group, counts)


def confidence(votes: Votes) -> Section:
    """Return whether votes that the rater was surer of, or slower with, are right more often."""
    part = Section(name="confidence", title="Are the raters right when they are sure?")
    right = votes.is_right
    for name, values, word in (
        ("confidence", votes.confidence, "surer"),
        ("seconds", votes.seconds, "slower"),
    ):
        counts = np.isfinite(values) & np.isfinite(right)
        if not np.isfinite(values).any():
            continue
        if not counts.any():
            _silent(part, f"whether {word} votes are right more often", "no truth is known")
            continue
        group = values > _own_median(votes, values)
        said = f"How often each rater's {word} votes are right, less the other half: {{}}."
        statement = f"{word} votes are right more often, by this share of votes"
        _difference(part, votes, name, statement, said, right, group, counts)
    return part


def _difference(
    part: Section,
    votes: Votes,
    name: str,
    statement: str,
    said: str,
    outcome: Float[np.ndarray, " votes"],
    group: Bool[np.ndarray, " votes"],
    counts: Bool[np.ndarray, " votes"],
) -> Section:
    """Say how much larger the outcome is in the group than outside it, and test it."""
    cluster = votes.cluster[votes.item]
    try:
        found = clustered_difference(outcome[counts], group[counts], cluster[counts])
    except TooFew as error:
        return _silent(part, f"the effect of {name}", str(error))
    part.says.append(said.format(points(found)))
    _test(part, f"raters_{name}", statement, found, 0.0)
    return part


def _test(part: Section, name: str, statement: str, found: Interval, null: float) -> None:
    if not found.se > 0:
        return
    p = float(stdtr(found.dof, -(found.value - null) / found.se))
    part.tests.append(
        Test(
            name=name,
            statement=statement,
            estimate=found.value - null,
            low=found.low - null,
            high=found.high - null,
            p=p,
        )
    )


def _silent(part: Section, what: str, why: str) -> Section:
    part.not_measured.append(NotMeasured(what, why))
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


def _own_median(votes: Votes, values: Float[np.ndarray, " votes"]) -> Float[np.ndarray, " votes"]:
    """Return at each vote the median of its rater's values."""
    median = np.full(len(votes.raters), np.nan)
    for rater in range(len(votes.raters)):
        own = values[votes.rater == rater]
        if np.isfinite(own).any():
            median[rater] = np.nanmedian(own)
    return median[votes.rater]
