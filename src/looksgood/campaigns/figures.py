"""The figures of an owner's page, each from `ops`: agreement, truth, effects, first impressions.

Errors are clustered by prompt. Attention checks speak of attention only: no other figure has them.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Float

from looksgood.campaigns.ballots import Ballots
from looksgood.campaigns.figure import Figure, Group, figure, share_figure
from looksgood.campaigns.gains import gain_figures, votes_against_proxy
from looksgood.core.choices import DECIDED
from looksgood.ops.clopper_pearson import clopper_pearson
from looksgood.ops.clustered_difference import clustered_difference
from looksgood.ops.krippendorff_interval import krippendorff_interval
from looksgood.ops.t_interval import Interval
from looksgood.rating.pairs import Truth
from looksgood.rating.standing import StandingVote

PER_RATER = ("checks_passed", "right", "bad_chosen", "left_chosen", "longer_chosen", "same_again")
"""Names of the figures that each rater has."""
HALF = "50 % without an effect"
NO_TRUTH = "no pair has an expert's answer or a check, and agreement is not accuracy"
SURE = 4
"""Confidence from which somebody counts as sure, of 1 to 5."""


def every_figure(cast: Ballots, standing: Sequence[StandingVote]) -> tuple[Figure, ...]:
    """Return all figures; `standing` are the same votes, "can't tell" included."""
    rated = cast.where(cast.that(lambda vote: vote.role != "attention"))
    return (
        _agreement(rated),
        _same_again(rated),
        _checks_passed(standing, cast.truths),
        *_right_by_source(rated),
        _bad_chosen(rated, "gaps"),
        votes_against_proxy(rated),
        *gain_figures(rated),
        _left_chosen(rated),
        _longer_chosen(rated),
        _length_beyond_quality(rated),
        *_impressions(rated),
        *_confidence(rated),
    )


def rater_figures(cast: Ballots, standing: Sequence[StandingVote]) -> tuple[Figure, ...]:
    """Return one rater's figures, in the order of `PER_RATER`."""
    rated = cast.where(cast.that(lambda vote: vote.role != "attention"))
    return (
        _checks_passed(standing, cast.truths),
        _right(rated, "right", "Right, as far as the truth is known"),
        _bad_chosen(rated, "truth"),
        _left_chosen(rated),
        _longer_chosen(rated),
        _same_again(rated),
    )


# ---- agreement


def _agreement(rated: Ballots) -> Figure:
    once = rated.where(rated.that(lambda vote: not vote.is_repeat))
    pairs, item = np.unique([vote.pair_id for vote in once.votes], return_inverse=True)
    values, place = np.unique(once.first, return_inverse=True)
    counts = np.zeros((len(pairs), len(values)))
    np.add.at(counts, (item, place), 1.0)
    prompt = np.zeros(len(pairs), dtype=np.int64)
    prompt[item] = once.prompt

    return figure(
        "agreement",
        "agreement",
        "Raters agree (Krippendorff's alpha, nominal)",
        int((counts.sum(axis=1) >= 2).sum()),
        lambda: krippendorff_interval(counts, values, prompt),
        none="no pair has votes of two raters",
        unit="alpha",
        note="1 is perfect, 0 is chance",
    )


def _same_again(rated: Ballots) -> Figure:
    """Tell how often a person who was asked twice said the same."""
    is_repeat = rated.that(lambda vote: vote.is_repeat)
    before = {
        (vote.person_id, vote.pair_id): value
        for vote, value in zip(rated.votes, rated.first, strict=True)
        if not vote.is_repeat
    }
    was = np.array([before.get((v.person_id, v.pair_id), np.nan) for v in rated.votes])
    asked = is_repeat & np.isfinite(was)
    same = (was == rated.first).astype(np.float64)
    title = "Asked again, a rater says the same"
    return _share("same_again", "agreement", title, same, asked, rated, "nobody was asked again")


def _checks_passed(standing: Sequence[StandingVote], truths: Mapping[int, Truth]) -> Figure:
    """Tell how many attention checks were passed; "can't tell" passes none."""
    met = [vote for vote in standing if vote.role == "attention" and vote.pair_id in truths]
    passed = sum(vote.choice == truths[vote.pair_id].choice for vote in met)
    n = len(met)
    return figure(
        "checks_passed",
        "agreement",
        "Attention checks are passed",
        n,
        lambda: (passed / n, *clopper_pearson(passed, n, 0.95)),
        none="nobody met one",
    )


# ---- truth


def _right(rated: Ballots, name: str, title: str, told_by: str | None = None) -> Figure:
    """Tell how often votes say what those say who know; without `told_by` whoever they are."""
    known = np.isfinite(rated.truth)
    if told_by is not None:
        known &= rated.that(lambda vote: rated.truths[vote.pair_id].told_by == told_by)
    return _share(name, "truth", title, rated.right, known, rated, NO_TRUTH)


