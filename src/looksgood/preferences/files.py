"""Preference files in the ecosystem's form: JSONL (also gzipped) or Parquet, or a hub data set.

Decided pairs are `prompt, chosen, rejected`. The column `choice` says which was shown first and
keeps ties and "can't tell" (stored in the order shown): leave those rows out before training
elsewhere.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from looksgood.core.errors import DataError
from looksgood.core.records import Comparisons, Pairs
from looksgood.preferences.rows import COLUMNS, Row, as_row, parse_row
from looksgood.runs.row_files import FORMS, write_rows

_FORMS = ", ".join(FORMS)


@dataclass(frozen=True, slots=True)
class ComparisonTable:
    """Comparisons as read, with the columns that are not ours, row by row."""

    comparisons: Comparisons
    extra: tuple[dict[str, Any], ...]


def read_comparisons(path: str | Path, split: str = "train") -> ComparisonTable:
    """Read a file, or the `split` of a hub data set named `owner/name` where no such file exists.

    Raises:
        DataError: missing, unreadable, empty or malformed; names the file and the line.
    """
    name = str(path)
    numbered = _hub_rows(name, split) if _is_hub_name(name) else _file_rows(Path(path))
    rows = []
    for place, value in numbered:
        try:
            rows.append(parse_row(value))
        except ValueError as error:
            raise DataError(f"{name}, {place}: {error}") from error
    if not rows:
        raise DataError(f"{name}: there are no comparisons in it")
    return _table(rows)


def write_comparisons(
    path: str | Path, comparisons: Comparisons, extra: Sequence[Mapping[str, Any]] = ()
) -> None:
    """Write a file that `read_comparisons` reads back; `extra` adds columns, row by row.

    The file appears whole or not at all.

    Raises:
        DataError: the name ends in no known form.
        ValueError: `extra` has another number of rows, names one of our own columns, or (in JSON
            lines) has a number that is not finite.
    """
    path = Path(path)
    if extra and len(extra) != len(comparisons):
        raise ValueError(f"{len(extra)} extra rows for {len(comparisons)} comparisons")
    pairs = comparisons.pairs
    rows = [
        as_row(*one)
        for one in zip(
            pairs.prompts, pairs.first, pairs.second, comparisons.choice.tolist(), strict=True
        )
    ]
    for row, more in zip(rows, extra, strict=False):
        if taken := set(COLUMNS) & set(more):
            raise ValueError(f"extra column {min(taken)!r} is a name of our own")
        row.update(more)
    write_rows(path, rows)


def _table(rows: list[Row]) -> ComparisonTable:
    pairs = Pairs(
        tuple(row.prompt for row in rows),
        tuple(row.first for row in rows),
        tuple(row.second for row in rows),
    )
    choice = torch.tensor([row.choice for row in rows])
    return ComparisonTable(Comparisons(pairs, choice), tuple(row.extra for row in rows))


def _file_rows(path: Path) -> Iterator[tuple[str, object]]:
    """Yield (place, row) of a local file."""
    if not path.is_file():
        raise DataError(f"{path}: no such file; give a {_FORMS} file or a hub name owner/name")
    if path.name.endswith(".parquet"):
        yield from _parquet_rows(path)
    elif path.name.endswith((".jsonl", ".jsonl.gz")):
        yield from _jsonl_rows(path)
    else:
        raise DataError(f"{path}: cannot tell the form; the name should end in {_FORMS}")


def _jsonl_rows(path: Path) -> Iterator[tuple[str, object]]:
    number = 0
    with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as lines:
        try:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield f"line {number}", json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{path}, line {number}: not JSON: {error}") from error
        except UnicodeDecodeError as error:
            raise DataError(f"{path}, line {number}: not UTF-8: {error}") from error
        except (OSError, EOFError, zlib.error) as error:
            raise DataError(f"{path}: unreadable after line {number}: {error}") from error


def _parquet_rows(path: Path) -> Iterator[tuple[str, object]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        rows = pq.read_table(path).to_pylist()
    except (pa.ArrowException, OSError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path}: unreadable as Parquet: {reason}") from error
    for number, row in enumerate(rows, start=1):
        yield f"row {number}", row


def _is_hub_name(name: str) -> bool:
    looks = re.fullmatch(r"[\w-][\w.-]*/[\w.-]+", name) is not None
    is_file_name = name.endswith((".jsonl", ".jsonl.gz", ".parquet", ".json", ".csv"))
    return looks and not is_file_name and not Path(name).exists()


def _hub_rows(name: str, split: str) -> Iterator[tuple[str, object]]:
    from looksgood.preferences.hub import hub_rows

    for number, row in enumerate(hub_rows(name, split), start=1):
        yield f"row {number}", row
