"""`looksgood rate invite`: links for the people who rate."""

import time
from dataclasses import dataclass

from tyro.conf import Positional

from looksgood.cli.rate_serve import URL
from looksgood.core.errors import ConfigError

_A_DAY = 24 * 3600.0


@dataclass
class Invite:
    """Print a link for each person: whoever opens it is that person, on the page."""

    names: Positional[tuple[str, ...]] = ()
    """Who; the same name again gets the same link, or a new one if that was revoked."""
    campaign: str | None = None
    """Whose pairs they rate."""
    days: float = 14.0
    """How long the link is good."""
    owner: bool = False
    """They see and run all campaigns instead."""
    db: str | None = None
    """As for `serve`."""
    url: str = URL
    """What the links begin with: the address that `serve` prints."""

    def run(self) -> None:
        """Print the links.

        Raises:
            ConfigError: no names, no campaign of that name, or a name that is taken.
        """
        from looksgood.core.visible import visible
        from looksgood.rating.campaigns import campaign_named
        from looksgood.rating.people import invite
        from looksgood.rating.place import open_existing
        from looksgood.web.secret import secret_of
        from looksgood.web.serve import Place
        from looksgood.web.tokens import link

        if not self.names:
            raise ConfigError("say whom: looksgood rate invite ANNA BERT --campaign NAME")
        if self.owner == (self.campaign is not None):
            raise ConfigError("give --campaign NAME for raters, or --owner: one of the two")
        if not 0 < self.days < 10_000:
            raise ConfigError(f"--days {self.days:g}: give more than 0 and less than 10000")
        address = Place(url=self.url).address()
        database = open_existing(self.db)
        secret = secret_of(database)
        with database.writing() as connection:
            until = time.time() + self.days * _A_DAY
            of = None if self.campaign is None else campaign_named(connection, self.campaign).id
            role = "owner" if self.owner else "rater"
            people = [invite(connection, name, of, role, until) for name in self.names]
        database.close()
        for person in people:
            print(f"{visible(person.name)}\t{link(address, secret.value, person)}")
