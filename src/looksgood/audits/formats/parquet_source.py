"""A table in Parquet: only the columns asked for are read, a few megabytes at a time."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.audits.arrow import compute
from looksgood.audits.formats.files import is_zipped, open_binary
from looksgood.audits.formats.parquet import named_in_errors
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

CHUNK_BYTES = 1 << 24
MOST_ROWS = 1 << 16


class ParquetSource:
    """One Parquet file."""

    def __init__(self, path: Path, notes: Notes) -> None:
        self.path, self._notes = path, notes

    def names(self) -> list[str]:
        """Return the columns, and the fields of structs by dotted names."""
        with self._opened() as file:
            return [name for field in file.schema_arrow for name in _names(field)]

    def chunks(self, columns: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Yield the columns as arrays; what is damaged of a row group is left out, and told.

        Raises:
            DataError: no row can be read.
        """
        with self._opened() as file:
            top = set(file.schema_arrow.names)
            asked = [name for name in columns if name in top or name.partition(".")[0] in top]
            done, errors = 0, list[DataError]()
            for group in range(file.num_row_groups):
                try:
                    with named_in_errors(self.path):
                        for batch in file.iter_batches(
                            _rows_at_once(file, group), [group], asked, use_threads=False
                        ):
                            done += batch.num_rows
                            yield {name: _column(batch, name) for name in columns}
                except DataError as error:
                    errors.append(error)
            if errors and not done:
                raise errors[0]
            if errors:
                lost = file.metadata.num_rows - done
                self._notes.lines.append(f"{lost} rows cannot be read, left out: {errors[0]}.")

    @contextmanager
    def _opened(self) -> Iterator["pq.ParquetFile"]:
        """Open the file; where it is zipped, unzipped, as Parquet is read from its end."""
        import pyarrow.parquet as pq

        with open_binary(self.path, self._notes) as plain, tempfile.TemporaryFile() as unzipped:
            zipped = is_zipped(self.path)
            if zipped:
                shutil.copyfileobj(plain, unzipped, 1 << 20)
            with named_in_errors(self.path):
                file = pq.ParquetFile(unzipped if zipped else self.path, pre_buffer=False)
            with file:
                yield file


def _rows_at_once(file: "pq.ParquetFile", group: int) -> int:
    """Return how many rows of a group make up some megabytes."""
    found = file.metadata.row_group(group)
    per_row = max(1.0, found.total_byte_size / max(1, found.num_rows))
    return max(1, min(MOST_ROWS, int(CHUNK_BYTES / per_row)))


def _names(field: "pa.Field", before: str = "") -> Iterator[str]:
    import pyarrow as pa

    yield before + field.name
    if pa.types.is_struct(field.type):
        for inner in field.type:
            yield from _names(inner, f"{before}{field.name}.")


def _column(batch: "pa.RecordBatch", name: str) -> "pa.Array":
    """Return a column, or a field of a struct; nulls where the file lacks it."""
    import pyarrow as pa

    pc = compute()
    if name in batch.schema.names:
        return batch.column(batch.schema.names.index(name))  # the first, where two bear one name
    first, *path = name.split(".")
    try:
        return pc.struct_field(batch.column(first), path)
    except (KeyError, pa.ArrowException):
        return pa.nulls(batch.num_rows)
