"""tlc4418/llm_optimization: best-of-n, a point per n: `[{"n", "proxy_score", "gold_score"}]`.

The scores are unbiased estimates from one pool of answers per prompt, without errors.

Source: src/bon/bon_sampling.py (2023).
"""

from collections.abc import Mapping
from math import log
from pathlib import Path
from typing import Any

from looksgood.audits.formats.chunks import in_chunks
from looksgood.audits.formats.columns import Columns
from looksgood.audits.formats.files import files_in
from looksgood.audits.formats.jsonl import first_object, objects
from looksgood.audits.formats.numbers import number
from looksgood.audits.formats.scalar_rows import ScalarRows
from looksgood.audits.formats.scalars import scalar_log
from looksgood.audits.formats.steps import DEPTH, run_name
from looksgood.audits.notes import Notes
from looksgood.audits.scalar_log import ScalarLog
from looksgood.core.errors import DataError

FILE = "bon_sampled_results.json"
KEYS = {"n", "proxy_score"}
OWN = {"run": "run", "step": "n", "kl": "kl", "proxy": "proxy_score", "gold": "gold_score"}


class BestOfNLog:
    """Reads such a file, or those in a folder: one run per seed or ensemble."""

    name = "llm_optimization"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Take --map, over the keys of a point."""
        self._said = columns

    def recognises(self, path: Path) -> bool:
        """Tell whether the first file has n and a proxy's score."""
        found = _files(path)
        return bool(found) and first_object(found[0]).keys() >= KEYS

    def scalars(self, path: Path, notes: Notes) -> ScalarLog:
        """Return the points; KL is the most that best-of-n can reach.

        Raises:
            DataError: no file is there or one cannot be read.
        """
        points = (
            {**point, "run": run_name(file.parent, path), "kl": _kl(point.get("n"))}
            for file in _files(path)
            for point in objects(file, notes)
        )
        columns = Columns(OWN, self._said)
        rows = ScalarRows(columns)
        for chunk in in_chunks(points):
            rows.add(chunk)
        found = scalar_log(rows.columns(notes), x_label="n of best-of-n")
        columns.check(path)
        if not found.scores:
            raise DataError(f"{path}: no {FILE} with n and proxy_score in it")
        notes.kl_means = "ln n - (n-1)/n nats per sequence: exact unless answers tie, then too high"
        return found


def _files(path: Path) -> list[Path]:
    return files_in(path, *("*/" * depth + FILE for depth in range(DEPTH + 1)))


def _kl(n: Any) -> float | None:
    """Return ln n - (n-1)/n, the KL of best-of-n from the policy it draws from."""
    count = number(n)
    return log(count) - (count - 1) / count if count and count >= 1 else None
