"""The tables that analysis reads, as design.md fixes them: Parquet, typed, missing is null.

Three kinds: `points` (one row per measured checkpoint), `prompts` (the same, per prompt: what
intervals over prompts resample) and `samples` (one row per kept response).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from looksgood.core.errors import DataError
from looksgood.runs.atomic import atomic_file

if TYPE_CHECKING:  # imported where used: pyarrow takes 0.2 s
    import pyarrow as pa

Kind = Literal["points", "prompts", "samples"]

_WHO = {"study": "string", "arm": "string", "seed": "int64"}
_HOW = {"optimizer": "string", "beta": "double", "step": "int64", "n": "int64"}
_SCORES = {"proxy": "double", "rater": "double", "gold": "double"}

COLUMNS: Mapping[Kind, Mapping[str, str]] = {
    "points": {
        **_WHO,
        **_HOW,
        "kl": "double",
        "kl_se": "double",
        **_SCORES,
        "proxy_se": "double",
        "rater_se": "double",
        "gold_se": "double",
        "samples": "int64",
    },
    "prompts": {
        **_WHO,
        **_HOW,
        "prompt_id": "string",
        "kl": "double",
        **_SCORES,
        "samples": "int64",
    },
    "samples": {
        **_WHO,
        "step": "int64",
        "prompt_id": "string",
        "prompt": "string",
        "response": "string",
        "logp_policy": "double",
        "logp_base": "double",
        **_SCORES,
        "optimizer": "string",
        "beta": "double",
        "n": "int64",
    },
}
"""Fixed columns by table; beside them, any number of `channel.NAME` columns of doubles."""

CHANNEL = "channel."
_NEEDED = (*_WHO, "step")


def schema(kind: Kind, channels: Iterable[str] = ()) -> "pa.Schema":
    """Return the schema: the fixed columns in their order, then the channels by name."""
    import pyarrow as pa

    fixed = [
        pa.field(name, getattr(pa, "float64" if t == "double" else t)())
        for name, t in COLUMNS[kind].items()
    ]
    return pa.schema([*fixed, *(pa.field(name, pa.float64()) for name in sorted(set(channels)))])


def check_columns(kind: Kind, row: Mapping[str, Any]) -> None:
    """Refuse a row with a column that the table does not have.

    Raises:
        ValueError: names the column.
    """
    for name in row:
        if name not in COLUMNS[kind] and not name.startswith(CHANNEL):
            raise ValueError(f"{kind} has no column {name!r}; a trait is a {CHANNEL}NAME")


def as_table(kind: Kind, rows: Sequence[Mapping[str, Any]]) -> "pa.Table":
    """Return `rows` as a table; a column that a row lacks, None and NaN are null."""
    import pyarrow as pa

    for row in rows:
        check_columns(kind, row)
    columns = schema(kind, {name for row in rows for name in row if name.startswith(CHANNEL)})
    data = [pa.array([_cell(row.get(field.name)) for row in rows], field.type) for field in columns]
    return pa.Table.from_arrays(data, schema=columns)


def write_table(path: Path, kind: Kind, rows: "Sequence[Mapping[str, Any]] | pa.Table") -> None:
    """Write `rows` as a Parquet table, whole or not at all.

    Raises:
        ValueError: a row has an unknown column.
        LooksgoodError: the disk is full; what was there before stays.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = rows if isinstance(rows, pa.Table) else as_table(kind, rows)
    with atomic_file(Path(path)) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def read_table(path: Path, kind: Kind) -> "pa.Table":
    """Read a table back; `.to_pylist()` gives its rows, null as None.

    A fixed column that the file lacks is unknown: null throughout.

    Raises:
        DataError: the file is missing, is not Parquet, or does not say study, arm, seed and step.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist: was the run finished?") from error
    except (pa.ArrowInvalid, OSError) as error:
        first = str(error).splitlines()[0]
        raise DataError(f"{path} is not a Parquet table ({first})") from error
    for name in _NEEDED:
        if name not in table.column_names:
            raise DataError(f"{path} lacks the column {name!r} of a {kind} table")
    for field in schema(kind):
        if field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(len(table), field.type))
    return table


def merge_tables(kind: Kind, paths: Iterable[Path]) -> "pa.Table":
    """Put tables of one kind under each other; a channel that one of them lacks is null there."""
    import pyarrow as pa

    tables = [read_table(path, kind) for path in paths]
    channels = {n for table in tables for n in table.column_names if n.startswith(CHANNEL)}
    whole = schema(kind, channels)
    merged = pa.concat_tables([whole.empty_table(), *tables], promote_options="default")
    return merged.select(whole.names).cast(whole)


def _cell(value: Any) -> Any:
    if isinstance(value, str):  # half of an emoji, from somebody's file, has no UTF-8 form
        return value.encode("utf-8", "replace").decode()
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
