"""Expert labels of some responses: a table with gold, and what says which response each is of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.experts.response_id import fingerprints_of
from looksgood.audits.formats.chat import answer_of, text_of
from looksgood.audits.formats.columns import refuse_missing, refuse_unknown
from looksgood.audits.formats.numbers import number_said, whole
from looksgood.audits.formats.small_table import Row, given, read_rows
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

ROLES = ("gold", "id", "row", "run", "step", "prompt", "completion", "inclusion_probability")
_PI = "inclusion_probability"
ALSO = {"gold": ("label", "score"), "completion": ("response", "output"), "prompt": ("input",)}
"""Other names under which a column is looked for, where --map says nothing."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels as read; what the table does not say of a response is None (or NaN)."""

    name: str
    """Of the file."""
    line: Int[np.ndarray, " labels"]
    """Its row in the file, from 1, for messages."""
    gold: Float[np.ndarray, " labels"]
    probability: Float[np.ndarray, " labels"]
    """With which the response was chosen for a label; NaN: as likely as any other."""
    id: Sequence[tuple[int, int] | None]
    """Fingerprints of completion and prompt, where the table has our `response_id`."""
    row: Sequence[int | None]
    """Of the rollouts, in the order in which they were read, from 0."""
    run: Sequence[str | None]
    step: Sequence[int | None]
    prompt: Sequence[str | None]
    completion: Sequence[str | None]

    def __len__(self) -> int:
        """Count the labels."""
        return len(self.gold)


def read_labels(path: Path, columns: Mapping[str, str], notes: Notes) -> Labels:
    """Read labels; `columns` says which column is what: {"gold": "my_label"}.

    A response is known by its completion, and where there are such by prompt, step and run; by the
    id of next_labels.csv in their place; or by row. Rows without a gold have no label yet.

    Raises:
        DataError: the file cannot be read, lacks a column, or holds no label; names it.
    """
    rows = read_rows(path, notes)
    roles = _roles(path, rows, columns)
    said = [given(row, roles["gold"]) for row in rows]
    gold = [number_said(text) for text in said]
    empty = sum(not text for text in said)
    strange = [i for i, text in enumerate(said) if text and gold[i] is None]
    if empty:
        notes.lines.append(f"{path.name}: {empty} of {len(rows)} rows have no {roles['gold']} yet.")
    if strange:
        notes.lines.append(
            f"{path.name}: {len(strange)} labels are no number, yes or no, and are left out; the "
            f"first is {said[strange[0]][:40]!r}, row {strange[0] + 1}."
        )
    kept = [i for i, value in enumerate(gold) if value is not None]
    if not kept:
        raise DataError(f"{path}: no row has a {roles['gold']} that is a number, yes or no")
    said_of = {role: [rows[i].get(name) for i in kept] for role, name in roles.items()}
    nothing: list[Any] = [None] * len(kept)
    probability = [number_said(given(rows[i], roles.get(_PI, _PI))) for i in kept]
    for line, p in zip(kept, probability, strict=True):
        if p is not None and not 0 < p <= 1:
            raise DataError(f"{path}, row {line + 1}: {_PI}={p:g}: it is above 0 and at most 1")
    return Labels(
        name=path.name,
        line=np.array(kept, dtype=np.int64) + 1,
        gold=np.array([gold[i] for i in kept], dtype=np.float64),
        probability=np.array([np.nan if p is None else p for p in probability]),
        id=[fingerprints_of(_name(value)) for value in said_of.get("id", nothing)],
        row=[whole(value) for value in said_of.get("row", nothing)],
        run=[_name(value) for value in said_of.get("run", nothing)],
        step=[whole(value) for value in said_of.get("step", nothing)],
        prompt=[text_of(value) for value in said_of.get("prompt", nothing)],
        completion=[answer_of(value) for value in said_of.get("completion", nothing)],
    )


def _roles(path: Path, rows: list[Row], columns: Mapping[str, str]) -> dict[str, str]:
    """Return which column has which role: those said, and those of a name that is known."""
    found = list(rows[0])
    refuse_unknown(columns, ROLES, "labels", "--map-expert")
    refuse_missing(path, columns, found, "--map-expert")
    roles = dict(columns)
    for role in ROLES:
        names = [name for name in (role, *ALSO.get(role, ())) if name in found]
        if names:
            roles.setdefault(role, names[0])
    there = listed(found, 60)
    if "gold" not in roles:
        raise DataError(
            f"{path}: labels need a column gold, or --map-expert gold=…; found: {there}"
        )
    if not {"completion", "id", "row"} & set(roles):
        raise DataError(
            f"{path}: labels need a column completion (with prompt, step and run where there are "
            f"such) or row, to say which response each is of; found: {there}"
        )
    return roles


def _name(value: Any) -> str | None:
    return None if value is None or value == "" else str(value)
