"""What every door needs: the database, who is asking, and whether they may."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from looksgood.rating.campaigns import Campaign, find_campaign
from looksgood.rating.database import Database
from looksgood.rating.people import Person, person_by_id
from looksgood.web.kept import Kept
from looksgood.web.limits import Limits, network_of
from looksgood.web.refusals import Refused, not_let_in
from looksgood.web.tokens import SESSION_SECONDS, Forged, Pass, Signer


@dataclass(frozen=True, slots=True)
class Site:
    """One server's database, secret and counts."""

    database: Database
    signer: Signer
    is_https: bool
    limits: Limits = field(default_factory=Limits)
    overviews: Kept[Any] = field(default_factory=Kept)
    """Of campaigns, by their number: for the owner's page."""

    def signed_in(self, request: Request, *campaigns: str | None) -> list[Pass]:
        """Return who is signed in for these campaigns (None: as an owner), the first one first.

        Whether they may still come in is asked of the database.

        Raises:
            Refused: 403 nobody, 429 too often.
        """
        names = (self.signer.cookie(campaign) for campaign in campaigns)
        cookies = [request.cookies[name] for name in names if name in request.cookies]
        if not cookies:
            raise not_let_in("Open your invitation link first.")
        try:
            found = [self.signer.signed_in(cookie) for cookie in cookies]
        except Forged as error:
            raise self.forged(request) from error
        passes = [one for one in found if one is not None]
        if not passes:
            raise not_let_in("It has been a while: open your invitation link again.")
        self._count(self.limits.requests.wait_seconds(passes[0].person_id))
        return passes

    def sender(self, passes: Sequence[Pass], word: str) -> Pass:
        """Return whose page sent that word along, of these.

        Raises:
            Refused: 403 none of them: it came from elsewhere.
        """
        for one in passes:
            if self.signer.is_csrf(one.person_id, word):
                return one
        raise not_let_in("This did not come from the page itself: reload it and try again.")

    def count_costly(self, who: Pass) -> None:
        """Count something that takes a while to find out.

        Raises:
            Refused: 429 too often.
        """
        self._count(self.limits.costly.wait_seconds(who.person_id))

    def invited(self, request: Request, token: str) -> Pass:
        """Return whose link was opened.

        Raises:
            Refused: 403 nobody's, 429 too often.
        """
        self._count(self.limits.joins.wait_seconds(_address(request)))
        try:
            return self.signer.invited(token)
        except Forged as error:
            raise self.forged(request) from error

    def forged(self, request: Request) -> Refused:
        """Return the refusal of something that nobody signed here, counted by address."""
        self._count(self.limits.forgeries.wait_seconds(_address(request)))
        return not_let_in()

    def sign_in(self, response: Response, person: Person, campaign: str | None) -> None:
        """Have the browser keep who it is in that campaign (None: as an owner)."""
        response.set_cookie(
            self.signer.cookie(campaign),
            self.signer.session(person),
            max_age=SESSION_SECONDS,
            secure=self.is_https,
            httponly=True,
            samesite="lax",
        )

    @staticmethod
    def _count(wait: int) -> None:
        if wait:
            raise Refused(429, f"too many requests: wait {wait} s", retry_after=wait)


def somebody(connection: Connection, *passes: Pass) -> Person:
    """Return the first of these people who may come in now.

    Raises:
        Refused: 403 revoked, if invited anew since then too; expired, or of another database.
    """
    for one in passes:
        person = person_by_id(connection, one.person_id)
        if person is not None and person.invited_at == one.invited_at:
            return person
    raise not_let_in()


def rater_of(connection: Connection, name: str, *passes: Pass) -> tuple[Person, Campaign]:
    """Return the first who may come in, and a campaign they may rate: their own; an owner any.

    Raises:
        Refused: 403 another's, 404 no such campaign.
    """
    person = somebody(connection, *passes)
    campaign = find_campaign(connection, name)
    if person.role != "owner" and (campaign is None or campaign.id != person.campaign_id):
        raise not_let_in("Your invitation is for another campaign.")
    if campaign is None:
        raise Refused(404, f"there is no campaign {name!r}")
    return person, campaign


def owner(connection: Connection, *passes: Pass) -> Person:
    """Return the first who may come in, an owner.

    Raises:
        Refused: 403 not one.
    """
    person = somebody(connection, *passes)
    if person.role != "owner":
        raise not_let_in("This page is for owners.")
    return person


def _address(request: Request) -> str:
    return network_of(request.client.host) if request.client else "nowhere"
