"""Many people rate at once, and the server may be killed: how long they wait, what is kept.

The server is `looksgood rate serve` in its own process, the raters are another. Afterwards the
database itself is asked whether each acknowledged vote is there, and none twice.
"""

import dataclasses
import json
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from looksgood.bench.options import RateOptions
from looksgood.bench.rate_raters import LAST_SECONDS, SOUND, Orders, Vote
from looksgood.bench.rate_server import Server
from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.core.seeds import Seed
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import all_campaigns, begin_campaign
from looksgood.rating.database import Database, open_database
from looksgood.rating.pairs import NewPair, Truth, add_pairs
from looksgood.rating.people import Person, invite
from looksgood.rating.schema import showings, votes
from looksgood.runs.machine import machine

AIM_MS = 100.0
LIVES_SECONDS = (0.3, 1.5)
"""How long the server answers before it is killed: drawn evenly from between."""
PACKAGES = ("starlette", "uvicorn", "SQLAlchemy", "httpx")

NOTES = (
    "key to next pair: the vote's round trip and then the claim's, one after the other; the page "
    "itself shows a pair that it fetched before",
    "server's CPU: of its process from when it answers; starting is measured without load and "
    "left out",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database holds afterwards."""

    acknowledged: int
    stored: int
    lost: int
    """Acknowledged, and not there."""
    doubled: int
    """Pairs that one person has more than one vote on, or repetitions that were called new."""


@dataclass(frozen=True, slots=True)
class Report:
    """How long raters waited, and whether what they said is there."""

    settings: dict[str, Any]
    database: str
    seconds: float
    """That people rated for."""
    kills: int
    start_seconds: float
    """Until a server answers."""
    smooth: int
    """Votes that no outage touched: the times are theirs.

    After an outage all come at once, so with kills the times are no server's at its ease.
    """
    p50_ms: float
    p95_ms: float
    max_ms: float
    server_cpu_ms_per_vote: float
    kept: Kept
    notes: tuple[str, ...] = NOTES

    def check(self) -> None:
        """Refuse a server that loses votes.

        Raises:
            LooksgoodError: a vote is lost or doubled.
        """
        if self.kept.lost or self.kept.doubled:
            raise LooksgoodError(
                f"{self.kept.lost} of {self.kept.acknowledged} acknowledged votes are lost, "
                f"{self.kept.doubled} doubled"
            )

    def as_json(self) -> str:
        """Return all of it, with machine and versions."""
        made = {"benchmark": "rate", **dataclasses.asdict(self), "aim_p95_ms": AIM_MS}
        versions = {name: version(name) for name in PACKAGES}
        return json.dumps({**made, "machine": machine(), "packages": versions}, indent=2)

    def as_table(self) -> str:
        """Return it as text."""
        verdict = f"; p95 aim {AIM_MS:g} ms: {'met' if self.p95_ms < AIM_MS else 'missed'}"
        raters, think = self.settings["raters"], self.settings["think_seconds"]
        found = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
        lines = [
            f"{raters} raters for {self.seconds:.0f} s on {self.database}, each thinks "
            f"{think / 2:g} to {think * 1.5:g} s; server killed {self.kills} times",
            f"  votes acknowledged   {self.kept.acknowledged} ({self.rate:.1f} a second)",
            f"  lost / doubled       {self.kept.lost} / {self.kept.doubled}",
            f"  key to next pair     p50 {self.p50_ms:.0f} ms, p95 {self.p95_ms:.0f} ms, "
            f"max {self.max_ms:.0f} ms (n = {self.smooth}){'' if self.kills else verdict}",
            f"  server's CPU         {self.server_cpu_ms_per_vote:.1f} ms per vote",
            f"  server answers       {self.start_seconds:.2f} s after its start",
            "",
            *(f"- {note}" for note in self.notes),
            f"- {machine()['processor']}, {machine()['cores']} cores; {found}",
        ]
        return "\n".join(lines)

    @property
    def rate(self) -> float:
        """Votes a second, of all raters."""
        return self.kept.acknowledged / self.seconds


def run(options: RateOptions) -> Report:
    """Let them rate.

    Raises:
        ConfigError: httpx is not installed, or the database has campaigns in it.
        LooksgoodError: the server or the raters broke down; says how.
    """
    if find_spec("httpx") is None:
        raise ConfigError("bench rate needs httpx: pip install httpx")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        db = options.db or str(folder / "votes.db")
        database = open_database(db)
        stack.callback(database.close)
        people = _begin(database, options)
        secret = secrets.token_urlsafe(32)
        server = Server(db, secret, folder)
        stack.callback(server.stop, signal.SIGKILL)
        start_seconds = server.start()
        server.stop()
        cpu_of_a_start = server.cpu_seconds
        server.start()
        orders = _orders(server, secret, people, options)
        given, seconds = _under_load(server, orders, options, folder)
        server.stop()
        smooth = sorted(vote.seconds for vote in given if vote.is_smooth)
        if not smooth:
            raise LooksgoodError("every vote met an outage: give more seconds, or fewer kills")
        cpu_seconds = server.cpu_seconds - (options.kills + 2) * cpu_of_a_start
        return Report(
            settings=options.model_dump(),
            database=database.engine.dialect.name,
            seconds=seconds,
            kills=options.kills,
            start_seconds=start_seconds,
            smooth=len(smooth),
            p50_ms=_quantile_ms(smooth, 0.5),
            p95_ms=_quantile_ms(smooth, 0.95),
            max_ms=1000 * smooth[-1],
            server_cpu_ms_per_vote=1000 * cpu_seconds / len(given),
            kept=_kept(database, given),
        )


# ---- parts


def _begin(database: Database, options: RateOptions) -> list[Person]:
    """Begin a campaign as people have them, with checks and repeats, and invite."""
    spec = CampaignSpec(
        name="bench", votes_per_pair=3, check_every=10, repeats=0.05, least_checks_passed=0.5
    )
    words = "one two three four five six seven eight nine ten "
    new = [
        NewPair(f"Question {n}: {words}?", f"First {n}: {words * 8}", f"Second {n}: {words * 9}")
        for n in range(options.pairs)
    ]
    new += [
        NewPair(f"Check {n}", SOUND + words, words, role="attention", truth=Truth("first", "bench"))
        for n in range(100)
    ]
    with database.writing() as connection:
        if all_campaigns(connection):
            raise ConfigError("the benchmark needs a database of its own: db=… has campaigns in it")
        campaign = begin_campaign(connection, spec)
        add_pairs(connection, campaign, new)
        return [invite(connection, f"rater {n}", campaign.id) for n in range(options.raters)]


def _orders(server: Server, secret: str, people: list[Person], options: RateOptions) -> Orders:
    from looksgood.web.tokens import link

    links = tuple(link(server.address, secret, person) for person in people)
    return Orders(links, options.think_seconds, options.seed)


def _under_load(
    server: Server, orders: Orders, options: RateOptions, folder: Path
) -> tuple[list[Vote], float]:
    """Let people rate while the server is killed so many times.

    Returns:
        What was acknowledged, and the seconds from the first vote to the end.
    """
    draw = Seed(("bench", "rate", "kills", options.seed)).numpy()
    said, failed = folder / "votes.jsonl", folder / "raters.log"
    with said.open("wb") as out, failed.open("wb") as errors:
        raters = subprocess.Popen(
            [sys.executable, "-m", "looksgood.bench.rate_raters"],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=errors,
            text=True,
        )
        try:
            assert raters.stdin is not None
            raters.stdin.write(json.dumps(dataclasses.asdict(orders)) + "\n")
            raters.stdin.flush()
            _wait_for_votes(server, raters, said)
            begun = time.perf_counter()
            for _ in range(options.kills):
                time.sleep(draw.uniform(*LIVES_SECONDS))
                server.stop(signal.SIGKILL)
                server.start()
            while time.perf_counter() < begun + options.seconds and raters.poll() is None:
                time.sleep(0.05)
            raters.communicate(timeout=LAST_SECONDS + 10)
            seconds = time.perf_counter() - begun
        finally:
            raters.kill()
            raters.wait()
    if raters.returncode or server.has_ended():
        words = failed.read_text(errors="replace")[-2000:]
        raise LooksgoodError(f"the load broke down: {words} {server.said()}")
    return [Vote(**json.loads(line)) for line in said.read_text().splitlines()], seconds


def _wait_for_votes(server: Server, raters: subprocess.Popen[str], said: Path) -> None:
    """Wait until the first have voted: before, a kill would interrupt nothing."""
    while not said.stat().st_size and raters.poll() is None and not server.has_ended():
        time.sleep(0.02)


def _quantile_ms(ordered: list[float], share: float) -> float:
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _kept(database: Database, given: list[Vote]) -> Kept:
    with database.reading() as connection:
        stored = connection.execute(select(votes.c.key)).scalars().all()
        of_one = (
            select(showings.c.pair_id)
            .join(votes, votes.c.showing_id == showings.c.id)
            .group_by(showings.c.pair_id, showings.c.person_id, showings.c.is_repeat)
            .having(func.count() > 1)
        )
        doubled = connection.execute(of_one).all()
    keys = {vote.key for vote in given}
    return Kept(
        acknowledged=len(keys),
        stored=len(stored),
        lost=len(keys - set(stored)),
        doubled=len(doubled) + sum(vote.was_kept_twice for vote in given),
    )
