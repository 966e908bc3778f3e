"""TRL: the completions that `GRPOTrainer(log_completions=True)` writes, a Parquet file per log.

`<output_dir>/completions/completions_{step:05d}.parquet` has `step`, `prompt`, `completion` (text
or messages), a float column per reward function, what reward functions logged with `log_extra`, and
`advantage`; no KL and no log-probabilities. What the trainer logged of KL is in the
trainer_state.json beside them (`trl_state`), one number for each step.

A file at a step of evaluation holds what was drawn for the evaluation: TRL writes both under one
name, and nothing in the file tells them apart.

Source: trl 1.16.0, trainer/grpo_trainer.py, `log`. `RLOOTrainer` writes no file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.audits.formats.chunks import ROWS
from looksgood.audits.formats.columns import AT_THEIR_WORD, Columns
from looksgood.audits.formats.parquet import row_batches, schema_of
from looksgood.audits.formats.records import records
from looksgood.audits.formats.steps import StepFile, latest, numbered, read_each, step_files
from looksgood.audits.formats.trl_rewards import proxy_column
from looksgood.audits.formats.trl_state import MEANS, NAME, logged_kl
from looksgood.audits.notes import Notes

if TYPE_CHECKING:
    import pyarrow as pa

NAMED = re.compile(r"completions_(\d+)\.parquet")
INSIDE = "completions"
MISSING = (
    "no completions_STEP.parquet in it; GRPOTrainer writes them to <output_dir>/completions with "
    "log_completions=True"
)
OWN = {name: name for name in ("run", "step", "prompt", "completion", "advantage", *AT_THEIR_WORD)}
LOGGED_KL = f"kl of {NAME}"
"""What the trainer's KL is called among a file's columns."""


class Trl:
    """Reads a completions file, its folder, or an `output_dir` above it (each a run)."""

    name = "trl"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Take --map: with several reward functions it must say which column is the proxy."""
        self._said = dict(columns or {})

    def recognises(self, path: Path) -> bool:
        """Tell whether there are completions files, by their names."""
        return bool(numbered(path, NAMED))

    def batches(self, path: Path, notes: Notes) -> Iterator["pa.Table"]:
        """Yield the record of each completion; a batch of responses logged twice comes once.

        Raises:
            DataError: no completions file is there or readable, or several rewards are not mapped.
        """
        files = latest(step_files(path, NAMED, MISSING, inside=INSIDE), notes)
        schemas = list(read_each(files, lambda file: iter([schema_of(file.path)]), Notes()))
        proxy = proxy_column(schemas, self._said, path, notes)
        own = OWN | ({"proxy": proxy} if proxy else {}) | {"kl": LOGGED_KL}
        columns = Columns(own, self._said)
        drawn = _Drawn({} if "kl" in self._said else _kl_of_runs(files, notes))
        chunks = read_each(files, drawn.chunks, notes)
        yield from records(chunks, columns, notes)
        columns.check(path)
        if drawn.repeated:
            notes.lines.append(
                f"{drawn.repeated} of {len(files)} files repeat the responses of the file before "
                "(TRL logged again before it drew new ones): counted once."
            )


def _kl_of_runs(files: Sequence[StepFile], notes: Notes) -> dict[str, dict[int, float]]:
    """Return the KL by step that was logged of each run, and note what it is."""
    folders = {file.run: file.path.resolve().parent for file in files}
    found = {
        run: logged_kl(folder.parent if folder.name == INSIDE else folder, notes)
        for run, folder in folders.items()
    }
    if any(found.values()):
        notes.kl_means = MEANS
    return found


class _Drawn:
    """Reads files in turn; one that repeats the file before it is skipped, and counted.

    TRL draws once for `steps_per_generation * num_iterations` batches and may log in between. A
    policy that always says the same may repeat a file truly: such files are kept.
    """

    def __init__(self, kl: Mapping[str, Mapping[int, float]]) -> None:
        """Take the KL that was logged, by run and step."""
        self.repeated = 0
        self._kl = kl
        self._last: tuple[str, Any] = ("", None)

    def chunks(self, file: StepFile) -> Iterator[dict[str, Sequence[Any]]]:
        """Yield the file's rows as columns."""
        for place, batch in enumerate(row_batches(file.path, ROWS)):
            columns = batch.to_pydict()
            if place == 0 and self._is_repeated(file.run, batch) and _varied(columns):
                self.repeated += 1
                return
            steps = {} if "step" in columns else {"step": [file.step] * batch.num_rows}
            columns |= {**steps, "run": [file.run] * batch.num_rows}
            if logged := self._kl.get(file.run):
                columns[LOGGED_KL] = [logged.get(step) for step in columns["step"]]
            yield columns

    def _is_repeated(self, run: str, first: "pa.RecordBatch") -> bool:
        rows = first.drop_columns(["step"]) if "step" in first.schema.names else first
        (last_run, last), self._last = self._last, (run, rows)
        return run == last_run and rows.equals(last)


def _varied(columns: Mapping[str, Sequence[Any]]) -> bool:
    """Tell whether any two completions differ."""
    texts = columns.get("completion", ())
    return any(text != texts[0] for text in texts)
