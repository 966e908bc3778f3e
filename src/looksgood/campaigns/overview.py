"""What the votes of a campaign say, for its owner: pace, agreement, checks, effects, two gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import Connection

from looksgood.campaigns.ballots import Ballots, ballots
from looksgood.campaigns.figure import Figure
from looksgood.campaigns.figures import every_figure, rater_figures
from looksgood.rating.campaigns import Campaign
from looksgood.rating.pairs import Truth
from looksgood.rating.people import PersonRole
from looksgood.rating.standing import StandingVote, standing_votes, truths_of
from looksgood.rating.votes import Progress, progress

PEOPLE: tuple[PersonRole, ...] = ("rater", "owner")
SIMULATED: tuple[PersonRole, ...] = ("simulated",)
BREAK_SECONDS = 300.0
"""Between two votes of one person a longer time is a break, not work."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast votes come."""

    votes: int
    ties: int
    cant_tell: int
    first_at: float | None
    last_at: float | None
    per_hour: float | None
    """Votes per hour at work, of one person; breaks are left out. None below two votes."""
    median_seconds: float | None
    """From a pair's appearance to the choice, as browsers told it."""


@dataclass(frozen=True, slots=True)
class RaterOverview:
    """One rater."""

    name: str
    role: str
    pace: Pace
    figures: tuple[Figure, ...]
    """`figures.PER_RATER`, in this order, for every rater."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What is known of a campaign from its standing votes."""

    name: str
    question: str
    is_closed: bool
    wanted: int
    """Votes of ordinary pairs that are asked for, and how many of them there are; of everybody,
    simulated raters included."""
    filled: int
    pace: Pace
    figures: tuple[Figure, ...]
    """In order, by group: agreement, truth, gaps, effects, impression, confidence."""
    raters: tuple[RaterOverview, ...]
    """Those of most votes first."""

    def as_json(self) -> dict[str, Any]:
        """Return plain data."""
        return asdict(self)


def overview_of(
    connection: Connection, campaign: Campaign, roles: Sequence[PersonRole] = PEOPLE
) -> Overview:
    """Return what the votes of people (or of those of other `roles`) say."""
    standing = [v for v in standing_votes(connection, campaign) if v.rater_role in roles]
    truths = truths_of(connection, campaign)
    return overview(campaign, standing, truths, progress(connection, campaign))


def overview(
    campaign: Campaign,
    standing: Sequence[StandingVote],
    truths: Mapping[int, Truth],
    done: Progress,
) -> Overview:
    """Return what these votes say."""
    cast = ballots(standing, truths)
    return Overview(
        name=campaign.spec.name,
        question=campaign.spec.question,
        is_closed=campaign.is_closed,
        wanted=done.wanted,
        filled=done.filled,
        pace=pace(standing),
        figures=every_figure(cast, standing),
        raters=tuple(_each_rater(cast, standing)),
    )


def pace(standing: Sequence[StandingVote]) -> Pace:
    """Return how many votes there are and how fast they came."""
    times = sorted(vote.voted_at for vote in standing)
    seconds = [vote.seconds for vote in standing if vote.seconds is not None]
    steps = [step for one in _by_person(standing).values() for step in _steps(one)]
    at_work = sum(steps)
    return Pace(
        votes=len(standing),
        ties=sum(vote.choice == "tie" for vote in standing),
        cant_tell=sum(vote.choice == "cant_tell" for vote in standing),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        per_hour=3600 * len(steps) / at_work if at_work > 0 else None,
        median_seconds=median(seconds) if seconds else None,
    )


def _each_rater(cast: Ballots, standing: Sequence[StandingVote]) -> Iterable[RaterOverview]:
    people = _by_person(standing)
    for person, own in sorted(people.items(), key=lambda one: -len(one[1])):
        mine = cast.where(cast.that(lambda vote, person=person: vote.person_id == person))
        yield RaterOverview(own[0].rater, own[0].rater_role, pace(own), rater_figures(mine, own))


def _by_person(standing: Sequence[StandingVote]) -> dict[int, list[StandingVote]]:
    people: dict[int, list[StandingVote]] = {}
    for vote in standing:
        people.setdefault(vote.person_id, []).append(vote)
    return people


def _steps(own: Sequence[StandingVote]) -> list[float]:
    """Return the seconds from vote to vote of one person, without breaks."""
    times = sorted(vote.voted_at for vote in own)
    steps = (later - sooner for sooner, later in pairwise(times))
    return [step for step in steps if step <= BREAK_SECONDS]
