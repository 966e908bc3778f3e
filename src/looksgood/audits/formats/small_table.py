"""A small table that people filled in, as rows: CSV, JSON or Parquet, gzipped or not."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from looksgood.audits.formats.source import source_of
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

Row = Mapping[str, Any]
_MISSING = ("", "null", "none", "nan", "na", "n/a")


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
    return "" if text.lower() in _MISSING else text


def number(text: str) -> float | None:
    """Return the number that the text is, or yes, true (1), no, false (0); None for others."""
    words = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}
    try:
        value = words[text.lower()] if text.lower() in words else float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None  # NaN compares false


def refuse_unknown(path: Path, rows: list[Row], wanted: Mapping[str, str], option: str) -> None:
    """Return silently where each column that `option` wants is in the file; "a+b" wants both.

    Raises:
        DataError: one is not; lists those that are.
    """
    columns = list(dict.fromkeys(name for row in rows[:1000] for name in row))
    for role, names in wanted.items():
        for name in names.split("+"):
            if name not in columns:
                raise DataError(
                    f"{path}: {option} {role}={names}, but there is no column {name!r}; "
                    f"found: {listed(columns, 60)}"
                )


def _values(column: Any) -> list[Any]:
    return column if isinstance(column, list) else column.to_pylist()
