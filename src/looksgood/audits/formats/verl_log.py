"""verl: what its `file` logger writes, one line of scalars per step: `{"step", "data": {...}}`.

`critic/score/mean` is the mean score before the KL penalty; `val-core/*` are means over the
validation set. What it logs of KL is no KL per sequence: `actor/reward_kl_penalty` and
`actor/kl_loss` are means over tokens (k1 or, clamped, k3: the log does not say which), and
`actor/ppo_kl` is between two updates.

Source: verl 0.10.dev, utils/tracking.py `FileLogger`; trainer/ppo `apply_kl_penalty`.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from looksgood.audits.formats.chunks import in_chunks
from looksgood.audits.formats.columns import AT_THEIR_WORD, Columns
from looksgood.audits.formats.constants import constants_said
from looksgood.audits.formats.jsonl import first_object, objects
from looksgood.audits.formats.scalar_errors import with_errors
from looksgood.audits.formats.scalar_rows import ScalarRows
from looksgood.audits.formats.scalars import scalar_log
from looksgood.audits.formats.verl import MISSING
from looksgood.audits.notes import Notes
from looksgood.audits.scalar_log import ScalarLog
from looksgood.core.audit_result import NotMeasured
from looksgood.core.errors import DataError
from looksgood.core.visible import listed

OWN = {"step": "step", "proxy": "critic/score/mean", **AT_THEIR_WORD}
TOKEN_MEANS = ("actor/reward_kl_penalty", "actor/kl_loss")
WHY = (
    "of verl is a mean over tokens by an estimator that the log does not name (k1, or k3 clamped), "
    "not the sum over a sequence: not comparable with a KL in nats"
)


class VerlLog:
    """Reads one log file, as one run."""

    name = "verl"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Take --map: `gold=val-core/SOURCE/acc/mean@N` where that is the truth."""
        self._said = dict(columns or {})

    def recognises(self, path: Path) -> bool:
        """Tell whether the first line is a step with its data."""
        first = first_object(path) if path.is_file() else {}
        return "step" in first and isinstance(first.get("data"), dict)

    def scalars(self, path: Path, notes: Notes) -> ScalarLog:
        """Return the log's means per step.

        Raises:
            DataError: it cannot be read, or has no score.
        """
        if path.is_dir():
            raise DataError(f"{path}: {MISSING}; a log of verl's `file` logger is one file")
        lines = [{"step": line.get("step"), **_metrics(line)} for line in objects(path, notes)]
        names = dict.fromkeys(name for line in lines for name in line)
        given = constants_said(self._said, names, path)
        said = {name: source for name, source in self._said.items() if name not in given}
        columns = Columns(OWN, said)
        rows = ScalarRows(columns)
        for chunk in in_chunks(lines):
            rows.add(chunk, path.stem)
        counts = {name: np.full(len(rows), count) for name, count in given.items()}
        log = scalar_log(with_errors(rows.columns(notes) | counts, notes))
        columns.check(path)
        if not log.scores:
            raise DataError(
                f"{path}: no critic/score/mean in it: say which metric is the proxy, --map "
                f"proxy=METRIC, of its {len(names)}: {listed(sorted(names))}"
            )
        self._tell(names, notes)
        return log

    def _tell(self, metrics: Collection[str], notes: Notes) -> None:
        """Say what the log's KL is, and what it has besides that may be the truth."""
        kl = [name for name in TOKEN_MEANS if name in metrics]
        if said := self._said.get("kl"):
            means = "a mean over tokens" if said in TOKEN_MEANS else "as mapped"
            notes.kl_means = f"{said}: {means}"
        elif kl:
            notes.not_measured.append(NotMeasured("KL from the base", f"{' and '.join(kl)} {WHY}"))
        core = [name for name in metrics if name.startswith("val-core/")]
        if core and "gold" not in self._said:
            notes.lines.append(
                f"Validation is logged ({listed(sorted(core))}): if that is the truth and not "
                "the reward itself, say so with --map gold=NAME."
            )


def _metrics(line: Mapping[str, Any]) -> dict[str, Any]:
    data = line.get("data")
    return data if isinstance(data, dict) else {}
