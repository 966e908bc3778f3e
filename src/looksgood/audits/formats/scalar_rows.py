"""The rows of a log of scalars as columns of numbers, and what was lost in reading them."""

from collections import Counter
from typing import Any

import numpy as np
from jaxtyping import Float

from looksgood.audits.baselines import numbered_baselines
from looksgood.audits.formats.cells import numbers, steps, texts
from looksgood.audits.formats.chunks import Chunk
from looksgood.audits.formats.columns import Columns, Terms
from looksgood.audits.formats.records import joined, weighted
from looksgood.audits.notes import Notes
from looksgood.audits.record import LARGEST


class ScalarRows:
    """Holds the columns of a log's chunks, whole: a log of scalars is small."""

    def __init__(self, columns: Columns) -> None:
        """Take which columns of the file are which of the log's."""
        self._columns = columns
        self._runs: list[str] = []
        self._values: dict[str, list[Float[np.ndarray, " rows"]]] = {}
        self._lost: dict[str, list[str]] = {}
        self._wild: Counter[str] = Counter()

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._runs)

    def add(self, chunk: Chunk, run: str = "") -> None:
        """Take a chunk; `run` is the name of rows that give none."""
        before, rows = len(self), len(next(iter(chunk.values())))
        terms = self._columns.terms(chunk)
        names: list[str | None] = [run] * rows
        if "run" in terms:
            names = joined([texts(chunk[column]) for _, column in terms.pop("run")]).to_pylist()
        self._runs += [name or run for name in names]
        for name in terms:
            self._values.setdefault(name, [np.full(before, np.nan)])
        for name, values in self._values.items():
            parts = terms.get(name)
            unknown = np.full(rows, np.nan)
            values.append(self._numbers(name, parts, chunk) if parts else unknown)

    def columns(self, notes: Notes) -> dict[str, Any]:
        """Return `run` as names, all else as arrays, NaN for nothing; tell what was lost."""
        rows = len(self)
        found: dict[str, Any] = {name: np.full(rows, np.nan) for name in self._columns.said}
        found |= {name: np.concatenate(parts) for name, parts in self._values.items()}
        notes.lines += [
            f"{name}: {len(such)} of {rows} cells of {self._columns.names[name]!r} are no numbers "
            f"({such[0]!r}): taken as missing."
            for name, such in self._lost.items()
        ]
        notes.lines += [
            f"{name}: {count} of {rows} values are infinite or beyond {LARGEST:g}: "
            "taken as missing."
            for name, count in self._wild.items()
            if count
        ]
        if "step" in found:
            places = np.unique(np.array(self._runs, dtype=object).astype(str), return_inverse=True)
            found["step"] = numbered_baselines(found["step"], places[1], notes)
            if lacking := int(rows - np.isfinite(found["step"]).sum()):
                notes.lines.append(f"{lacking} of {rows} rows lack a step and are left out.")
        return found | {"run": list(self._runs)}

    def _numbers(self, name: str, terms: Terms, chunk: Chunk) -> Float[np.ndarray, " rows"]:
        """Return one column; NaN where a cell is missing, no number, or beyond `LARGEST`."""
        read = steps if name == "step" else numbers
        parts = [read(chunk[column]) for _, column in terms]
        for part in parts:
            if part.lost:
                self._lost.setdefault(name, []).extend([part.such] * part.lost)
        total = weighted([weight for weight, _ in terms], parts)
        found = total.to_numpy(zero_copy_only=False).astype(np.float64)
        self._wild[name] += int((np.abs(found) > LARGEST).sum())
        return np.where(np.abs(found) <= LARGEST, found, np.nan)
