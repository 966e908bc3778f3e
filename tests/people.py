"""Scripted people: they answer whatever a campaign asks, by a rule, over the store or over HTTP."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from looksgood.rating.campaigns import all_campaigns
from looksgood.rating.claims import Shown, claim
from looksgood.rating.database import Database, open_database
from looksgood.rating.people import invite
from looksgood.rating.votes import Answer, take_vote
from tests.sweeps import TINY

Rule = Callable[[Shown], str]
"""From a pair to first, second, tie or cant_tell."""


TEACHABLE = TINY | {
    "world.response_tokens": 16,
    "policy.width": 24,
    "policy.epochs": 4.0,
    "preferences.prompts": 20,
    "preferences.pairs_per_prompt": 2,
    "reward.epochs": 8.0,
    "betas": (0.0,),
    "best_of": (1,),
    "optimizer.steps": 12,
    "optimizer.prompts": 8,
    "measure.prompts": 16,
    "measure.k": 4,
    "measure.checkpoints": 1,
}
"""A sweep of seconds in which 40 comparisons teach how long to be: the base says 9 words, and what
was trained on these raters 13, on those who like it short 2."""


def longer(shown: Shown) -> str:
    """Prefer the response of more words; equal ones tie."""
    first, second = len(shown.first.split()), len(shown.second.split())
    return "tie" if first == second else "first" if first > second else "second"


def shorter(shown: Shown) -> str:
    """Prefer the response of fewer words; equal ones tie."""
    return {"first": "second", "second": "first"}.get(longer(shown), "tie")


def side(shown: Shown, choice: str) -> str:
    """Return a choice of the pair as the side of the page it is on."""
    if choice not in ("first", "second"):
        return choice
    return "left" if (choice == "first") == shown.first_is_left else "right"


def rate_all(database: Database, name: str, rule: Rule = longer, limit: int | None = None) -> int:
    """Let one person answer all that is open in every campaign; return how many votes."""
    count = 0
    with database.reading() as connection:
        campaigns = all_campaigns(connection)
    for campaign in campaigns:
        with database.writing() as connection:
            person = invite(connection, name, campaign.id)
        while limit is None or count < limit:
            with database.writing() as connection:
                shown = claim(connection, campaign, person, 1)
                if not shown:
                    break
                answer = Answer(str(uuid4()), shown[0].showing_id, side(shown[0], rule(shown[0])))
                count += take_vote(connection, campaign, person, answer)
    return count


class Rating(threading.Thread):
    """People who answer in the background, for as long as the context lasts."""

    def __init__(self, where: Path, rule: Rule = longer, names: tuple[str, ...] = ("ann",)) -> None:
        super().__init__(daemon=True)
        self.where, self.rule, self.names = where, rule, names
        self.votes = 0
        self._over = threading.Event()

    def run(self) -> None:
        """Answer until told to stop."""
        database = open_database(self.where)
        while not self._over.is_set():
            for name in self.names:
                self.votes += rate_all(database, name, self.rule)
            time.sleep(0.02)
        database.close()

    def __enter__(self) -> "Rating":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join(30)
