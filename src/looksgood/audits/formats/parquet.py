"""Parquet files, read a few thousand rows at a time; a cut or damaged one is named, not a crash."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa


def row_batches(file: Path, rows: int) -> Iterator["pa.RecordBatch"]:
    """Yield the file's rows, `rows` at a time.

    Raises:
        DataError: it is cut, damaged or no Parquet; what came before the damage was yielded.
    """
    import pyarrow.parquet as pq

    with named_in_errors(file), pq.ParquetFile(file) as parquet:
        yield from parquet.iter_batches(rows)


def schema_of(file: Path) -> "pa.Schema":
    """Return the columns of the file and their types, from its last bytes alone.

    Raises:
        DataError: it is cut, damaged or no Parquet.
    """
    import pyarrow.parquet as pq

    with named_in_errors(file):
        return pq.read_schema(file)


@contextmanager
def named_in_errors(file: Path) -> Iterator[None]:
    """Turn what Arrow raises into an error that names the file, in one line.

    Raises:
        DataError: what was done within failed.
    """
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as error:
        why = str(error).partition("\n")[0]
        raise DataError(f"{file}: not a whole Parquet file: {why}") from error
