"""A key that was pressed is one vote: through lost connections, servers and windows."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import looksgood
from looksgood.rating.database import open_database
from looksgood.web.pages import modules
from tests.rating_visits import CHROMIUM, SECRET, Site, texts, until, watched

SERVE = """
import sys, uvicorn
from looksgood.rating.database import open_database
from looksgood.web.app import make_app
app = make_app(open_database(sys.argv[1]), sys.argv[2])
uvicorn.run(app, port=int(sys.argv[3]), log_level="error")
"""


class Server:
    """A server in a process of its own, that can be killed and begun again."""

    def __init__(self, database: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.database = database
        self.process = None

    def start(self) -> None:
        source = str(Path(looksgood.__file__).parents[1])
        command = [sys.executable, "-c", SERVE, str(self.database), SECRET, str(self.port)]
        self.process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": source})
        end = time.monotonic() + 60
        while True:
            try:
                address = f"http://127.0.0.1:{self.port}/health"
                urllib.request.urlopen(address, timeout=5).close()
                return
            except OSError:
                assert time.monotonic() < end, "the server starts"
                time.sleep(0.05)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(tmp_path):
    found = Server(tmp_path / "rating.db")
    database = open_database(found.database)
    found.start()
    yield found, Site(f"http://127.0.0.1:{found.port}", database)
    found.kill()
    database.close()


@pytest.mark.slow
def test_every_key_is_one_vote_while_the_server_is_killed(chromium, server):
    process, site = server
    campaign = site.campaign(texts(30))
    rating = watched(chromium.new_context(), campaign, site.database)
    rating.page.goto(site.link(campaign))
    keys = 0

    def press():
        nonlocal keys
        prompt = rating.text("prompt")
        rating.press(("ArrowLeft", "ArrowRight", "ArrowDown", "?")[keys % 4])
        keys += 1
        rating.wait_other_prompt(prompt)

    for _ in range(2):
        for _ in range(4):
            press()
        rating.page.locator("#prompt").wait_for()  # a server that is gone brings no pair
        process.kill()  # whatever else was on its way
        press()
        if rating.page.locator("#prompt").is_visible():
            press()
        rating.page.locator("#banner").wait_for()
        assert rating.text("waiting").endswith("waiting to be saved")
        assert rating.waiting() >= 1
        process.start()
        rating.wait_votes(keys, seconds=40)
        rating.page.locator("#banner").wait_for(state="hidden")
    press()
    press()
    kept = rating.wait_votes(keys)
    assert len({vote.pair_id for vote in kept}) == keys == rating.all_votes()
    rating.check()
    rating.page.context.close()


def test_offline_and_back(visit):
    rating = visit(texts(8))
    page = rating.page
    rating.text("prompt")
    page.context.set_offline(True)
    rating.press("ArrowLeft")
    rating.wait_prompt("Question 1?")
    rating.press("ArrowRight")
    rating.wait_prompt("Question 2?")
    rating.press("ArrowLeft")
    page.get_by_role("heading", name="No connection to the server").wait_for()
    assert rating.text("waiting") == "3 waiting to be saved"
    rating.press("ArrowLeft", "ArrowRight")  # of no pair
    assert rating.waiting() == 3
    page.context.set_offline(False)
    rating.wait_prompt("Question 3?", seconds=40)
    rating.wait_votes(3)


def test_what_waits_outlives_a_reload(visit):
    rating = visit(texts(6))
    page = rating.page
    first = rating.pair()
    page.route("**/vote", lambda route: route.abort())
    rating.press("ArrowLeft")
    rating.wait_prompt("Question 1?")
    rating.press("ArrowRight", "u", "ArrowDown")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]  # one is warned before leaving
    assert rating.waiting() == 4
    assert rating.text("waiting") == "4 waiting to be saved"
    page.unroute("**/vote")
    rating.wait_prompt("Question 2?", seconds=40)  # neither answered pair is asked again
    kept = rating.wait_votes(2)
    assert kept[1].choice == "tie"
    assert {"first": kept[0].first, "second": kept[0].second}[kept[0].choice] == first["left"]
    assert rating.all_votes() == 3


def test_an_answer_whose_acknowledgement_was_lost_counts_once(visit):
    rating = visit(texts(4))
    rating.text("prompt")
    lost = []

    def lose(route):
        route.fetch()  # the server has it, and the page does not know
        lost.append(route.request.post_data)
        route.abort()

    rating.page.route("**/vote", lose)
    rating.press("ArrowLeft")
    until(lambda: len(lost) >= 2, "it was sent twice", 20, rating.page)
    rating.page.unroute("**/vote")
    rating.wait_votes(1, seconds=40)
    assert len(set(lost)) == 1  # the same bytes, under one key
    assert rating.all_votes() == 1


@pytest.mark.parametrize(
    "reply",
    [
        {"status": 503, "json": {"error": "the database cannot be reached now"}},
        {"status": 429, "json": {"error": "slowly"}, "headers": {"Retry-After": "1"}},
        {"status": 200, "body": "<h1>Log in to the hotel's network</h1>"},
        {"status": 200, "json": {"login": "needed"}},
    ],
    ids=["unavailable", "too fast", "a captive portal", "a captive portal of today"],
)
def test_an_answer_waits_for_a_server_that_means_it(visit, reply):
    rating = visit(texts(4))
    rating.text("prompt")
    rating.page.route("**/vote", lambda route: route.fulfill(**reply))
    rating.press("ArrowLeft")
    rating.page.locator("#banner").wait_for()
    assert rating.votes() == []
    assert rating.waiting() == 1
    rating.page.unroute("**/vote")
    rating.wait_votes(1, seconds=40)


def test_an_answer_that_is_refused_for_good_is_told_and_asked_again(visit):
    rating = visit(texts(2))
    rating.text("prompt")
    refusal = {"status": 400, "json": {"error": "note: too long"}}
    rating.page.route("**/vote", lambda route: route.fulfill(**refusal))
    rating.press("ArrowLeft")
    rating.page.get_by_role("alert").wait_for()
    assert "note: too long" in rating.page.get_by_role("alert").inner_text()
    assert rating.waiting() == 0
    rating.page.unroute("**/vote")
    rating.press("ArrowLeft")
    rating.wait_prompt("Question 0?")
    rating.press("ArrowLeft")
    rating.wait_votes(2)


def test_two_windows_answer_each_pair_once(visit):
    rating = visit(texts(5))
    first = rating.pair()
    other = rating.page.context.new_page()
    other.goto(rating.page.url)
    other.locator("#pair").wait_for()
    assert other.locator("#prompt").inner_text() == first["prompt"]
    rating.page.keyboard.press("ArrowLeft")
    until(lambda: other.locator("#prompt").inner_text() == "Question 1?", "moves on", 5, other)
    other.keyboard.press("ArrowRight")
    rating.wait_prompt("Question 2?")
    kept = rating.wait_votes(2)
    assert len({vote.pair_id for vote in kept}) == 2
    assert rating.all_votes() == 2


def test_every_script_is_fetched_once(visit):
    rating = visit(texts(1))
    rating.text("prompt")
    scripts = [url for url in rating.requests if url.endswith(".js")]
    assert len(scripts) == len(set(scripts)) == len(modules("rate")) + 1


def test_what_waits_for_one_database_is_not_sent_to_another(visit, site):
    rating = visit(texts(2))
    rating.text("prompt")
    rating.page.route("**/vote", lambda route: route.abort())
    rating.press("ArrowLeft")
    rating.wait_prompt("Question 1?")
    stored = rating.page.evaluate("Object.keys(localStorage).find((key) => key.includes(':out:'))")
    mark = rating.page.evaluate("JSON.parse(document.getElementById('campaign').textContent).store")
    assert mark in stored


def test_what_waits_outlives_a_browser_that_is_killed(chromium, site, tmp_path):
    campaign = site.campaign(texts(4))
    profile = tmp_path / "profile"

    def begin():
        context = chromium.browser_type.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        rating = watched(context, campaign, site.database)
        rating.page.goto(site.link(campaign))
        rating.text("prompt")
        return rating

    rating = begin()
    rating.page.route("**/vote", lambda route: route.abort())
    rating.press("ArrowLeft")
    rating.wait_prompt("Question 1?")
    rating.press("ArrowDown")
    rating.wait_prompt("Question 2?")
    rating.page.wait_for_timeout(100)
    os.kill(browser_of(profile), signal.SIGKILL)
    with contextlib.suppress(Exception):  # it is gone
        rating.page.context.close()
    assert rating.votes() == []
    rating = begin()
    kept = rating.wait_votes(2)
    assert kept[1].choice == "tie"
    assert rating.text("prompt") == "Question 2?"
    rating.check()
    rating.page.context.close()


def browser_of(profile: Path) -> int:
    """The process of the browser itself that has that profile."""
    if not Path("/proc").is_dir():
        pytest.skip("only where processes are listed in /proc")
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            is_whole = not any(word.startswith(b"--type=") for word in words)
            if f"--user-data-dir={profile}".encode() in words and is_whole:
                return int(folder.name)
    raise AssertionError("no browser has that profile")
