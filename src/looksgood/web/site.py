"""What every door needs: the database, who is asking, and whether they may."""

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
from looksgood.web.tokens import SESSION_SECONDS, Forged, Signer


@dataclass(frozen=True, slots=True)
class Site:
    """One server's database, secret and counts."""

    database: Database
    signer: Signer
    is_https: bool
    limits: Limits = field(default_factory=Limits)
    overviews: Kept[Any] = field(default_factory=Kept)
    """Of campaigns, by their number: for the owner's page."""

    def person_id(self, request: Request) -> int:
        """Return who sent a request, by its cookie; whether they may still come in comes later.

        Raises:
            Refused: 403 no cookie, or none of ours; 429 too often.
        """
        cookie = request.cookies.get(self.signer.cookie_name)
        if cookie is None:
            raise not_let_in("Open your invitation link first.")
        try:
            found = self.signer.signed_in(cookie)
        except Forged as error:
            raise self.forged(request) from error
        if found is None:
            raise not_let_in("It has been a while: open your invitation link again.")
        self._count(self.limits.requests.wait_seconds(found))
        return found

    def costly(self, request: Request) -> int:
        """Return who asks for something that takes a while to find out.

        Raises:
            Refused: as `person_id`, and 429 sooner.
        """
        person_id = self.person_id(request)
        self._count(self.limits.costly.wait_seconds(person_id))
        return person_id

    def invited(self, request: Request, token: str) -> int:
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

    def check_csrf(self, person_id: int, word: str) -> None:
        """Refuse what did not come from one of our own pages.

        Raises:
            Refused: 403.
        """
        if not self.signer.is_csrf(person_id, word):
            raise not_let_in("This did not come from the page itself: reload it and try again.")

    def sign_in(self, response: Response, person: Person) -> None:
        """Have the browser keep who it is."""
        response.set_cookie(
            self.signer.cookie_name,
            self.signer.session(person.id),
            max_age=SESSION_SECONDS,
            secure=self.is_https,
            httponly=True,
            samesite="lax",
        )

    @staticmethod
    def _count(wait: int) -> None:
        if wait:
            raise Refused(429, f"too many requests: wait {wait} s", retry_after=wait)


def somebody(connection: Connection, person_id: int) -> Person:
    """Return a person who may come in now.

    Raises:
        Refused: 403 revoked, expired, or of another database.
    """
    person = person_by_id(connection, person_id)
    if person is None:
        raise not_let_in()
    return person


def rater_of(connection: Connection, person_id: int, name: str) -> tuple[Person, Campaign]:
    """Return a person and a campaign they may rate: their own; an owner any.

    Raises:
        Refused: 403 another's, 404 no such campaign.
    """
    person = somebody(connection, person_id)
    campaign = find_campaign(connection, name)
    if person.role != "owner" and (campaign is None or campaign.id != person.campaign_id):
        raise not_let_in("Your invitation is for another campaign.")
    if campaign is None:
        raise Refused(404, f"there is no campaign {name!r}")
    return person, campaign


def owner(connection: Connection, person_id: int) -> Person:
    """Return an owner.

    Raises:
        Refused: 403 not one.
    """
    person = somebody(connection, person_id)
    if person.role != "owner":
        raise not_let_in("This page is for owners.")
    return person


def _address(request: Request) -> str:
    return network_of(request.client.host) if request.client else "nowhere"
