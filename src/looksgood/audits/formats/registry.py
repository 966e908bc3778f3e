"""Which reader reads a path: the one that was asked for, or the first that recognises it."""

from collections.abc import Mapping
from pathlib import Path

from looksgood.audits.formats.reader import Reader, ScalarReader
from looksgood.core.errors import ConfigError, DataError
from looksgood.core.spec import kinds, load_kind

GROUP = "formats"
LAST = ("scalars", "table")
"""Asked when no format that knows its trainer has recognised the path: they take anything."""


def reader_for(
    path: Path, format: str = "auto", mapping: Mapping[str, str] | None = None
) -> Reader | ScalarReader:
    """Return the reader of `path`, built with what --map said.

    `format` is a reader's name or its entry point's, or `auto`. Where several readers bear one
    name (a trainer's rollouts and its log) the first that recognises the path is taken, else the
    last.

    Raises:
        ConfigError: no reader has that name, or --map names what it does not know.
        DataError: there is nothing at `path`, or no reader recognises it.
    """
    if not path.exists():
        raise DataError(f"{path}: no such file or folder")
    known = kinds(GROUP)
    order = sorted(known, key=lambda kind: LAST.index(kind) + 1 if kind in LAST else 0)
    classes = {kind: load_kind(GROUP, kind) for kind in order}
    asked = [found for kind, found in classes.items() if format in ("auto", kind, found.name)]
    if not asked:
        names = sorted({"auto", *(found.name for found in classes.values())})
        raise ConfigError(f"--format {format}: unknown; there are {', '.join(names)}")
    if format in classes and classes[format].name != format:  # "scalars": that one, no other
        return classes[format](mapping)
    for found in asked:
        reader = found(mapping)
        if reader.recognises(path):
            return reader
    if format != "auto":
        return asked[-1](mapping)
    if path.is_dir():
        raise DataError(
            f"{path}: no file that is known is in this folder: completions_STEP.parquet of TRL, "
            "STEP.jsonl of verl, train_data_stepN.jsonl of NeMo-RL, rollouts.jsonl of our "
            "recorder, or tables (CSV, JSON lines, a JSON array, Parquet)"
        )
    raise DataError(f"{path}: neither CSV nor JSON lines, a JSON array or Parquet")
