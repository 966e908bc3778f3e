"""A small table that people filled in, as rows: CSV, JSON or Parquet, gzipped or not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from looksgood.audits.formats.numbers import ABSENT
from looksgood.audits.formats.source import source_of
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

Row = Mapping[str, Any]


def read_rows(path: Path, notes: Notes) -> list[Row]:
    """Return the file's rows in order, each by column name; what is nested has dotted names too.

    Raises:
        DataError: the file is missing, empty, or of no form that is known; names it.
    """
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    source = source_of(path, notes)
    if source is None:
        raise DataError(f"{path}: neither CSV nor JSON nor Parquet")
    names = source.names()
    rows: list[Row] = []
    for chunk in source.chunks(names):
        columns = [_values(chunk[name]) for name in names]
        rows += (dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True))
    if not rows:
        raise DataError(f"{path}: there are no rows in it")
    return rows


def given(row: Row, column: str) -> str:
    """Return what the row says in the column, as text without space around; "" for nothing."""
    value = row.get(column)
    text = "" if value is None else str(value).strip()
    return "" if text.lower() in ABSENT else text


def _values(column: Any) -> list[Any]:
    return column if isinstance(column, list) else column.to_pylist()
