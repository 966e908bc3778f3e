"""People train a policy: a rater at a real browser, whom a run of the command line waits for."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager

import pytest

from looksgood.rating.campaigns import campaign_named
from looksgood.rating.database import open_database
from looksgood.rating.standing import standing_votes
from looksgood.runs import RunFolder
from tests.people import TEACHABLE
from tests.rating_visits import until

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUNBUFFERED": "1"}


@contextmanager
def running(*words, **streams):
    """Run a command of ours in a process of its own, for as long as the context lasts."""
    command = [sys.executable, "-m", "looksgood", *words]
    process = subprocess.Popen(command, env=ENVIRONMENT, text=True, **streams)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def told(stream, pattern):
    """Return what the pattern finds in the first line of a stream that it fits."""
    for line in stream:
        if found := re.search(pattern, line):
            return found.group(1)
    raise AssertionError(f"no line fits {pattern}")


def choose_longer(page):
    """Press the key of the side with more words, or that of a tie; wait for what comes next."""

    def shown():
        if not page.locator("#pair").is_visible():
            return None
        return [page.locator(f"#{part}").inner_text() for part in ("prompt", "left", "right")]

    now = shown()
    if now is None:
        page.wait_for_timeout(50)
        return
    left, right = (len(text.split()) for text in now[1:])
    key = "ArrowDown" if left == right else "ArrowLeft" if left > right else "ArrowRight"
    page.keyboard.press(key)
    until(lambda: shown() != now, "another pair, or none", 20, page)


@pytest.mark.slow
def test_a_policy_becomes_what_a_rater_prefers_by_key(chromium, tmp_path):
    db, out = str(tmp_path / "votes.db"), tmp_path / "run"
    settings = TEACHABLE | {"rater.kind": "people", "rater.campaign": "length", "rater.db": db}
    sets = [
        word
        for name, value in settings.items()
        for word in ("--set", f"{name}={value if isinstance(value, str) else json.dumps(value)}")
    ]
    how = ["--seeds", "1", "--first-seed", "0", "--workers", "1", "--out", str(out)]
    with (
        running("run", "kl-sweep", *how, *sets, stderr=subprocess.PIPE) as run,
        running("rate", "serve", "--db", db, "--port", "0", stdout=subprocess.PIPE) as server,
    ):
        address = told(server.stdout, r"serving (http://\S+)")
        wanted = int(told(run.stderr, r"campaign length: 0 of (\d+) votes"))
        who = ["ANNA", "--campaign", "length", "--db", db, "--url", address]
        invited = subprocess.run(
            [sys.executable, "-m", "looksgood", "rate", "invite", *who],
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=True,
        )
        page = chromium.new_page()
        page.goto(invited.stdout.split("\t")[1].strip())
        while run.poll() is None:
            choose_longer(page)
        assert run.returncode == 0, run.stderr.read()
        page.close()

    database = open_database(db)
    with database.reading() as connection:
        votes = standing_votes(connection, campaign_named(connection, "length"))
    database.close()
    assert len(votes) == wanted > 30
    assert {(vote.choice, vote.first_is_left) for vote in votes} >= {
        (choice, is_left) for choice in ("first", "second") for is_left in (True, False)
    }
    points = [row for row in RunFolder.read(out).points().to_pylist() if row["arm"] == "ordinary"]
    words = {row["optimizer"]: row["channel.words"] for row in points}
    assert words["rloo"] > words["base"] + 2
    assert {row["rater"] for row in points} == {None}
