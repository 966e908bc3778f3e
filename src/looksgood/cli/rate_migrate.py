"""`looksgood rate migrate`: move a database, as from a file to a team's server."""

from dataclasses import dataclass
from typing import Annotated

import tyro

from looksgood.core.errors import ConfigError


@dataclass
class Migrate:
    """Copy campaigns, people and votes into an empty database: all of it, or nothing."""

    source: Annotated[str, tyro.conf.arg(name="from")]
    """An SQLite file or a postgresql:// URL, which keeps what it has; stop its server first."""
    to: str
    """Where to: an empty database, or a file that is not there yet."""

    def run(self) -> None:
        """Move, and say what arrived.

        Raises:
            ConfigError: there is nothing at `--from`, or something at `--to`.
        """
        from pathlib import Path

        from looksgood.rating.database import open_database, shown
        from looksgood.rating.move import move

        if "://" not in self.source and not Path(self.source).exists():
            raise ConfigError(f"--from {self.source}: there is no such file")
        source = open_database(self.source)
        target = open_database(self.to)
        try:
            arrived = move(source, target)
        finally:
            source.close()
            target.close()
        counts = ", ".join(f"{count} {name}" for name, count in arrived.items() if count)
        print(f"moved to {shown(self.to)}: {counts or 'nothing: it was empty'}")
        print(
            "links that were given out stay good where the secret moves along (LOOKSGOOD_SECRET, "
            "or the file beside an SQLite database)"
        )
