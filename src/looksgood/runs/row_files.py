"""Rows in a file, whole or not at all: JSON lines, also gzipped, or Parquet, by the file's name."""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from looksgood.core.errors import DataError
from looksgood.runs.atomic import atomic_file, write_atomically

FORMS = (".jsonl", ".jsonl.gz", ".parquet")


def split_form(path: Path) -> tuple[str, str]:
    """Return a file's name without its form, and the form.

    Raises:
        DataError: the name ends in none of `FORMS`.
    """
    for form in FORMS:
        if path.name.endswith(form) and path.name != form:
            return path.name.removesuffix(form), form
    raise DataError(f"{path}: end the name in {', '.join(FORMS)}")


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows; equal rows give equal bytes. Parquet holds as JSON text what has no one type.

    Raises:
        DataError: the name ends in none of `FORMS`.
        ValueError: JSON lines have no way to write a number that is not finite.
        LooksgoodError: the disk is full; `path` is as it was.
    """
    _, form = split_form(path)
    if form == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        with atomic_file(path) as temporary:
            pq.write_table(pa.Table.from_pydict(_columns(rows)), temporary)
        return
    text = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
    content = text.encode()
    write_atomically(path, gzip.compress(content, mtime=0) if form.endswith(".gz") else content)


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    columns: dict[str, list[Any]] = {name: [row.get(name) for row in rows] for name in names}
    return {name: _alike(values) for name, values in columns.items()}


def _alike(values: list[Any]) -> list[Any]:
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} or (len(kinds) <= 1 and not kinds & {dict}):
        return values
    return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
