"""Bringing a database's tables up to date, step by step, by Alembic."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, text

from looksgood.core.errors import ConfigError

_LOCK = 0x6C6F6F6B73  # any number that nobody else locks by


def upgrade(engine: Engine, to: str = "head") -> None:
    """Take every step that the database has not taken yet, in one transaction.

    Raises:
        ConfigError: a newer looksgood has changed the tables.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.connect() as connection:
        connection = connection.execution_options(looksgood_writes=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":  # one process at a time, as SQLite has it
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, to)
            except CommandError as error:  # a revision that is not among our steps
                raise ConfigError("its tables were made by a newer looksgood: update") from error
