"""Moving a database, such as from the file of a first try to a team's server: all, or nothing."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from looksgood.core.errors import ConfigError
from looksgood.rating.database import Database, insert_many
from looksgood.rating.schema import METADATA

_AT_ONCE = 500
"""Rows of one statement."""
_FILMS_AT_ONCE = 8


def move(source: Database, target: Database) -> dict[str, int]:
    """Copy all tables into an empty database; return how many rows each has there.

    Numbers stay, so links that were given out go on working with the same secret. The source is
    left as it is: one moment of it is copied, and what is voted there later is not.

    Raises:
        ConfigError: the target is not empty, or is the source, or not every row arrived.
    """
    with source.reading() as old, target.writing() as new:
        if new.dialect.name == "postgresql":  # nobody begins to rate meanwhile
            names = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
            new.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        there = _counts(new)
        if any(there.values()):
            found = ", ".join(f"{count} {name}" for name, count in there.items() if count)
            raise ConfigError(f"the database to move to is not empty ({found}): choose another")
        for table in METADATA.sorted_tables:
            for rows in _rows(old, table):
                insert_many(new, table, rows)
            _count_on(new, table)
        wanted, arrived = _counts(old), _counts(new)
        if wanted != arrived:
            raise ConfigError(f"of {wanted} rows {arrived} arrived: nothing was moved")
        return arrived


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in METADATA.sorted_tables
    }


def _rows(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a table, some at a time."""
    size = _FILMS_AT_ONCE if table.name == "clips" else _AT_ONCE
    query = select(table).order_by(*table.primary_key.columns)
    found = connection.execution_options(yield_per=size).execute(query)
    for rows in found.mappings().partitions():
        yield [{str(name): value for name, value in row.items()} for row in rows]


def _count_on(connection: Connection, table: Table) -> None:
    """Have PostgreSQL number new rows after those that came with numbers of their own.

    Else the first of them fails: `Key (id)=(1) already exists`. SQLite does it by itself.
    """
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    last = connection.execute(select(func.max(table.c.id))).scalar_one()
    if last is not None:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, last)))
