"""Arrow's functions on columns, imported where they are used."""

from typing import Any


def compute() -> Any:
    """Return `pyarrow.compute`; its functions are made when it is loaded, so no type knows them."""
    import pyarrow.compute

    return pyarrow.compute
