"""Votes as rows of the ecosystem's form: prompt, chosen, rejected, and all that is known of each.

A tie and "can't tell" have no chosen response. They are rows of their own, `prompt, first, second`
in the order shown: `preferences.files` reads them back, and nobody can train on them by accident.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from looksgood.rating.pairs import Truth
from looksgood.rating.standing import StandingVote

Row = dict[str, Any]
SIDES = ("first", "second")
_OTHER = {"first": "second", "second": "first"}


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows by what may be done with them."""

    decided: Sequence[Row]
    """To train on."""
    undecided: Sequence[Row]
    """Ties and "can't tell"."""
    checks: Sequence[Row]
    """Votes on attention checks, decided or not: they tell of raters, not of responses."""


def vote_rows(campaign: str, votes: Iterable[StandingVote]) -> Rows:
    """Return one row for each vote; `choice`, `impression`: of the order in which it was shown."""
    rated = [vote for vote in votes if vote.role != "attention"]
    checks = [vote for vote in votes if vote.role == "attention"]
    return Rows(
        [_vote_row(campaign, vote) for vote in rated if vote.choice in SIDES],
        [_vote_row(campaign, vote) for vote in rated if vote.choice not in SIDES],
        [_vote_row(campaign, vote) for vote in checks],
    )


def pair_rows(campaign: str, votes: Iterable[StandingVote]) -> Rows:
    """Return one row for each pair: what most of its votes chose, and how many did.

    Attention checks, and votes of people who were asked again, are left out. Where as many chose
    the one as the other the pair is undecided.
    """
    pairs: dict[int, list[StandingVote]] = {}
    for vote in votes:
        if vote.role != "attention" and not vote.is_repeat:
            pairs.setdefault(vote.pair_id, []).append(vote)
    rows = [_pair_row(campaign, own) for own in pairs.values()]
    return Rows(
        [row for row in rows if row["choice"] in SIDES],
        [row for row in rows if row["choice"] not in SIDES],
        [],
    )


def audit_rows(votes: Iterable[StandingVote], truths: Mapping[int, Truth]) -> list[Row]:
    """Return rows that `looksgood audit --votes` reads as they are, the truth beside each vote.

    `vote` and `shown` name the item's own first and second response.
    """
    return [
        {
            "item": vote.pair_key,
            "prompt": vote.prompt,
            "first": vote.first,
            "second": vote.second,
            "rater": vote.rater,
            "vote": vote.choice,
            "shown": "first" if vote.first_is_left else "second",
            "confidence": vote.confidence,
            "seconds": vote.seconds,
            "truth": None if vote.pair_id not in truths else truths[vote.pair_id].choice,
        }
        for vote in votes
        if vote.role != "attention" and not vote.is_repeat
    ]


# ---- parts


def _vote_row(campaign: str, vote: StandingVote) -> Row:
    left = "first" if vote.first_is_left else "second"
    row = {
        **_texts(vote, vote.choice, left),
        "impression": _as_shown(vote.impression, left),
        "rater": vote.rater,
        "rater_role": vote.rater_role,
        "confidence": vote.confidence,
        "seconds": vote.seconds,
        "watched": vote.watched,
        "tags": list(vote.tags),
        "note": vote.note,
        "voted_at": datetime.fromtimestamp(vote.voted_at, UTC).isoformat(),
        "is_repeat": vote.is_repeat,
        "is_gold": vote.role == "gold",
        "is_check": vote.role == "attention",
        **_whence(campaign, vote),
    }
    return _with_extra(row, vote, vote.choice, left)


def _pair_row(campaign: str, own: Sequence[StandingVote]) -> Row:
    pair = own[0]
    first, second, ties, cant_tell = (
        sum(vote.choice == choice for vote in own)
        for choice in ("first", "second", "tie", "cant_tell")
    )
    counted = first + second + ties
    choice = "first" if first > second else "second" if second > first else "tie"
    if not counted:
        choice = "cant_tell"
    row = {
        **_texts(pair, choice, "first"),
        "votes": len(own),
        "votes_for": max(first, second),
        "votes_against": min(first, second),
        "ties": ties,
        "cant_tell": cant_tell,
        # not called margin: trainers of reward models take a column of that name for their loss
        "lead": abs(first - second) / counted if counted else None,
        "is_gold": pair.role == "gold",
        **_whence(campaign, pair),
    }
    return _with_extra(row, pair, choice, "first")


def _texts(vote: StandingVote, choice: str, left: str) -> Row:
    """Return prompt, the two responses and the choice; `left` of the pair's two was shown first."""
    text = {"first": vote.first, "second": vote.second}
    if choice in SIDES:
        responses = {"chosen": text[choice], "rejected": text[_OTHER[choice]]}
    else:
        responses = {"first": text[left], "second": text[_OTHER[left]]}
    return {"prompt": vote.prompt, **responses, "choice": _as_shown(choice, left)}


def _as_shown(choice: str | None, left: str) -> str | None:
    if choice in SIDES:
        return "first" if choice == left else "second"
    return choice


def _whence(campaign: str, vote: StandingVote) -> Row:
    return {
        "campaign": campaign,
        "pair": vote.pair_key,
        "batch": vote.batch,
        "source": vote.source,
        "are_clips": vote.are_clips,
    }


def _with_extra(row: Row, vote: StandingVote, choice: str, left: str) -> Row:
    """Return the row and what came with the pair, its sides named by what they are in this row.

    `kl_first` becomes `kl_chosen` where the pair's first response was chosen; in a row without a
    choice it is of the response shown first. A name of our own gets `extra_` in front.
    """
    one = choice if choice in SIDES else left
    names = ("chosen", "rejected") if choice in SIDES else SIDES
    whole = dict(row)
    for name, value in vote.extra.items():
        stem, _, side = name.rpartition("_")
        if stem and side in SIDES:
            name = f"{stem}_{names[side != one]}"
        whole[f"extra_{name}" if name in row else name] = value
    return whole
