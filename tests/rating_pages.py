"""A rating page for tests: a small campaign over a database of the test's own, and visitors."""

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

SECRET = "a secret of the tests, long enough to be taken"


def begin(database: Any, name: str = "colours", pairs: int = 6, **settings: Any) -> Any:
    """Begin a campaign with so many pairs, and return it."""
    from looksgood.rating.campaign import CampaignSpec
    from looksgood.rating.campaigns import begin_campaign
    from looksgood.rating.pairs import NewPair, add_pairs

    new = [NewPair(prompt=f"prompt {n}", first=f"one {n}", second=f"two {n}") for n in range(pairs)]
    with database.writing() as connection:
        campaign = begin_campaign(connection, CampaignSpec(name=name, **settings))
        add_pairs(connection, campaign, new)
    return campaign


def invited(database: Any, campaign: Any, name: str, role: str = "rater", **more: Any) -> Any:
    """Invite somebody: to a campaign, or as an owner of all where it is None."""
    from looksgood.rating.people import invite

    of = None if campaign is None else campaign.id
    with database.writing() as connection:
        return invite(connection, name, of, role, **more)


def app_of(database: Any, secret: str = SECRET, **settings: Any) -> Any:
    """Return the application."""
    from looksgood.web.app import make_app

    return make_app(database, secret, **settings)


@dataclass
class Visitor:
    """A browser without a screen: it keeps cookies, and sends what the page's script sends."""

    app: Any
    base_url: str = "http://127.0.0.1:8765"
    campaign: str = "colours"
    http: Any = field(init=False)
    csrf: str = ""

    def __post_init__(self) -> None:
        """Begin without any cookie."""
        from starlette.testclient import TestClient

        self.http = TestClient(
            self.app,
            base_url=self.base_url,
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    def join(self, person: Any, secret: str = SECRET) -> Any:
        """Open somebody's invitation link, and the page behind it."""
        from looksgood.web.tokens import link

        answer = self.http.get(link("", secret, person))
        if answer.status_code == 303 and answer.headers["location"].startswith("/rate/"):
            self.open()
        return answer

    def open(self) -> Any:
        """Open the campaign's page, and read the word that its requests carry."""
        shown = self.http.get(f"/rate/{self.campaign}")
        found = re.search(r'"csrf": "([^"]+)"', shown.text)
        self.csrf = found.group(1) if found else self.csrf
        return shown

    def post(self, door: str, body: Any, **more: Any) -> Any:
        """Send JSON to a door of the campaign."""
        headers = {"X-CSRF-Token": self.csrf}
        return self.http.post(f"/rate/{self.campaign}/{door}", json=body, headers=headers, **more)

    def claim(self, want: int = 1) -> list[dict[str, Any]]:
        """Return pairs, which must be handed out."""
        answer = self.post("claim", {"want": want})
        assert answer.status_code == 200, answer.text
        return answer.json()["pairs"]

    def vote(self, pair: dict[str, Any], side: str = "left", **more: Any) -> Any:
        """Answer a pair."""
        key = more.pop("key", None) or str(uuid.uuid4())
        return self.post("vote", {"key": key, "showing": pair["showing"], "side": side, **more})


def joined(database: Any, campaign: Any, name: str = "Anna") -> Visitor:
    """Return somebody who was invited, on the campaign's page."""
    visitor = Visitor(app_of(database))
    visitor.join(invited(database, campaign, name))
    return visitor
