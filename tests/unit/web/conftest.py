"""Fixtures of the rating page's tests: SQLite suffices where no query is in question."""

import pytest


@pytest.fixture
def sqlite(tmp_path):
    """An empty SQLite database."""
    from looksgood.rating.database import open_database

    opened = open_database(tmp_path / "votes.db")
    yield opened
    opened.close()
