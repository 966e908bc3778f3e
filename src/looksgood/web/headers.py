"""What every answer carries, and which names the server answers to."""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
"""Nothing from elsewhere and nothing inline: text that slipped through as markup does nothing."""

_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # addresses may hold an invitation
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_A_YEAR = "max-age=31536000"

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""How a browser on this machine names it."""


def add_headers(headers: MutableHeaders, *, is_https: bool) -> None:
    """Add to an answer's headers what it does not say itself."""
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
    if is_https:
        headers.setdefault("Strict-Transport-Security", _A_YEAR)


class SecureHeaders:
    """Middleware: `add_headers` to every answer."""

    def __init__(self, app: ASGIApp, is_https: bool) -> None:
        self._app, self._is_https = app, is_https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with the headers."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_headers(MutableHeaders(scope=message), is_https=self._is_https)
            await send(message)

        await self._app(scope, receive, sent)


class KnownHosts:
    """Middleware: refuse requests that name another host.

    A site elsewhere can have its own name lead to 127.0.0.1 (DNS rebinding) and then read our pages
    as its own; but its name stands in the request.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None) -> None:
        self._app = app
        self._hosts = None if hosts is None else {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 421."""
        if self._hosts is not None and scope["type"] in ("http", "websocket"):
            host = _without_port(Headers(scope=scope).get("host", ""))
            if host.lower() not in self._hosts:
                refusal = JSONResponse({"error": "this server goes by another name"}, 421)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host
