"""`looksgood rate demo`: a first look at the rating page, with a simulated crowd beside you."""

import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory


@dataclass
class Demo:
    """Rate pairs from the almanac beside a simulated crowd; after 20 you are told how you did."""

    port: int = 0
    """0 for any that is free."""
    db: str | None = None
    """Keep the votes there; by default they go when it stops."""
    seed: int = 0
    """Of the simulated crowd."""
    no_browser: bool = False
    """Print the link only."""

    def run(self) -> None:
        """Serve on this machine until stopped.

        Raises:
            ConfigError: the database or the port will not do.
        """
        if self.db is not None:
            self._serve(self.db)
            return
        with TemporaryDirectory(prefix="looksgood-demo-") as folder:
            self._serve(str(Path(folder) / "votes.db"))

    def _serve(self, db: str) -> None:
        from looksgood.campaigns.demo import demo_crowd, fill_demo
        from looksgood.rating.database import open_database
        from looksgood.rating.people import an_owner
        from looksgood.web.secret import secret_of
        from looksgood.web.serve import Place, listen, serve
        from looksgood.web.tokens import link

        database = open_database(db)
        campaign, you = fill_demo(database)
        with database.writing() as connection:
            owner = an_owner(connection)
        secret = secret_of(database)
        place = Place(port=self.port)
        opened = listen(place)
        address = place.address(opened.getsockname()[1])
        mine = link(address, secret.value, you)
        print(f"rate here: {mine}")
        print(f"the owner's page: {link(address, secret.value, owner)}")
        print("Ctrl+C stops it" + ("; the votes go with it" if self.db is None else ""), flush=True)
        stop = threading.Event()
        crowd = threading.Thread(target=demo_crowd(database, campaign, self.seed).run, args=(stop,))
        crowd.start()
        if not self.no_browser:
            _open_browser(mine)
        try:
            serve(database, secret, place, opened)
        except KeyboardInterrupt:  # Ctrl+C: the server has stopped, and that is all
            pass
        finally:
            stop.set()
            crowd.join()
            database.close()


def _open_browser(address: str) -> None:
    """Open the page beside the server, which answers once the socket is taken up."""
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
