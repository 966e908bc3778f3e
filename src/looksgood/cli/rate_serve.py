"""`looksgood rate serve`: the rating page, for whoever has a link."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looksgood.rating.database import Database

URL = "http://127.0.0.1:8765"


@dataclass
class Serve:
    """Serve the rating page until it is stopped."""

    db: str | None = None
    """An SQLite file, made if it is not there, or a postgresql:// URL; by default what LOOKSGOOD_DB
    says, else votes.db here."""
    host: str = "127.0.0.1"
    """The address to listen on; any but this machine's own needs LOOKSGOOD_SECRET."""
    port: int = 8765
    """0 for any that is free."""
    url: str | None = None
    """Under which people reach it through a proxy: https://… makes cookies secure."""
    proxy: str | None = None
    """Address of that proxy: its X-Forwarded-For is believed, and nobody else's."""

    def run(self) -> None:
        """Print the address and the owner's link, and serve.

        Raises:
            ConfigError: the database, the secret or the address will not do.
        """
        from looksgood.rating.database import open_database
        from looksgood.rating.place import place_of
        from looksgood.web.secret import secret_of
        from looksgood.web.serve import Place, listen, serve

        db = place_of(self.db)
        place = Place(self.host, self.port, self.url, self.proxy)
        database = open_database(db)
        secret = secret_of(database)
        warning = place.check(secret)
        opened = listen(place)
        if warning:
            print(f"warning: {warning}", file=sys.stderr)
        address = place.address(opened.getsockname()[1])
        for line in greeting(database, secret.value, address, db):
            print(line, flush=True)
        try:
            serve(database, secret, place, opened)
        finally:
            database.close()


def greeting(database: "Database", secret: str, address: str, db: str) -> list[str]:
    """Return what a server says when it starts: where it is, the owner's link, how to invite."""
    from looksgood.rating.campaigns import all_campaigns
    from looksgood.rating.database import as_argument
    from looksgood.rating.people import an_owner
    from looksgood.web.tokens import link

    with database.writing() as connection:
        owner = an_owner(connection)
        names = [one.spec.name for one in all_campaigns(connection) if not one.is_closed]
    where = "" if address == URL else f" --url {address}"
    what = f"--campaign {names[-1] if names else 'NAME'}"
    return [
        f"serving {address} (Ctrl+C stops it; votes are kept)",
        f"the owner's page: {link(address, secret, owner)}",
        f"to invite raters: looksgood rate invite ANNA BERT {what} --db {as_argument(db)}{where}",
        *([] if names else ["there is no open campaign yet: looksgood rate new --help"]),
    ]
