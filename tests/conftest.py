"""One hypothesis profile for all tests, and tiny policies that they may read but not train."""

import pytest
from hypothesis import settings

import tests.typechecks  # noqa: F401 - jaxtyping finds it by name

# torch's lazy imports break deadlines
settings.register_profile("looksgood", deadline=None, derandomize=True, max_examples=40)
settings.load_profile("looksgood")


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
