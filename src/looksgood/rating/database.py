"""A database by its URL: SQLite in a file, or PostgreSQL for a team."""

import shlex
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, insert
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError

from looksgood.core.errors import ConfigError, without_extra

BUSY_SECONDS = 30
"""How long a writer waits for writers of other processes."""


class Database:
    """Where campaigns and votes are kept. A transaction is whole and on disk, or never was."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite has one writer at a time and lets the others retry at random: in one process we
        # queue in order instead, so that nobody waits for seconds
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None
        # SQLite sees one moment by itself, and `_prepare_sqlite` lets it only read
        self._reader = (
            engine
            if engine.dialect.name == "sqlite"
            else engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        )

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
        with self._reader.connect() as connection:
            yield connection

    def close(self) -> None:
        """Give connections back."""
        self.engine.dispose()


def open_database(where: str | Path) -> Database:
    """Open a database by URL, or an SQLite file by its path, and bring its tables up to date.

    Raises:
        ConfigError: no such server or driver, a malformed URL, no database in that file, or one
            that a newer looksgood has changed.
    """
    from looksgood.rating.migrate import upgrade

    engine = connect(where)
    try:
        upgrade(engine)
    except (DatabaseError, ConfigError) as error:
        engine.dispose()
        found = error.orig if isinstance(error, DatabaseError) else error
        reason = str(found).splitlines()[0]
        raise ConfigError(f"--db {shown(where)}: cannot be opened: {reason}") from error
    return Database(engine)


def connect(where: str | Path) -> Engine:
    """Return an engine that connects when it is first used; its tables may not be there yet.

    Raises:
        ConfigError: no such driver, or a malformed URL.
    """
    url = _url(where)
    try:
        engine = create_engine(url, json_serializer=_json)
    except ImportError as error:
        raise without_extra(f"--db {shown(where)} needs", "team", error) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def shown(where: str | Path) -> str:
    """Return the address of a database as messages may show it: without a password."""
    url = _url(where).difference_update_query(("password", "sslpassword"))  # libpq's own
    url = url.set(drivername=url.get_backend_name())
    return url.render_as_string(hide_password=True)


def as_argument(where: str | Path) -> str:
    """Return a database as a command line names it, quoted and without a password."""
    text = str(where)
    return shlex.quote(shown(text) if "://" in text else text)


def insert_new(connection: Connection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless its like is there already; tell whether it was new.

    Two transactions that insert the same at once wait for each other: one row comes of it.
    """
    try:
        with connection.begin_nested():
            connection.execute(insert(table).values(values))
    except IntegrityError:
        return False
    return True


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, many in a statement: of an insert that returns nothing each row is its own."""
    if rows:
        connection.execute(insert(table).returning(*table.primary_key.columns), rows)


def _url(where: str | Path) -> URL:
    """Return the URL; a bare path is an SQLite file, and PostgreSQL is spoken to by psycopg."""
    text = str(where)
    if "://" not in text:
        url = URL.create("sqlite", database=text)
    else:
        try:
            url = make_url(text)
        except (ArgumentError, ValueError) as error:  # which may quote a password
            scheme = text.partition("://")[0]
            raise ConfigError(
                f"--db {scheme}://… is no database URL: give postgresql://NAME:PASSWORD@HOST/DATABASE"
            ) from error
    match url.get_backend_name():
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case "sqlite" if url.database and url.database != ":memory:":
            return url.set(drivername="sqlite")
        case "sqlite":
            raise ConfigError("--db: votes are kept in a file; give its path")
        case other:
            raise ConfigError(f"--db {other}://…: give an SQLite file or a postgresql:// URL")


def _prepare_sqlite(engine: Engine) -> None:
    """Write ahead, wait for others, and begin transactions as we say.

    Source: SQLAlchemy's documentation, "Serializable isolation / Savepoints / Transactional DDL".
    """

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("looksgood_writes")
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Have a file write ahead, once and for all.

    Where two processes want that of a new file at once, SQLite refuses one without waiting.
    """
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)


def _json(value: object) -> str:
    import json

    return json.dumps(value, allow_nan=False)  # ASCII: no encoding can refuse it
