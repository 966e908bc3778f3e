"""Rewards over HTTP, as OpenRLHF asks for them: what a request holds, and how it is refused.

`POST /get_reward` with `{"query": [texts], "prompts": [texts], "labels": […]}`; the answer is
`{"rewards": [numbers], "scores": …, "extra_logs": …}`. Older versions send `query` alone.
"""

import json
import logging
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from looksgood.core.errors import LooksgoodError

PATH = "/get_reward"
Reward = Callable[..., Any]
"""`reward_func(queries, prompts, labels, **others)` -> a dict, or rewards alone."""
log = logging.getLogger(__name__)


class Refused(LooksgoodError):
    """A request that gets an error for its answer: an HTTP status, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class RewardServer(ThreadingHTTPServer):
    """Answers each request, in a thread of its own, with what `reward` says."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], reward: Reward, most_bytes: int) -> None:
        super().__init__(address, _Handler)
        self.reward, self.most_bytes = reward, most_bytes


def rewarded(reward: Reward, request: Any) -> dict[str, Any]:
    """Return the answer to a request.

    Raises:
        Refused: the request is not of the form (400), or the function failed (500).
    """
    if not isinstance(request, Mapping) or not _texts(request.get("query")):
        raise Refused(400, 'a JSON object with "query", a list of texts, is needed')
    count = len(request["query"])
    for name in ("prompts", "labels"):
        values = request.get(name)
        if values is not None and not (isinstance(values, list) and len(values) == count):
            raise Refused(400, f'"{name}": a list of {count} is needed, as many as "query" has')
    others = {k: v for k, v in request.items() if k not in {"query", "prompts", "labels"}}
    try:
        answer = reward(request["query"], request.get("prompts"), request.get("labels"), **others)
    except Refused:
        raise
    except Exception as error:
        log.exception("looksgood: the reward function failed")
        raise Refused(500, f"the reward function failed: {type(error).__name__}: {error}") from None
    return dict(answer) if isinstance(answer, Mapping) else {"rewards": answer}


def _texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


class _Handler(BaseHTTPRequestHandler):
    server: RewardServer  # pyright: ignore[reportIncompatibleVariableOverride]
    protocol_version = "HTTP/1.1"
    timeout = 600  # of silence, then the connection ends

    def do_POST(self) -> None:
        try:
            status, answer = 200, rewarded(self.server.reward, self._request())
        except Refused as refused:
            status, answer = refused.status, {"error": str(refused)}
        self._answer(status, answer)

    def do_GET(self) -> None:
        self._answer(405, {"error": f"POST to {PATH}"})

    def _request(self) -> Any:
        self.close_connection, again = True, self.close_connection  # if the body stays unread
        if self.path.partition("?")[0].rstrip("/") != PATH:
            raise Refused(404, f"there is {PATH} only")
        if self.headers.get_content_type() != "application/json":  # no web page may send that
            raise Refused(415, "Content-Type: application/json is needed")
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            raise Refused(411, "Content-Length is needed")
        if int(length) > self.server.most_bytes:
            raise Refused(413, f"{length} bytes; at most {self.server.most_bytes} are taken")
        body = self.rfile.read(int(length))
        self.close_connection = again
        try:
            return json.loads(body)
        except ValueError as error:
            raise Refused(400, f"no JSON: {error}") from None

    def _answer(self, status: int, answer: Mapping[str, Any]) -> None:
        body = json.dumps(answer, default=_listed).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request: there are thousands."""


def _listed(value: Any) -> Any:
    """Return an array or tensor as lists and numbers; of anything else its text."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
