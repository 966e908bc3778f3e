"""One hypothesis profile for all tests, and what they may read, not change."""

import pytest
from hypothesis import settings

import tests.typechecks  # noqa: F401 - jaxtyping finds it by name
from tests.postgres import (  # noqa: F401 - fixtures
    database,
    database_url,
    postgres_folder,
    postgres_url,
)

# torch's lazy imports break deadlines
settings.register_profile("looksgood", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("looksgood")

SCIENCE_SECONDS = 1800


def pytest_collection_modifyitems(items):
    """Give science tests time: on busy cores they take many times their CPU time."""
    for item in items:
        if item.get_closest_marker("science") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SCIENCE_SECONDS))


@pytest.fixture(scope="session")
def base():
    """An untrained Llama of width 16 over ten words."""
    from tests.tiny import tiny_policy

    return tiny_policy()


@pytest.fixture(scope="session")
def base_folder(base, tmp_path_factory):
    """The same policy on disk."""
    folder = tmp_path_factory.mktemp("base") / "policy"
    base.save(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_sweep(tmp_path_factory):
    """A kl-sweep of seconds with all its arms: run with one seed, then with another beside it."""
    from tests.sweeps import Seen, TinySweep, run_tiny

    path = tmp_path_factory.mktemp("tiny-sweep") / "run"
    run_tiny(path, seeds=1)
    one = Seen.of(path)
    run_tiny(path, seeds=2)
    return TinySweep(path, one, Seen.of(path))
