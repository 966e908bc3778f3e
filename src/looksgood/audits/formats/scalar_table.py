"""Any log of scalars: a row per checkpoint with its mean scores, by --map or the record's names."""

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from looksgood.audits.formats.columns import Columns, columns_used, refuse_unknown
from looksgood.audits.formats.constants import COUNTS, constants_said
from looksgood.audits.formats.files import files_in, name_of
from looksgood.audits.formats.one_per_step import one_per_step
from looksgood.audits.formats.scalar_errors import with_errors
from looksgood.audits.formats.scalar_rows import ScalarRows
from looksgood.audits.formats.scalars import scalar_log
from looksgood.audits.formats.source import PATTERNS
from looksgood.audits.formats.synonyms import chosen
from looksgood.audits.formats.table import sources_of
from looksgood.audits.notes import Notes
from looksgood.audits.record import SCORES
from looksgood.audits.scalar_log import ScalarLog
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

MEANS = ("kl", *SCORES)
EXACT = (*(f"{name}_se" for name in MEANS), *COUNTS, "wins")
COLUMNS = ("run", "step", *MEANS, *EXACT)
"""What --map may name: means, their standard errors or counts, or gold as wins of a total."""

OWN_LABEL = ("round", "epoch", "iteration", "n")
"""Columns of steps that are called by their own name on the axis."""


class ScalarTable:
    """CSV, JSON lines, a JSON array or Parquet; files of a folder that name no run are one each."""

    name = "table"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Take --map: which of `COLUMNS` is which column of the file."""
        self._said = dict(columns or {})

    def recognises(self, path: Path) -> bool:
        """Tell whether its first table has one row per run and step, and no text.

        Where --map names what only a log of scalars has, and that is not there, it is one still:
        so that the error says what is amiss.
        """
        if not self._said.keys() <= set(COLUMNS) or not files_in(path, *PATTERNS):
            return False
        try:
            source, names = sources_of(path, Notes())[0]
            mapped = self._mapped(names, path, Notes())
            return one_per_step(source, mapped, names)
        except DataError:
            return not self._said.keys().isdisjoint(EXACT)

    def scalars(self, path: Path, notes: Notes) -> ScalarLog:
        """Return the means per run and step.

        Raises:
            ConfigError: --map names what a log of scalars does not have.
            DataError: no file is readable, or has no step or no score, or lacks what --map names;
                or a count is neither a column nor a number.
        """
        refuse_unknown(self._said, COLUMNS, "a log of scalars")
        sources = sources_of(path, notes)
        there = list(dict.fromkeys(name for _, names in sources for name in names))
        found = self._mapped(there, path, notes)
        mapped = {name: source for name, source in found.items() if name in COLUMNS}
        if "step" not in mapped:
            raise DataError(
                f"{path}: no step in it: --map step=COLUMN says which of {listed(there, 60)}"
            )
        rows, used = ScalarRows(Columns({}, mapped)), sorted(columns_used(mapped, there))
        for source, _ in sources:
            folder = f"{path.name}/{name_of(source.path)}" if path.is_dir() else ""
            for chunk in source.chunks(used):
                rows.add(chunk, folder)
        columns = rows.columns(notes)
        given = constants_said(self._said, there, path)
        columns |= {name: np.full(len(rows), count) for name, count in given.items()}
        columns = with_errors(columns, notes)
        _tell_repeats(columns, notes)
        label = mapped["step"] if mapped["step"] in OWN_LABEL else "step"
        log = scalar_log(columns, label)
        if not log.scores:
            raise DataError(
                f"{path}: no number in it that is a proxy, a rater's score or gold: --map "
                f"proxy=COLUMN says which of {listed(there, 60)}"
            )
        return log

    def _mapped(self, there: Sequence[str], path: Path, notes: Notes) -> dict[str, str]:
        """Return which column of the record or of `COLUMNS` is which of the file's."""
        said = ({"gold": ""} if "wins" in self._said else {}) | self._said
        given = constants_said(said, there, path)
        said = {name: source for name, source in said.items() if name not in given}
        mapped = chosen(said, there, path, notes)
        exact = [name for name in EXACT if name in there and name not in self._said]
        if "gold" in mapped:
            exact = [name for name in exact if name not in ("wins", "total")]
        return mapped | {name: name for name in exact}


def _tell_repeats(columns: Mapping[str, Any], notes: Notes) -> None:
    """Note rows that give a score of their run and step another value than an earlier row did."""
    last: dict[tuple[str, float, str], float] = {}
    again = 0
    points = list(zip(columns["run"], columns["step"].tolist(), strict=True))
    for name in (name for name in SCORES if name in columns):
        for (run, step), value in zip(points, columns[name].tolist(), strict=True):
            if isfinite(value) and isfinite(step):
                again += last.get((run, step, name), value) != value
                last[run, step, name] = value
    if again:
        notes.lines.append(
            f"{again} values differ from an earlier one of the same run, step and score, as after "
            "a resumed run: the later one counts. If they are of different runs, name these: "
            "--map run=COLUMN+COLUMN."
        )
