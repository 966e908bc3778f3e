"""Rows of a preference data set on the Hugging Face hub, through `datasets`."""

from collections.abc import Iterator
from typing import Any

from looksgood.core.errors import DataError


def hub_rows(name: str, split: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one split; what was downloaded before is read from the local cache.

    Raises:
        DataError: `datasets` is missing, the hub cannot be reached, or it has no such data set.
    """
    try:
        from datasets import load_dataset
        from datasets.exceptions import DatasetsError
    except ImportError as error:
        raise DataError(
            f"{name}: no such file, and a hub name needs: pip install datasets"
        ) from error
    try:
        rows = load_dataset(name, split=split)
    # ConnectionError (offline) and "not found" are OSErrors; an unknown split is a ValueError
    except (OSError, ValueError, DatasetsError) as error:
        reason = " ".join(str(error).split())
        raise DataError(
            f"{name}: no such file here, and as a hub name: {reason}. Check the name, the split "
            f"({split}) and the network, or give a .jsonl, .jsonl.gz or .parquet file"
        ) from error
    for row in rows:
        yield dict(row)
