"""From batches of records, as they stream by, to what an audit holds of them in memory."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.experts.labelled import Labelled
from looksgood.audits.fingerprints import lengths_of, of_completions, of_prompts, of_rows
from looksgood.audits.notes import Notes
from looksgood.audits.reading.growing import Growing
from looksgood.audits.reading.settle import repeated_rows, settled_steps
from looksgood.audits.reading.text_sample import TextSample
from looksgood.audits.record import COLUMNS, K1_FROM_LOGP, LARGEST, SCORES, column_of
from looksgood.audits.rollouts import Rollouts
from looksgood.core.errors import DataError
from looksgood.ops.numbered import numbered

if TYPE_CHECKING:
    import pyarrow as pa

MOST_RUNS = 10_000
NO_STEP = np.iinfo(np.int64).max
"""Stands for a step that a row lacks, until all rows are known."""


def collect(
    batches: Iterable["pa.Table"], notes: Notes, labelled: Labelled | None = None
) -> Rollouts:
    """Read all batches; what had to be decided about their rows goes to `notes`.

    Rows that lack a step are left out where other rows have one. A prompt is known by its text,
    white space aside; else by its group; a row with neither is a prompt of its own.

    The texts of rows that are `labelled` are kept (of those that have gold, where it is not said).

    Raises:
        DataError: there is no row, or `run` has so many names that it names no runs.
    """
    rows = _Rows(notes, labelled)
    for batch in batches:
        for part in batch.to_batches():
            rows.add(part)
    return rows.rollouts()


class _Rows:
    """Columns that grow by a chunk per batch."""

    def __init__(self, notes: Notes, labelled: Labelled | None) -> None:
        self._notes, self._labelled = notes, labelled
        self._count = 0
        self._runs: dict[str, int] = {}
        self._columns: defaultdict[str, Growing] = defaultdict(Growing)
        self._texts = TextSample()
        self._not_finite: Counter[str] = Counter()
        self._own_prompt, self._kl_of_logp, self._kl_of_log = 0, 0, 0
        self._extras: dict[str, None] = {}

    def add(self, batch: "pa.RecordBatch") -> None:
        """Take the rows of one batch."""
        prompts, completions = column_of(batch, "prompt"), column_of(batch, "completion")
        self._columns["run"].add(self._run_places(column_of(batch, "run")))
        self._columns["step"].add(column_of(batch, "step").fill_null(NO_STEP).to_numpy())
        keys = self._prompts(prompts, column_of(batch, "group"))
        self._columns["prompt"].add(keys)
        scores = {name: self._finite(name, batch) for name in SCORES}
        for name, values in scores.items():
            self._columns[name].add(values)
        self._columns["kl"].add(self._kl(batch))
        self._columns["length"].add(lengths_of(completions))
        digests = of_completions(completions)
        self._columns["digest"].add(digests)
        has_label = (
            np.isfinite(scores["gold"])
            if self._labelled is None
            else self._labelled.among(self._count, digests, keys)
        )
        self._texts.add(self._count, prompts, completions, has_label)
        self._extras.update((name, None) for name in batch.schema.names if name not in COLUMNS)
        self._count += batch.num_rows

    def rollouts(self) -> Rollouts:
        """Return the rows, and tell what was met."""
        if not self._count:
            raise DataError("no row could be read: there is nothing to audit")
        self._tell()
        column = {name: values.whole() for name, values in self._columns.items()}
        self._columns.clear()
        column["prompt"], keys = numbered(column["prompt"])
        lacks_step = column["step"] == NO_STEP
        column["step"] = settled_steps(column["step"], column["run"], lacks_step, self._notes)
        all_rows = Rollouts(tuple(self._runs), **column, texts=self._texts.texts(), prompt_key=keys)
        kept = all_rows.where(~lacks_step) if 0 < lacks_step.sum() < self._count else all_rows
        repeated_rows(kept, self._notes)
        return kept

    def _run_places(self, runs: "pa.Array") -> Int[np.ndarray, " rows"]:
        coded = runs.fill_null("").dictionary_encode()
        names = coded.dictionary.to_pylist()
        places = [self._runs.setdefault(name, len(self._runs)) for name in names]
        if len(self._runs) > MOST_RUNS:
            raise DataError(
                f"run has more than {MOST_RUNS} different names ({names[0][:60]!r}, ...): --map "
                "run=COLUMN must name the column that tells runs apart"
            )
        return np.array(places, np.int32)[coded.indices.to_numpy()]

    def _prompts(self, prompts: "pa.Array", groups: "pa.Array") -> Int[np.ndarray, " rows"]:
        found = of_prompts(prompts)
        if groups.null_count < len(groups):
            found = np.where(found == 0, of_prompts(groups, b"group "), found)
        own = found == 0
        self._own_prompt += int(own.sum())
        numbers = of_rows(np.arange(self._count, self._count + len(found)))
        return np.where(own, numbers, found)

    def _finite(self, name: str, batch: "pa.RecordBatch") -> Float[np.ndarray, " rows"]:
        values = column_of(batch, name)
        found = values.to_numpy(zero_copy_only=False).astype(np.float64)
        finite = np.abs(found) <= LARGEST
        self._not_finite[name] += len(found) - values.null_count - int(finite.sum())
        return np.where(finite, found, np.nan)

    def _kl(self, batch: "pa.RecordBatch") -> Float[np.ndarray, " rows"]:
        stated = self._finite("kl", batch)
        logp, base = (column_of(batch, name) for name in ("logp", "logp_base"))
        if logp.null_count == len(logp) or base.null_count == len(base):
            self._kl_of_log += int(np.isfinite(stated).sum())
            return stated
        with np.errstate(invalid="ignore"):
            k1 = logp.to_numpy(zero_copy_only=False) - base.to_numpy(zero_copy_only=False)
        computed = np.isfinite(k1)
        self._kl_of_logp += int(computed.sum())
        self._kl_of_log += int(np.isfinite(stated[~computed]).sum())
        return np.where(computed, k1, stated)

    def _tell(self) -> None:
        lines = self._notes.lines
        lines += [
            f"{name}: {count} of {self._count} values are NaN, infinite or beyond {LARGEST:g}: "
            "taken as missing."
            for name, count in self._not_finite.items()
            if count
        ]
        if self._own_prompt:
            lines.append(
                f"{self._own_prompt} of {self._count} rows have neither prompt nor group: each "
                "counts as a prompt of its own, which claims too much if they share prompts."
            )
        if self._kl_of_logp and not self._kl_of_log:
            self._notes.kl_means = K1_FROM_LOGP
        elif self._kl_of_logp:
            lines.append(
                f"kl: logp − logp_base in {self._kl_of_logp} rows, the log's own column in "
                f"{self._kl_of_log} that lack one of them."
            )
        self._notes.unused(self._extras)
