"""A headless Chromium and a rating page for it: the real app, over SQLite."""

import itertools
import shutil
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import func, select

from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import Campaign, begin_campaign
from looksgood.rating.database import Database, open_database
from looksgood.rating.pairs import NewPair, add_pairs
from looksgood.rating.people import Person, invite, revoke
from looksgood.rating.schema import showings, votes
from looksgood.rating.standing import StandingVote, standing_votes

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SECRET = "only for tests, but long enough to be one"

# what a page does behind our back: scripts that its policy stopped
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
"""


@pytest.fixture(scope="module")
def chromium():
    """The machine's own browser; it resolves no name, so nothing can leave the host unseen.

    It lasts one module: as long as Playwright is there its event loop runs in this thread, and
    tests that come after, in an order drawn by chance, could run none of their own.
    """
    sync_api = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        yield browser
        browser.close()


@dataclass
class Site:
    """A server in a thread, with a database that all tests of a run share."""

    address: str
    database: Database
    names: Any = field(default_factory=lambda: (f"campaign-{n}" for n in itertools.count()))

    def campaign(self, pairs: list[NewPair], **settings: Any) -> Campaign:
        with self.database.writing() as connection:
            spec = CampaignSpec(name=next(self.names), **settings)
            campaign = begin_campaign(connection, spec)
            add_pairs(connection, campaign, pairs)
            return campaign

    def add(self, campaign: Campaign, pairs: list[NewPair]) -> None:
        with self.database.writing() as connection:
            add_pairs(connection, campaign, pairs)

    def revoke(self, campaign: Campaign, name: str = "Ada") -> None:
        person = self.person(campaign, name)
        with self.database.writing() as connection:
            revoke(connection, person.id)

    def link(self, campaign: Campaign, name: str = "Ada") -> str:
        from looksgood.web.tokens import link

        return link(self.address, SECRET, self.person(campaign, name))

    def person(self, campaign: Campaign, name: str = "Ada") -> Person:
        with self.database.writing() as connection:
            return invite(connection, name, campaign.id)


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    uvicorn = pytest.importorskip("uvicorn")
    from looksgood.web.app import make_app

    database = open_database(tmp_path_factory.mktemp("rating") / "rating.db")
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(make_app(database, SECRET), log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", database)
    server.should_exit = True
    thread.join(timeout=20)
    database.close()
    listening.close()


@dataclass
class Visit:
    """Somebody on the rating page of a campaign."""

    page: Any
    campaign: Campaign
    database: Database
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """What the console showed as an error, but for requests that failed on purpose."""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def press_when_shown(self, key: str) -> None:
        """Press a key once a pair is there."""
        self.page.locator("#pair").wait_for()
        self.press(key)

    def votes(self) -> list[StandingVote]:
        with self.database.reading() as connection:
            return standing_votes(connection, self.campaign)

    def wait_votes(self, count: int, seconds: float = 10) -> list[StandingVote]:
        """Wait until so many stand and nothing waits in the browser."""
        until(
            lambda: len(self.votes()) == count and not self.waiting(),
            lambda: f"{len(self.votes())} votes of {count}, {self.waiting()} waiting",
            seconds,
            self.page,
        )
        return self.votes()

    def waiting(self) -> int:
        """How many messages wait in the browser's storage."""
        return self.page.evaluate(
            "Object.keys(localStorage).filter((key) => key.includes(':out:')).length"
        )

    def all_votes(self) -> int:
        """How many there are, withdrawn ones too."""
        of_campaign = showings.c.campaign_id == self.campaign.id
        query = select(func.count()).select_from(votes.join(showings)).where(of_campaign)
        with self.database.reading() as connection:
            return connection.execute(query).scalar_one()

    def text(self, part: str) -> str:
        """What the prompt, the source, left or right says; waits for it."""
        box = self.page.locator(f"#{part}")
        box.wait_for()
        return box.text_content()

    def pair(self) -> dict[str, str]:
        return {part: self.text(part) for part in ("prompt", "left", "right")}

    def wait_prompt(self, prompt: str, seconds: float = 5) -> None:
        until(lambda: self.text("prompt") == prompt, f"{prompt} is shown", seconds, self.page)

    def wait_other_prompt(self, prompt: str) -> None:
        box = self.page.locator("#prompt")
        until(lambda: not box.is_visible() or box.inner_text() != prompt, "next pair", 5, self.page)

    def hide(self, is_hidden: bool) -> None:
        """Have the page believe that its tab went out of sight, or came back."""
        self.page.evaluate(
            """(isHidden) => {
              Object.defineProperty(document, "hidden", {value: isHidden, configurable: true});
              document.dispatchEvent(new Event("visibilitychange"));
            }""",
            is_hidden,
        )

    def said(self) -> str:
        return " ".join(self.page.locator("#said > p").all_text_contents())

    def focus(self) -> str:
        """Where the focus is, by id; "" for what has none."""
        return self.page.evaluate("document.activeElement.id")

    def tabbed(self) -> str:
        """Press Tab; tell what has the focus now."""
        self.press("Tab")
        return self.page.evaluate("document.activeElement.id || document.activeElement.textContent")

    def check(self) -> None:
        """Nothing from elsewhere was asked for, and the policy had nothing to stop."""
        elsewhere = [url for url in self.requests if not url.startswith("http://127.0.0.1:")]
        assert elsewhere == []
        assert self.page.evaluate("window.violations") == []
        assert self.complaints == []


def until(
    is_done: Callable[[], bool], what: Callable[[], str] | str, seconds: float, page: Any
) -> None:
    end = time.monotonic() + seconds
    while not is_done():
        assert time.monotonic() < end, what if isinstance(what, str) else what()
        page.wait_for_timeout(50)  # and not `sleep`: the browser's events come in meanwhile


@pytest.fixture
def visit(chromium, site):
    """Open the rating page of a new campaign: `visit(pairs, settings..., context={...})`."""
    visits = []

    def open_page(
        pairs: list[NewPair],
        context: dict[str, Any] | None = None,
        link: str | None = None,
        **settings: Any,
    ) -> Visit:
        campaign = site.campaign(pairs, **settings)
        visit = watched(chromium.new_context(**(context or {})), campaign, site.database)
        visits.append(visit)
        visit.page.goto(link or site.link(campaign))
        return visit

    yield open_page
    for each in visits:
        each.check()
        each.page.context.close()


def watched(context: Any, campaign: Campaign, database: Database) -> Visit:
    """Return a visit to be: a page in a context, and what it asks for and complains of."""
    context.set_default_timeout(15_000)
    context.add_init_script(WATCH)
    visit = Visit(context.new_page(), campaign, database)
    context.on("request", lambda request: visit.requests.append(request.url))
    visit.page.on("console", lambda message: _note(visit, message.type, message.text))
    visit.page.on("pageerror", lambda error: _note(visit, "error", str(error)))
    return visit


def _note(visit: Visit, kind: str, text: str) -> None:
    if kind in ("error", "warning") and "Failed to load resource" not in text:
        visit.complaints.append(text)


def texts(count: int, **more: Any) -> list[NewPair]:
    """Pairs that can be told apart."""
    return [
        NewPair(f"Question {n}?", f"First answer to {n}.", f"Second answer to {n}.", **more)
        for n in range(count)
    ]
