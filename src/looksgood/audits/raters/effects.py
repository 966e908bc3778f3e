"""What sways the raters beside what is better: length; and whether they are right when sure.

Each effect is a difference of two means over votes. None of them alarms: they tell what a policy
that is trained on such votes may learn.
"""

import numpy as np
from jaxtyping import Bool, Float

from looksgood.audits.raters.each_rater import (
    describing_test,
    measured,
    points,
    share_of,
    share_said,
    silent,
)
from looksgood.audits.raters.votes import Votes
from looksgood.core.audit_result import Section
from looksgood.core.errors import TooFew
from looksgood.ops.clustered_difference import clustered_difference
from looksgood.ops.t_interval import Interval


def length(votes: Votes) -> Section:
    """Return whether raters lean to longer responses; where the truth is known, beyond it."""
    part = Section(name="raters_length", title="Do the raters favour length?")
    size = votes.length[votes.item]
    if votes.middle is None or not np.isfinite(size).any():
        why = "the votes are scores" if votes.middle is None else "the votes come without texts"
        return silent(part, "the effect of length", why)
    if votes.kind == "mark":
        long = size > np.nanmedian(votes.length)
        says, counts = (votes.vote > votes.middle).astype(np.float64), np.isfinite(size)
    else:
        long = size > 0
        says, counts = np.where(long, votes.vote, 1 - votes.vote), np.isfinite(size) & (size != 0)
        share = measured(share_of(says, counts, votes.cluster[votes.item]), counts)
        if isinstance(share, Interval):
            part.says.append(f"The longer response wins {share_said(share)} of votes.")
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
        return silent(part, "the effect of length beyond quality", why)
    statement = "raters lean to longer responses, by this share of votes"
    return _difference(part, votes, "length", statement, said, outcome, group, counts)


def confidence(votes: Votes) -> Section:
    """Return whether votes that the rater was surer of, or slower with, are right more often."""
    part = Section(name="raters_confidence", title="Are the raters right when they are sure?")
    right = votes.is_right
    for name, values, word in (
        ("confidence", votes.confidence, "surer"),
        ("seconds", votes.seconds, "slower"),
    ):
        counts = np.isfinite(values) & np.isfinite(right)
        if not np.isfinite(values).any():
            continue
        if not counts.any():
            silent(part, f"whether {word} votes are right more often", "no truth is known")
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
        return silent(part, f"the effect of {name}", str(error))
    part.says.append(said.format(points(found)))
    describing_test(part, f"raters_{name}", statement, found, 0.0)
    return part


def _own_median(votes: Votes, values: Float[np.ndarray, " votes"]) -> Float[np.ndarray, " votes"]:
    """Return at each vote the median of its rater's values."""
    median = np.full(len(votes.raters), np.nan)
    for rater in range(len(votes.raters)):
        own = values[votes.rater == rater]
        if np.isfinite(own).any():
            median[rater] = np.nanmedian(own)
    return median[votes.rater]
