"""Batches of records with gold filled in by a checker, while their texts are at hand."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from math import isnan
from typing import TYPE_CHECKING, Any

from looksgood.audits.experts.checker import Checker
from looksgood.audits.notes import Notes
from looksgood.audits.record import COLUMNS
from looksgood.core.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa

EVERY_SECONDS = 30.0
"""How often a slow checker's progress is told."""


def checked(
    batches: Iterable["pa.Table"],
    checker: Checker,
    notes: Notes,
    tell: Callable[[str], object] | None = None,
) -> Iterator["pa.Table"]:
    """Yield each batch with gold as the checker says it; a gold of the file's own gives way.

    A row without a completion has none. Every 30 seconds `tell` gets a line on how far it is. At
    the end `notes` say how many responses were checked, and of how many the checker could not tell.

    Raises:
        DataError: the checker failed on every response; quotes the first failure.
    """
    import pyarrow as pa

    replaced, last = 0, time.monotonic()
    for batch in batches:
        gold: list[float | None] = []
        wanted = _wanted(batch, checker)
        for prompt, completion, extras in _responses(batch, wanted):
            value = checker(prompt or "", completion, extras) if completion is not None else None
            gold.append(None if value is None or isnan(value) else value)
            if tell and time.monotonic() - last >= EVERY_SECONDS:
                last = time.monotonic()
                tell(f"{checker.name}: {checker.calls} responses checked")
        batch = batch.drop_columns(sorted(wanted - set(COLUMNS)))  # they have been used
        column, place = pa.array(gold, pa.float64()), batch.schema.get_field_index("gold")
        if place < 0:
            yield batch.append_column("gold", column)
        else:
            replaced += len(batch) - batch.column(place).null_count
            yield batch.set_column(place, "gold", column)
    _tell(checker, replaced, notes)


def _wanted(batch: "pa.Table", checker: Checker) -> set[str]:
    """Return the batch's columns that the checker takes beside prompt and completion."""
    names = set(batch.column_names) - {"prompt", "completion"}
    return names - set(COLUMNS) if checker.wants is None else names & checker.wants


def _responses(
    batch: "pa.Table", wanted: set[str]
) -> Iterator[tuple[str | None, str | None, dict[str, Any]]]:
    """Yield each row's prompt and completion, and its columns that are wanted."""
    extras = batch.select(sorted(wanted)).to_pylist() if wanted else repeat({}, len(batch))
    texts = [
        batch.column(name).to_pylist() if name in batch.column_names else [None] * len(batch)
        for name in ("prompt", "completion")
    ]
    yield from zip(*texts, extras, strict=True)


def _tell(checker: Checker, replaced: int, notes: Notes) -> None:
    """Note what became of the calls."""
    calls, failed, unsure = checker.calls, checker.failed, checker.unsure
    if calls and failed == calls:
        raise DataError(
            f"checker {checker.name} failed on all {calls} responses; the first: "
            f"{checker.first_failure}"
        )
    known = calls - failed - unsure
    notes.lines.append(f"gold: {checker.name} checked {known} of {calls} responses.")
    if unsure:
        notes.lines.append(f"gold: of {unsure} responses the checker could not tell.")
    if failed:
        notes.lines.append(
            f"gold: the checker failed on {failed} responses, which have no gold; the first: "
            f"{checker.first_failure:.300}"
        )
    if replaced:
        notes.lines.append(
            f"gold: the files' own gold of {replaced} rows was not used: the checker's is."
        )
