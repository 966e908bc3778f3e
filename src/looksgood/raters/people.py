"""People who are asked: pairs are handed over to a campaign, and waited for until they have votes.

What is asked is named by its content. A process that was stopped asks the same again, finds the
pairs where it left them, and with them whatever votes came in between.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.exc import OperationalError

from looksgood.core.choices import CHOICES
from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.raters.people_spec import PeopleSpec
from looksgood.rating.batches import batch_progress, hand_over, has_batch
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import Campaign, begin_campaign, campaign_by_id, find_campaign
from looksgood.rating.database import Database, as_argument, open_database
from looksgood.rating.pairs import NewPair, add_clip
from looksgood.rating.standing import standing_votes
from looksgood.rating.votes import Progress
from looksgood.runs.progress import clock

SHORTEST_SECONDS, LONGEST_SECONDS = 0.1, 3.0
"""Between two looks at the database: at first often, later seldom."""
PACE_SECONDS = 600.0
"""The present pace is that of so long."""
KeepFilm = Callable[[bytes], str]
"""Keeps a film (MP4) and returns its digest."""
NUMBER = "number"
"""In a pair's `extra`: its place among those handed over."""
_BATCH_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person said of one of the pairs."""

    pair: int
    """Its place among those handed over."""
    choice: float
    """1 its first response, 0 its second, ½ a tie, NaN "can't tell"."""
    first_was_left: bool
    """Where the page is read from the left, whether its first response was seen first."""


@dataclass(frozen=True)
class People:
    """Everybody who rates in one campaign."""

    spec: PeopleSpec
    question: str
    tell: Callable[[str], Any]

    def begun(self) -> "People":
        """Begin the campaign if there is none; return these people.

        Raises:
            ConfigError: the campaign asks for another number of votes of each pair.
        """
        with self._opened() as database:
            self._campaign(database)
        return self

    def ask(self, batch: str, make: Callable[[KeepFilm], Sequence[NewPair]]) -> list[Vote]:
        """Hand pairs over, wait until all have their votes, and return every vote.

        `batch` names what is asked by its content, so `make` is called only where it is new. Pairs
        that are alike are asked about once. Votes come by pair, those of one in the order they were
        given; a pair that somebody was shown again, on purpose, counts once.

        Raises:
            ConfigError: the database cannot be opened.
            LooksgoodError: patience is at its end.
        """
        batch = batch[-_BATCH_LENGTH:]
        with self._opened() as database:
            campaign = self._campaign(database)
            with database.reading() as connection:
                is_there = has_batch(connection, campaign, batch)
            if not is_there:
                new = _numbered(make(lambda film: _keep(database, film)))
                with database.writing() as connection:
                    hand_over(connection, campaign, batch, new)
            self._wait(database, campaign, batch)
            with database.reading() as connection:
                said = standing_votes(connection, campaign, batch)
        votes = [
            Vote(int(one.extra[NUMBER]), CHOICES[one.choice], one.first_is_left)
            for one in said
            if not one.is_repeat
        ]
        return sorted(votes, key=lambda vote: vote.pair)

    # ---- parts

    @property
    def _who(self) -> str:
        return f"campaign {self.spec.campaign}"

    @contextmanager
    def _opened(self) -> Iterator[Database]:
        database = open_database(self.spec.where)
        try:
            yield database
        finally:
            database.close()

    def _campaign(self, database: Database) -> Campaign:
        with database.writing() as connection:
            found = find_campaign(connection, self.spec.campaign)
            if found is None:
                wanted = CampaignSpec(
                    name=self.spec.campaign,
                    question=self.question,
                    votes_per_pair=self.spec.votes,
                )
                found = begin_campaign(connection, wanted)
        if found.spec.votes_per_pair != self.spec.votes:
            raise ConfigError(
                f"rater.votes = {self.spec.votes}, but {self._who} asks for "
                f"{found.spec.votes_per_pair} of each pair: set that, or name another campaign"
            )
        return found

    def _wait(self, database: Database, campaign: Campaign, batch: str) -> None:
        pause, start, pace = SHORTEST_SECONDS, time.monotonic(), Pace()
        what_now = f"people rate with: looksgood rate serve --db {as_argument(self.spec.where)}"
        while True:
            waited = time.monotonic() - start
            try:
                now, is_closed = _look(database, campaign, batch)
            except OperationalError as error:  # it may be back in a minute: people wait, too
                reason = " ".join(str(error.orig).split())
                self.tell(
                    f"{self._who}: its database does not answer, and is asked again: {reason}"
                )
            else:
                if now.filled >= now.wanted:
                    return
                so_far = f"{self._who}: {now.filled} of {now.wanted} votes"
                self._refuse_to_wait_longer(so_far, waited)
                left = _said(pace.seconds_left(waited, now.filled, now.wanted))
                closed = "it is closed: open it again on the owner's page"
                self.tell(f"{so_far}, {left}; {closed if is_closed else what_now}")
            time.sleep(pause)
            pause = min(1.3 * pause, LONGEST_SECONDS)

    def _refuse_to_wait_longer(self, so_far: str, waited: float) -> None:
        limit = self.spec.patience_hours
        if limit is not None and waited > 3600 * limit:
            raise LooksgoodError(
                f"{so_far} after {limit:g} h (rater.patience_hours): they are kept, and the same "
                "command waits for the others"
            )


class Pace:
    """How fast votes come in."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def seconds_left(self, now: float, filled: int, wanted: int) -> float | None:
        """Estimate the time left from the last ten minutes; None where no vote came in them."""
        self._seen.append((now, filled))
        while now - self._seen[0][0] > PACE_SECONDS:
            self._seen.popleft()
        since, had = self._seen[0]
        if filled <= had:
            return None
        return (wanted - filled) * (now - since) / (filled - had)


def _look(database: Database, campaign: Campaign, batch: str) -> tuple[Progress, bool]:
    """Return how far a batch is, and whether its campaign is closed."""
    with database.reading() as connection:
        now = batch_progress(connection, campaign, batch)
        return now, campaign_by_id(connection, campaign.id).is_closed


def _said(seconds: float | None) -> str:
    return "time left not known yet" if seconds is None else f"about {clock(max(seconds, 1))} left"


def _keep(database: Database, film: bytes) -> str:
    # each film in a transaction of its own: whoever votes meanwhile waits for one, not for all
    with database.writing() as connection:
        return add_clip(connection, film)


def _numbered(pairs: Sequence[NewPair]) -> list[NewPair]:
    """Give each pair its place among all; of pairs that are alike the first is kept."""
    kept: dict[str, NewPair] = {}
    for number, pair in enumerate(pairs):
        kept.setdefault(pair.key, replace(pair, extra={**pair.extra, NUMBER: number}))
    return list(kept.values())
