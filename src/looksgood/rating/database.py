"""A database by its URL: SQLite in a file, or PostgreSQL for a team."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from looksgood.core.errors import ConfigError

BUSY_SECONDS = 30
"""How long a writer waits for writers of other processes."""


class Database:
    """Where campaigns and votes are kept. A transaction is whole and on disk, or never was."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite has one writer at a time and lets the others retry at random: in one process we
        # queue in order instead, so that nobody waits for seconds
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction that writes; commit it at the end, or undo it on an error."""
        if self._turn is None:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._turn, self.engine.connect() as connection:
            connection = connection.execution_options(looksgood_writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a transaction that only reads: one moment, whoever writes meanwhile."""
        with self.engine.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give connections back."""
        self.engine.dispose()


def open_database(where: str | Path) -> Database:
    """Open a database by URL, or an SQLite file by its path, and bring its tables up to date.

    Raises:
        ConfigError: no such server or driver, a malformed URL, or no database in that file.
    """
    from looksgood.rating.migrate import upgrade

    url = _url(where)
    try:
        engine = create_engine(url, json_serializer=_json)
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine)
        elif engine.dialect.name != "postgresql":
            raise ConfigError(f"--db {_shown(url)}: give an SQLite file or a postgresql:// URL")
        upgrade(engine)
    except OperationalError as error:
        reason = str(error.orig).splitlines()[0]
        raise ConfigError(f"--db {_shown(url)}: cannot be opened: {reason}") from error
    except ImportError as error:
        raise ConfigError(
            f"--db {_shown(url)} needs the extra team: pip install 'looksgood[team]' ({error})"
        ) from error
    return Database(engine)


def _url(where: str | Path) -> str:
    """Return the URL; a bare path is an SQLite file, and PostgreSQL is spoken to by psycopg."""
    text = str(where)
    if "://" not in text:
        return f"sqlite:///{text}"
    for scheme in ("postgres://", "postgresql://"):
        if text.startswith(scheme):
            return f"postgresql+psycopg://{text.removeprefix(scheme)}"
    return text


def _shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError as error:
        raise ConfigError(f"--db {url!r} is no database URL: {error}") from error


def _prepare_sqlite(engine: Engine) -> None:
    """Write ahead, wait for others, and begin transactions as we say.

    Source: SQLAlchemy's documentation, "Serializable isolation / Savepoints / Transactional DDL".
    """

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("looksgood_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _json(value: object) -> str:
    import json

    return json.dumps(value, allow_nan=False)  # ASCII: no encoding can refuse it
