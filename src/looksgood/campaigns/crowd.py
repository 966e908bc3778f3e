"""A simulated crowd beside real raters: it claims and votes as they do, from known chances.

What each member says of a pair depends on the seed, the member and the pair alone, not on when.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from looksgood.core.choices import DECIDED
from looksgood.core.seeds import Seed
from looksgood.rating.campaigns import Campaign, campaign_by_id
from looksgood.rating.claims import Shown, claim
from looksgood.rating.database import Database
from looksgood.rating.pairs import Truth
from looksgood.rating.people import Person, invite
from looksgood.rating.standing import truths_of
from looksgood.rating.votes import Answer, take_vote

ASK_AGAIN_SECONDS = 5.0
"""After an empty claim: slots may come back."""


@dataclass(frozen=True, slots=True)
class Member:
    """One simulated rater."""

    name: str
    kind: str
    """Whose chances: a name in `chances` of the truths' detail (`told.wrong_with`)."""
    seconds: float
    """Mean time per pair."""


class Crowd:
    """Simulated raters of one campaign."""

    def __init__(
        self, database: Database, campaign: Campaign, members: Sequence[Member], seed: Seed
    ) -> None:
        """Invite the members, where they have not been invited before."""
        self._database, self._campaign, self._seed = database, campaign, seed
        with database.writing() as connection:
            self._members = [
                (member, invite(connection, member.name, campaign.id, "simulated"))
                for member in members
            ]
            self._truths = truths_of(connection, campaign)

    def run(self, stop: threading.Event) -> None:
        """Vote until `stop` is set: each member one pair at a time, each at its own pace."""
        now = time.monotonic()
        due = {member.name: now + self._pause(member, 0) for member, _ in self._members}
        done = dict.fromkeys(due, 0)
        while not stop.wait(max(0.0, min(due.values()) - time.monotonic())):
            member, person = min(self._members, key=lambda one: due[one[0].name])
            done[member.name] += 1
            wait = self._pause(member, done[member.name])
            with self._database.writing() as connection:
                voted = self._vote(connection, member, person)
            due[member.name] = time.monotonic() + (wait if voted else ASK_AGAIN_SECONDS)

    def everybody(self) -> None:
        """Let all members answer all that there is, at once."""
        for member, person in self._members:
            with self._database.writing() as connection:
                while self._vote(connection, member, person):
                    pass

    def _vote(self, connection: Connection, member: Member, person: Person) -> bool:
        """Let one member answer one pair; False if there was none to answer."""
        campaign = campaign_by_id(connection, self._campaign.id)
        shown = claim(connection, campaign, person, 1)
        if not shown:
            return False
        return take_vote(connection, campaign, person, self._answer(member, shown[0]))

    def _answer(self, member: Member, shown: Shown) -> Answer:
        draw = self._seed.child(member.name, shown.prompt, shown.first, shown.second)
        chance = _chance(self._truths.get(shown.pair_id), member.kind)
        is_first = draw.child("choice").number < chance * 2**63
        return Answer(
            key=f"simulated-{self._campaign.id}-{shown.showing_id}",
            showing_id=shown.showing_id,
            side="left" if is_first == shown.first_is_left else "right",
            seconds=round(self._pause(member, shown.pair_id), 1),
        )

    def _pause(self, member: Member, number: int) -> float:
        """Return seconds, between half and one and a half of the member's mean."""
        share = self._seed.child("pause", member.name, number).number / 2**63
        return member.seconds * (0.5 + share)


def _chance(truth: Truth | None, kind: str) -> float:
    """Return with which chance a member chooses the first; a check is passed, else it is a coin."""
    if truth is None:
        return 0.5
    by_truth = DECIDED[truth.choice]
    return float(truth.detail.get("chances", {}).get(kind, by_truth))
