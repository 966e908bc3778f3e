"""One line for all raters and one for each: what the sections on raters share."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.special import stdtr

from looksgood.audits.raters.votes import Votes
from looksgood.core import in_words
from looksgood.core.audit_result import NotMeasured, Row, Section, Table, Test
from looksgood.core.errors import TooFew
from looksgood.ops.clustered_share import clustered_share
from looksgood.ops.t_interval import Interval

SHOWN = 40
"""Raters listed at most: those of most votes."""
ALL = "all raters"

Measure = Callable[[Bool[np.ndarray, " votes"]], Interval]
"""From which votes are meant to what they come to; raises TooFew where they cannot say."""


def share_of(
    values: Float[np.ndarray, " votes"],
    among: Bool[np.ndarray, " votes"],
    cluster: Int[np.ndarray, " votes"],
) -> Measure:
    """Return what measures the mean of `values` (0 … 1) over the votes meant that are `among`."""

    def measure(chosen: Bool[np.ndarray, " votes"]) -> Interval:
        kept = chosen & among
        return clustered_share(values[kept], cluster[kept])

    return measure


def measured(measure: Measure, chosen: Bool[np.ndarray, " votes"]) -> Interval | str:
    """Return what the votes chosen come to, or why they cannot say."""
    try:
        return measure(chosen)
    except TooFew as error:
        return str(error)


def by_rater(
    votes: Votes,
    counts: Bool[np.ndarray, " votes"],
    measures: dict[str, Measure],
    caption: str,
) -> Table:
    """Return a table with a line for all raters and each: votes that count, value, low, high.

    Each interval is at 95 % by itself. A cell is empty where the votes cannot say.
    """
    columns = ["rater", "votes"]
    for name in measures:
        columns += [name, f"{name}, low", f"{name}, high"]
    per_rater = np.bincount(votes.rater[counts], minlength=len(votes.raters))
    listed = [i for i in np.argsort(-per_rater, kind="stable") if per_rater[i]][:SHOWN]
    groups = [(ALL, counts), *((votes.raters[i], counts & (votes.rater == i)) for i in listed)]
    rows: list[Row] = []
    for name, chosen in groups:
        row: list[str | float | int | None] = [name, int(chosen.sum())]
        for measure in measures.values():
            found = measured(measure, chosen)
            row += [None] * 3 if isinstance(found, str) else [found.value, found.low, found.high]
        rows.append(tuple(row))
    left_out = int((per_rater > 0).sum()) - len(listed)
    more = f" {left_out} raters of fewer votes are not listed." if left_out else ""
    return Table(columns=tuple(columns), rows=rows, caption=caption + more)


def share_said(found: Interval) -> str:
    """Return a share as people say it: 63 % [58, 67]."""
    return in_words.percent(found.value, found.low, found.high)


def points(found: Interval) -> str:
    """Return a difference of shares as people say it: +4.2 points [1.1, 7.3]."""
    return in_words.points(found.value, found.low, found.high)


def describing_test(part: Section, name: str, statement: str, found: Interval, null: float) -> None:
    """Add a test of an effect above `null` that speaks to no level."""
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


def silent(part: Section, what: str, why: str) -> Section:
    """Return the part with what it could not measure, and why."""
    part.not_measured.append(NotMeasured(what, why))
    return part
