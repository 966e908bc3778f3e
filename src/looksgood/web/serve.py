"""Serving the page: on which address, to whom, and until when."""

import ipaddress
import signal
import socket
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit

from looksgood.core.errors import ConfigError
from looksgood.rating.database import Database
from looksgood.web.secret import HOW, VARIABLE, Secret

MOST_PORT = 65535
LAST_ANSWERS_SECONDS = 10
"""How long a server that is stopped lets running requests finish."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page is served."""

    host: str = "127.0.0.1"
    """The address to listen on; by default nobody but this machine reaches it."""
    port: int = 8765
    """0 for any that is free."""
    url: str | None = None
    """Under which people reach it, if by another address: https://rate.example.org of a proxy."""
    proxy: str | None = None
    """Address of the proxy whose word on where requests come from is taken."""

    def __post_init__(self) -> None:
        """Refuse an address that no link could begin with, and a proxy that would match nothing."""
        if self.proxy is not None:
            try:
                ipaddress.ip_network(self.proxy)
            except ValueError:
                raise ConfigError(
                    f"--proxy {self.proxy!r}: give the address it connects from, like 10.0.0.2"
                ) from None
        if not 0 <= self.port <= MOST_PORT:
            raise ConfigError(f"--port {self.port}: give 0 (any that is free) to {MOST_PORT}")
        if self.url is None:
            return
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ConfigError(f"--url {self.url!r}: give it like https://rate.example.org")

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def is_https(self) -> bool:
        """Whether browsers reach it encrypted, which is a proxy's work."""
        return self.url is not None and self.url.lower().startswith("https:")

    @property
    def hosts(self) -> tuple[str, ...] | None:
        """Which names requests may give the server; None for any."""
        from looksgood.web.headers import LOOPBACK

        named = () if self.url is None else (_bracketed(urlsplit(self.url).hostname or ""),)
        if self.is_loopback:
            return (*LOOPBACK, _bracketed(self.host), *named)
        return named or None

    def address(self, port: int | None = None) -> str:
        """Return what links begin with; `port` where the system chose it."""
        if self.url is not None:
            return self.url.rstrip("/")
        return f"http://{_bracketed(self.host)}:{self.port if port is None else port}"

    def check(self, secret: Secret) -> str | None:
        """Return a warning, if any, before a network can reach the page.

        Raises:
            ConfigError: a public address with a secret that nobody chose.
        """
        if self.is_loopback and (self.url is None or self.is_https):
            return None
        if not self.is_loopback and not secret.is_chosen:
            raise ConfigError(f"--host {self.host} can be reached by others: set {VARIABLE}: {HOW}")
        if self.is_https:
            return None
        return (
            "without https anybody on the way can read links and votes: put a proxy with TLS "
            "before it and say --url https://its.name"
        )


def listen(place: Place) -> socket.socket:
    """Open the socket.

    Raises:
        ConfigError: the port is used or not allowed, or there is no such address.
    """
    try:
        family = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)[0][0]
        # the protocol by name: else asyncio leaves Nagle's algorithm on, and each answer, whose
        # head and body are written one after the other, waits 40 ms for an acknowledgement
        opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise ConfigError(f"--host {place.host}: {error.strerror}") from error
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((place.host, place.port))
        opened.listen(2048)
    except OSError as error:
        opened.close()
        raise ConfigError(
            f"--host {place.host} --port {place.port}: {error.strerror}; choose another, such as "
            f"--port {place.port + 1 if place.port < MOST_PORT else 8765}"
        ) from error
    return opened


def serve(database: Database, secret: Secret, place: Place, opened: socket.socket) -> None:
    """Answer until the process is asked to stop (SIGINT, SIGTERM), then finish what is running."""
    import uvicorn

    from looksgood.web.app import make_app

    app = make_app(database, secret.value, is_https=place.is_https, hosts=place.hosts)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # it would hold invitation links
        lifespan="off",
        ws="none",
        server_header=False,
        # a word that anybody can send: it counts only from a proxy that was named
        proxy_headers=place.proxy is not None,
        forwarded_allow_ips=place.proxy or "",
        timeout_graceful_shutdown=LAST_ANSWERS_SECONDS,
    )
    # uvicorn sends itself the signal again when it is done: then whoever called us tidies up
    signal.signal(signal.SIGTERM, _leave)
    uvicorn.Server(config).run(sockets=[opened])


def _leave(*_: object) -> None:
    sys.exit(0)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
