"""What lets somebody in: a signed link, then a signed cookie, and a word that forms must carry.

They say who, never what: whether that person may still come in is asked of the database each time,
so that an invitation can be taken back.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, NamedTuple

from itsdangerous import BadData, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

from looksgood.rating.people import Person

SESSION_SECONDS = 30 * 24 * 3600
"""After which the link has to be opened again."""


class Pass(NamedTuple):
    """What is signed: who, and since when they have been invited."""

    person_id: int
    invited_at: float


class Forged(Exception):
    """Not signed here: made up, damaged, or of another server."""


class Signer:
    """Signs people's numbers with the server's secret, and tells whether it did."""

    def __init__(self, secret: str) -> None:
        self._invitation = URLSafeSerializer(secret, salt="invitation")
        self._session = URLSafeTimedSerializer(secret, salt="session")
        self._form = URLSafeSerializer(secret, salt="csrf")
        # browsers send a cookie to every port of a machine: two servers keep out of each other's
        self._mark = hashlib.blake2b(secret.encode(), digest_size=4, person=b"cookie").hexdigest()

    def cookie(self, campaign: str | None) -> str:
        """Return the name of a campaign's cookie, or of the owners'.

        Somebody may be a rater here and there, and an owner, in one browser.
        """
        return f"looksgood_{self._mark}_{'' if campaign is None else campaign}"

    def invitation(self, person: Person) -> str:
        """Return what stands behind /join/ in the link of that person."""
        return str(self._invitation.dumps(_pass(person)))

    def link(self, address: str, person: Person) -> str:
        """Return the invitation link of that person, on the server at that address."""
        return f"{address}/join/{self.invitation(person)}"

    def invited(self, token: str) -> Pass:
        """Return whose link that is.

        Raises:
            Forged: nobody's of this server.
        """
        return _read(lambda: self._invitation.loads(token))

    def session(self, person: Person) -> str:
        """Return the cookie of that person, good for `SESSION_SECONDS`."""
        return str(self._session.dumps(_pass(person)))

    def signed_in(self, cookie: str) -> Pass | None:
        """Return whose cookie that is; None for one that has grown too old.

        Raises:
            Forged: nobody's of this server.
        """
        try:
            return _read(lambda: self._session.loads(cookie, max_age=SESSION_SECONDS))
        except SignatureExpired:
            return None

    def csrf(self, person_id: int) -> str:
        """Return the word that this person's own pages send along; other sites cannot read it."""
        return str(self._form.dumps(person_id))

    def is_csrf(self, person_id: int, word: str) -> bool:
        """Tell whether a request came from one of our pages."""
        return hmac.compare_digest(self.csrf(person_id).encode(), word.encode("utf-8", "replace"))


def link(address: str, secret: str, person: Person) -> str:
    """Return the invitation link of a person, on the server at that address."""
    return Signer(secret).link(address, person)


def _pass(person: Person) -> Pass:
    return Pass(person.id, person.invited_at)


def _read(load: Callable[[], Any]) -> Pass:
    try:
        found = load()
    except SignatureExpired:
        raise
    except (BadData, ValueError) as error:
        raise Forged("not signed here") from error
    match found:
        case [int(person_id), int(since) | float(since)]:
            return Pass(person_id, since)
    raise Forged("signed here, but not for this")
