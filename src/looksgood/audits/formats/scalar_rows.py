"""The rows of a log of scalars as columns of numbers, and what was lost in reading them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from looksgood.audits.baselines import numbered_baselines
from looksgood.audits.formats.cast import joined, weighted
from looksgood.audits.formats.cells import numbers, steps, texts
from looksgood.audits.formats.columns import terms_of
from looksgood.audits.formats.source import Source
from looksgood.audits.notes import Notes
from looksgood.audits.record import LARGEST


class ScalarRows:
    """Reads the mapped columns of one or more tables, whole: a log of scalars is small."""

    def __init__(self, mapped: Mapping[str, str], there: Sequence[str]) -> None:
        """Take the log's column to the file's, and all of the files' columns."""
        self._mapped = mapped
        self._terms = {name: terms_of(source, there) for name, source in mapped.items()}
        self._runs: list[str] = []
        self._values: dict[str, list[np.ndarray]] = {name: [] for name in mapped if name != "run"}
        self._lost: dict[str, list[str]] = {}
        self._wild: Counter[str] = Counter()

    def read(self, source: Source, run: str, most: int | None = None) -> None:
        """Read a table; `run` is the name of rows that give none. `most`: rows that suffice."""
        used = {column for terms in self._terms.values() for _, column in terms}
        for chunk in source.chunks(sorted(used)):
            self._add(chunk, run)
            if most is not None and len(self._runs) >= most:
                return

    def columns(self, notes: Notes) -> dict[str, Any]:
        """Return `run` as names and all else as numbers; tell what was lost."""
        found: dict[str, Any] = {
            name: np.concatenate([np.zeros(0), *parts]) for name, parts in self._values.items()
        }
        rows = len(self._runs)
        notes.lines += [
            f"{name}: {len(such)} of {rows} cells of {self._mapped[name]!r} are no numbers "
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

    def _add(self, chunk: Mapping[str, Any], run: str) -> None:
        rows = len(next(iter(chunk.values())))
        names: list[str | None] = [run] * rows
        if "run" in self._terms:
            names = joined([texts(chunk[column]) for _, column in self._terms["run"]]).to_pylist()
        self._runs += [name or run for name in names]
        for name, values in self._values.items():
            read = steps if name == "step" else numbers
            parts = [read(chunk[column]) for _, column in self._terms[name]]
            for part in parts:
                if part.lost:
                    self._lost.setdefault(name, []).extend([part.such] * part.lost)
            total = weighted([weight for weight, _ in self._terms[name]], parts)
            found = _floats(total)
            self._wild[name] += int((np.abs(found) > LARGEST).sum())
            values.append(np.where(np.abs(found) <= LARGEST, found, np.nan))


def _floats(array: Any) -> Float[np.ndarray, " rows"]:
    """Return an Arrow column with NaN for what is missing."""
    return array.to_numpy(zero_copy_only=False).astype(np.float64)
