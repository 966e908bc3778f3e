"""Where votes are kept where nobody says: the page, its commands and training agree on it."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.core.errors import ConfigError

if TYPE_CHECKING:  # settings name a place without the extra `rate`
    from looksgood.rating.database import Database

FILE = "votes.db"
VARIABLE = "LOOKSGOOD_DB"


def place_of(where: str | None) -> str:
    """Return the database that is meant: as given, else by the environment, else a file here."""
    return where or os.environ.get(VARIABLE) or FILE


def open_existing(where: str | None) -> "Database":
    """Open a database that is there: who only asks makes no empty one in a wrong folder.

    Raises:
        ConfigError: there is no such file, or it cannot be opened.
    """
    from looksgood.rating.database import open_database

    place = place_of(where)
    if "://" not in place and not Path(place).exists():
        raise ConfigError(
            f"--db {Path(place).absolute()}: there is no such file: go to its folder "
            "or say where it is (looksgood rate new begins one)"
        )
    return open_database(place)