def _right_by_source(rated: Ballots) -> list[Figure]:
    told = sorted(
        {rated.truths[v.pair_id].told_by for v in rated.votes if v.pair_id in rated.truths}
    )
    if not told:
        return [Figure("right", "truth", "Raters are right", "share", 0, why=NO_TRUTH)]
    return [
        _right(rated, f"right_by_{who}", f"Raters are right (the truth is told by: {who})", who)
        for who in told
    ]


def _bad_chosen(rated: Ballots, group: Group) -> Figure:
    """Estimate false approvals: of a good response and a bad one, how often the bad one wins."""
    bad = rated.bad_chosen()
    title = "Gap 2, raters against the truth: the bad response is chosen over the good one"
    none = "of no pair is it known that one response is good and the other is not"
    return _share("bad_chosen", group, title, bad, np.isfinite(bad), rated, none)


# ---- effects


def _left_chosen(rated: Ballots) -> Figure:
    won = np.where(rated.left == 1, rated.first, 1 - rated.first)
    every = np.ones(len(rated), dtype=bool)
    title = "The response on the left is chosen"
    return _share("left_chosen", "effects", title, won, every, rated, "no votes yet", HALF)


def _longer(rated: Ballots) -> Float[np.ndarray, " votes"]:
    """Return 1 where the first response is longer, 0 where the second is; NaN for films."""
    longer = [
        np.nan if vote.are_clips else np.sign(len(vote.first) - len(vote.second)) / 2 + 0.5
        for vote in rated.votes
    ]
    return np.array(longer, dtype=np.float64)


def _longer_chosen(rated: Ballots) -> Figure:
    longer = _longer(rated)
    won = 1 - np.abs(rated.first - longer)
    differ = np.isfinite(longer) & (longer != 0.5)
    title, none = "The longer response is chosen", "no pair of texts of two lengths has votes"
    return _share("longer_chosen", "effects", title, won, differ, rated, none)


def _length_beyond_quality(rated: Ballots) -> Figure:
    longer = _longer(rated)
    counts = np.isfinite(longer) & (longer != 0.5) & np.isfinite(rated.truth)
    title = "Right where the better response is the longer one, less where it is the shorter"
    return _difference(
        "length_beyond_quality", "effects", title, rated.right, longer == rated.truth, counts, rated
    )


# ---- first impressions and confidence


def _impressions(rated: Ballots) -> list[Figure]:
    """Part votes by whether the first impression and the final choice were right."""
    at_once = np.array([DECIDED.get(vote.impression or "", np.nan) for vote in rated.votes])
    changed = (at_once != rated.first).astype(np.float64)
    asked = np.isfinite(at_once)
    title = "The choice changes after a look at the source"
    none = "no first impressions were asked for"
    found = [_share("changed", "impression", title, changed, asked, rated, none)]
    clear = asked & np.isfinite(rated.truth) & (at_once != 0.5) & (rated.first != 0.5)
    was_right, is_right = at_once == rated.truth, rated.first == rated.truth
    for name, title, which in (
        ("right_throughout", "Right at first and in the end", was_right & is_right),
        ("fooled_at_once", "Fooled at first and in the end", ~was_right & ~is_right),
        ("fooled_after", "Right at first, fooled in the end", was_right & ~is_right),
        ("corrected", "Fooled at first, right in the end", ~was_right & is_right),
    ):
        hits = which.astype(np.float64)
        none = "no first impressions on pairs whose truth is known"
        found.append(_share(name, "impression", title, hits, clear, rated, none))
    return found


def _confidence(rated: Ballots) -> list[Figure]:
    """Tell how often votes of each stated confidence are right."""
    stated = np.array([vote.confidence or 0 for vote in rated.votes])
    known = np.isfinite(rated.truth) & (stated > 0)
    levels = [
        _share(
            f"right_when_{level}",
            "confidence",
            f"Right where the rater's confidence is {level} of 5",
            rated.right,
            known & (stated == level),
            rated,
            NO_TRUTH,
        )
        for level in range(1, 6)
        if (stated == level).any()
    ]
    title = f"Right where sure ({SURE} or 5), less where not"
    sure = _difference("sure", "confidence", title, rated.right, stated >= SURE, known, rated)
    return [*levels, sure]


# ---- parts


def _share(
    name: str,
    group: Group,
    title: str,
    hits: Float[np.ndarray, " votes"],
    counts: Bool[np.ndarray, " votes"],
    rated: Ballots,
    none: str,
    note: str = "",
) -> Figure:
    asked = np.where(counts, hits, np.nan)
    return share_figure(name, group, title, asked, rated.prompt, none=none, note=note)


def _difference(
    name: str,
    group: Group,
    title: str,
    values: Float[np.ndarray, " votes"],
    chosen: Bool[np.ndarray, " votes"],
    counts: Bool[np.ndarray, " votes"],
    rated: Ballots,
) -> Figure:
    def measure() -> Interval:
        return clustered_difference(values[counts], chosen[counts], rated.prompt[counts])

    n, none = int(counts.sum()), "no such votes on pairs whose truth is known"
    return figure(name, group, title, n, measure, none=none, unit="difference of shares")
