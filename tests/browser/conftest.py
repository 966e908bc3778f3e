"""Browser tests get a browser, a server and a page."""

from tests.rating_visits import chromium, site, visit

__all__ = ["chromium", "site", "visit"]
