"""Simulated raters who rate over HTTP as the page's script does, in a process of their own.

`python -m looksgood.bench.rate_raters` reads one line of JSON (`Orders`), rates until its input
ends, and writes a line of JSON for each vote that the server acknowledged. A vote whose answer did
not come is sent again with the same key until it is acknowledged, as the page does.
"""

import asyncio
import json
import re
import sys
import time
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from looksgood.core.seeds import Seed

SOUND = "Sound: "
"""What the good response of a check begins with; simulated raters read that far."""
AGAIN_SECONDS = 0.1
"""How long a rater waits before sending again what was not answered."""
LAST_SECONDS = 30
"""How long the last votes may take after the end."""
SENT_TWICE = 20
"""One of so many votes is sent again although it was acknowledged."""


@dataclass(frozen=True, slots=True)
class Orders:
    """Who rates where."""

    links: tuple[str, ...]
    """An invitation for each rater."""
    think_seconds: float
    """Mean time from a pair's appearance to the key; drawn evenly from half to one and a half."""
    seed: int


@dataclass(frozen=True, slots=True)
class Vote:
    """A vote that was acknowledged."""

    key: str
    seconds: float
    """From the key to the next pair: the vote's round trip and the claim's."""
    is_smooth: bool
    """Every request of it was answered at once."""
    was_kept_twice: bool
    """The server called a repetition new: it must not."""


class Broken(Exception):
    """The server refused what the page would send."""


class Rater:
    """One person at one browser."""

    def __init__(self, link: str, orders: Orders, number: int, stop: asyncio.Event) -> None:
        import httpx

        self._link, self._think = link, orders.think_seconds
        self._draw = Seed(("bench", "rate", orders.seed, number)).numpy()
        self._stop = stop
        self._is_smooth = True
        self._http = httpx.AsyncClient(
            base_url=link[: link.index("/join/")], timeout=20, verify=False, trust_env=False
        )

    async def rate(self) -> None:
        """Rate until told to stop; whoever thinks then leaves, every answer is acknowledged."""
        async with self._http:
            await self._join()
            pair = await self._claim()
            while pair is not None and not await self._ends_within(self._drawn_think()):
                pair = await self._answer(pair)

    async def _join(self) -> None:
        self._page = (await self._ask("GET", self._link)).headers["location"]
        shown = await self._ask("GET", self._page)
        found = re.search(r'"csrf": "([^"]+)"', shown.text)
        if found is None:
            raise Broken(f"{self._page}: no page for raters")
        self._headers = {"X-CSRF-Token": found.group(1)}

    async def _claim(self) -> dict[str, Any] | None:
        """Return the next pair; None when there will be none or the time is up."""
        while True:
            told = (await self._ask("POST", f"{self._page}/claim", {"want": 1})).json()
            if told["pairs"]:
                return told["pairs"][0]
            # an empty claim means "ask again"
            if told["state"] != "open" or await self._ends_within(0.5):
                return None

    async def _answer(self, pair: dict[str, Any]) -> dict[str, Any] | None:
        """Vote, and return the next pair."""
        body = {
            "key": str(uuid.uuid4()),
            "showing": pair["showing"],
            "side": self._side(pair),
            "seconds": self._think,
        }
        self._is_smooth = True
        start = time.perf_counter()
        await self._ask("POST", f"{self._page}/vote", body)
        following = await self._claim()
        seconds, is_smooth = time.perf_counter() - start, self._is_smooth
        again = False
        if self._draw.integers(SENT_TWICE) == 0:
            again = (await self._ask("POST", f"{self._page}/vote", body)).json()["is_new"]
        sys.stdout.write(json.dumps(asdict(Vote(body["key"], seconds, is_smooth, again))) + "\n")
        sys.stdout.flush()
        return following

    def _side(self, pair: dict[str, Any]) -> str:
        for side in ("left", "right"):
            if pair[side].startswith(SOUND):
                return side
        return ("left", "right", "tie")[self._draw.integers(3)]

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask until there is an answer, whether or not the server lives now."""
        import httpx

        headers = {} if body is None else self._headers
        while True:
            try:
                answer = await self._http.request(method, path, json=body, headers=headers)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code < 400:
                return answer
            if answer is not None and answer.status_code not in (429, 503):
                raise Broken(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
            self._is_smooth = False
            await asyncio.sleep(AGAIN_SECONDS)

    def _drawn_think(self) -> float:
        return self._think * self._draw.uniform(0.5, 1.5)

    async def _ends_within(self, seconds: float) -> bool:
        """Wait; tell whether the time was up before."""
        try:
            return await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return False


async def _rate(orders: Orders) -> None:
    stop = asyncio.Event()
    raters = [Rater(link, orders, number, stop) for number, link in enumerate(orders.links)]
    rating = asyncio.gather(*(rater.rate() for rater in raters))
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.wait([rating, asyncio.ensure_future(ended)], return_when="FIRST_COMPLETED")
    stop.set()
    await asyncio.wait_for(rating, LAST_SECONDS)
    await ended


def main() -> None:
    """Read orders, and rate."""
    orders = Orders(**json.loads(sys.stdin.readline()))
    asyncio.run(_rate(orders))


if __name__ == "__main__":
    main()
