"""What a request that is not served hears: one line, as JSON for scripts, as a page for people."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from looksgood.core.visible import shortened
from looksgood.web.headers import add_headers
from looksgood.web.pages import page

NOT_LET_IN = (
    "This link or session does not let you in: it has expired, was taken back, "
    "or belongs to another server. Ask for a new invitation link."
)


class Refused(Exception):
    """A request is not served: with which status, and why in one line."""

    def __init__(self, status: int, reason: str, *, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = {} if retry_after is None else {"Retry-After": str(retry_after)}


def not_let_in(reason: str = NOT_LET_IN) -> Refused:
    """Return the refusal of somebody who may not come in."""
    return Refused(403, reason)


async def refused(request: Request, error: Exception) -> Response:
    """Answer a `Refused`."""
    assert isinstance(error, Refused)
    return _say(request, error.status, error.reason, error.headers)


async def no_such_place(request: Request, error: Exception) -> Response:
    """Answer a path or a method that is not known."""
    assert isinstance(error, HTTPException)
    return _say(request, error.status_code, error.detail, dict(error.headers or {}))


async def misused(request: Request, error: Exception) -> Response:
    """Answer a request that the store refuses: its errors are one line for users."""
    return _say(request, 400, shortened(" ".join(str(error).split()), 500), {})


async def unavailable(request: Request, error: Exception) -> Response:
    """Answer while the database cannot be reached: the page keeps its votes and tries again."""
    del error
    return _say(request, 503, "the database cannot be reached now", {"Retry-After": "2"})


async def failed(request: Request, error: Exception, *, is_https: bool) -> Response:
    """Answer after a mistake of ours; the server's log has it. No middleware sees this answer."""
    del error
    response = _say(request, 500, "the server failed; its log says why", {})
    add_headers(response.headers, is_https=is_https)
    return response


def _say(request: Request, status: int, reason: str, headers: dict[str, str]) -> Response:
    if "text/html" in request.headers.get("accept", ""):
        return page("refused.html", status=status, headers=headers, reason=reason)
    return JSONResponse({"error": reason}, status, headers)
