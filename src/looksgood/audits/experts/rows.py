"""A small table that people filled in: CSV, JSON (lines or one array) or Parquet, as rows."""

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from looksgood.audits.formats.files import open_binary
from looksgood.audits.formats.jsonl import objects
from looksgood.audits.formats.reader import Notes
from looksgood.core.errors import DataError

Row = Mapping[str, Any]
_MISSING = ("", "null", "none", "nan", "na", "n/a")


def read_rows(path: Path, notes: Notes) -> list[Row]:
    """Return the file's rows in order, each by column name. Gzipped or not; all is in memory.

    Raises:
        DataError: the file is missing, empty, or of no form that is known; names it.
    """
    name = path.name.lower().removesuffix(".gz")
    if name.endswith(".parquet"):
        rows: list[Row] = _parquet_rows(path)
    elif name.endswith((".jsonl", ".json", ".ndjson")):
        rows = list(objects(path, notes))
    elif name.endswith((".csv", ".tsv")):
        rows = list(_csv_rows(path, "\t" if name.endswith(".tsv") else ",", notes))
    else:
        raise DataError(f"{path}: the name should end in .csv, .tsv, .json, .jsonl or .parquet")
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


def refuse_unknown(path: Path, rows: list[Row], wanted: Mapping[str, str]) -> None:
    """Return silently where each wanted column is in the file; "a+b" wants both.

    Raises:
        DataError: one is not; lists those that are.
    """
    columns = list(dict.fromkeys(name for row in rows[:1000] for name in row))
    for role, names in wanted.items():
        for name in names.split("+"):
            if name not in columns:
                raise DataError(
                    f"{path}: --map {role}={names}, but there is no column {name!r}; "
                    f"found: {', '.join(columns)}"
                )


def _csv_rows(path: Path, separator: str, notes: Notes) -> Iterator[Row]:
    csv.field_size_limit(min(sys.maxsize, 1 << 30))  # responses are longer than the usual 128 KiB
    with open_binary(path, notes) as file:
        # utf-8-sig: spreadsheets begin their files with a byte order mark
        text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        reader = csv.DictReader(text, delimiter=separator)
        try:
            for row in reader:
                row.pop(None, None)  # more cells than columns
                yield row
        except csv.Error as error:
            raise DataError(f"{path}, line {reader.line_num}: {error}") from error


def _parquet_rows(path: Path) -> list[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise DataError(f"{path}: no such file")
    try:
        return pq.read_table(path).to_pylist()
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path}: no Parquet that can be read ({error})".splitlines()[0]) from error
