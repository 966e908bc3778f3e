"""How did I do? What a person approved that was wrong, and how others did on the same pairs.

What is wrong with a response stands in the `detail` of its pair's truth (`wrong_with`), beside the
chances with which simulated raters choose. Attention checks stay hidden: they are not told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from looksgood.core.errors import ConfigError
from looksgood.rating.campaigns import Campaign
from looksgood.rating.pairs import Truth
from looksgood.rating.people import Person
from looksgood.rating.standing import StandingVote, standing_votes, truths_of

OTHERS = "others here"
"""Whoever else voted on the same pairs of this campaign, simulated raters included."""
FEWEST_OTHERS = 3
"""Votes of others on a pair, below which nothing is said of them."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a response."""

    kind: str
    """As it is counted: "popular falsehood", "made-up source"."""
    says: str
    """What is the case instead, in a sentence."""


@dataclass(frozen=True, slots=True)
class Approved:
    """A response with something wrong that was chosen over one without, first or in the end."""

    prompt: str
    response: str
    instead_of: str
    are_clips: bool
    wrong: tuple[Wrong, ...]
    at_once: bool | None
    """Whether it was the first impression; None where none was asked for."""
    in_the_end: bool
    source: str
    beside: Mapping[str, float]
    """How often others choose it, by who they are."""


@dataclass(frozen=True, slots=True)
class KindTold:
    """One kind of mistake, over the pairs in which one response made it and the other did not."""

    kind: str
    met: int
    at_once: int | None
    """How often it was chosen at the first impression; None where none was asked for."""
    in_the_end: float
    """How often it was chosen; a tie counts half."""
    beside: Mapping[str, float]
    """The share of these that others choose, by who they are."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a person is told; nothing but `missing` before they have voted often enough."""

    missing: int
    """Votes until there is something to tell."""
    votes: int
    known: int
    """Votes on pairs of which one response is the better one, by who knows."""
    right: float
    """Of these; a tie counts half."""
    kinds: tuple[KindTold, ...]
    """Those met most often first."""
    approved: tuple[Approved, ...]
    """In the order in which they were met."""

    @property
    def says(self) -> tuple[str, ...]:
        """Return it in sentences."""
        if self.missing:
            return (f"{self.missing} more, and you will be told how you did.",)
        lines = [f"You chose the better response in {self.right:g} of {self.known} pairs."]
        for one in self.kinds:
            first = "" if one.at_once is None else f"{one.at_once} at first sight, "
            beside = ", ".join(f"{who} {share:.0%}" for who, share in one.beside.items())
            lines.append(
                f"{one.kind}: you approved {first}{one.in_the_end:g} in the end, of {one.met}"
                + (f" ({beside})." if beside else ".")
            )
        return tuple(lines)


def wrong_with(
    first: Sequence[Wrong], second: Sequence[Wrong], chances: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Return a truth's `detail`; `chances`: how often who chooses the first response."""
    sides = {"first": first, "second": second}
    told = {side: [[one.kind, one.says] for one in wrongs] for side, wrongs in sides.items()}
    return {**told, "chances": dict(chances or {})}


def told(connection: Connection, campaign: Campaign, person: Person) -> Told:
    """Return how one person did.

    Raises:
        ConfigError: the campaign tells nobody.
    """
    after = campaign.spec.tell_after
    if after is None:
        raise ConfigError(f"campaign {campaign.spec.name!r} tells nobody how they did")
    standing = standing_votes(connection, campaign)
    mine = [vote for vote in standing if vote.person_id == person.id and not vote.is_repeat]
    if len(mine) < after:
        return Told(after - len(mine), len(mine), 0, 0.0, (), ())
    truths = truths_of(connection, campaign)
    shown = [vote for vote in mine if vote.role != "attention" and vote.pair_id in truths]
    others: dict[int, list[StandingVote]] = {}
    for vote in standing:
        if vote.person_id != person.id and not vote.is_repeat:
            others.setdefault(vote.pair_id, []).append(vote)
    met = [m for vote in shown for m in _met(vote, truths[vote.pair_id], others)]
    judged = [vote for vote in shown if truths[vote.pair_id].choice != "tie"]
    right = sum(_chosen(vote.choice, truths[vote.pair_id].choice) or 0.0 for vote in judged)
    return Told(0, len(mine), len(judged), right, _by_kind(met), _approved(met))


# ---- parts


@dataclass(frozen=True, slots=True)
class _Met:
    """One answered pair of which one side makes a mistake of this kind and the other does not."""

    kind: str
    vote: StandingVote
    side: str
    wrong: tuple[Wrong, ...]
    """Everything that is wrong with that side."""
    only_here: bool
    """The other side makes no mistake at all."""
    beside: Mapping[str, float]


def _met(
    vote: StandingVote, truth: Truth, others: Mapping[int, Sequence[StandingVote]]
) -> list[_Met]:
    found = []
    for side, other in (("first", "second"), ("second", "first")):
        wrong = tuple(Wrong(*one) for one in truth.detail.get(side, ()))
        kinds = {one[0] for one in truth.detail.get(other, ())}
        beside = {
            who: chance if side == "first" else 1 - chance
            for who, chance in truth.detail.get("chances", {}).items()
        }
        shares = [_chosen(one.choice, side) for one in others.get(vote.pair_id, ())]
        known = [share for share in shares if share is not None]
        if len(known) >= FEWEST_OTHERS:
            beside[OTHERS] = sum(known) / len(known)
        found += [
            _Met(kind, vote, side, wrong, not kinds, beside)
            for kind in dict.fromkeys(one.kind for one in wrong)
            if kind not in kinds
        ]
    return found


def _by_kind(met: Sequence[_Met]) -> tuple[KindTold, ...]:
    kinds: dict[str, list[_Met]] = {}
    for one in met:
        kinds.setdefault(one.kind, []).append(one)
    told = []
    for kind, ones in sorted(kinds.items(), key=lambda item: -len(item[1])):
        first = [_chosen(one.vote.impression, one.side) for one in ones if one.vote.impression]
        names = dict.fromkeys(name for one in ones for name in one.beside)
        shares = {name: [one.beside[name] for one in ones if name in one.beside] for name in names}
        told.append(
            KindTold(
                kind,
                met=len(ones),
                at_once=sum(share == 1 for share in first) if first else None,
                in_the_end=sum(_chosen(one.vote.choice, one.side) or 0.0 for one in ones),
                beside={name: sum(share) / len(share) for name, share in shares.items()},
            )
        )
    return tuple(told)


def _approved(met: Sequence[_Met]) -> tuple[Approved, ...]:
    found: dict[int, Approved] = {}
    for one in met:
        vote = one.vote
        at_once = None if vote.impression is None else vote.impression == one.side
        in_the_end = vote.choice == one.side
        if vote.pair_id in found or not one.only_here or not (at_once or in_the_end):
            continue
        is_first = one.side == "first"
        found[vote.pair_id] = Approved(
            prompt=vote.prompt,
            response=vote.first if is_first else vote.second,
            instead_of=vote.second if is_first else vote.first,
            are_clips=vote.are_clips,
            wrong=one.wrong,
            at_once=at_once,
            in_the_end=in_the_end,
            source=vote.source,
            beside=one.beside,
        )
    return tuple(found.values())


def _chosen(choice: str | None, side: str) -> float | None:
    """Return 1 where `side` was chosen, 0 where the other was, ½ for a tie, None for neither."""
    if choice in ("first", "second"):
        return float(choice == side)
    return 0.5 if choice == "tie" else None
