"""tlc4418/llm_optimization: the JSON arrays of its evaluations during PPO.

`<out>/eval/eval-{n}.json`, written at every evaluation: `[{"instruction", "answers": [...],
"proxy_scores": [...], "ensemble_variance": [...]}]`, with `gold_scores` once the gold pass has run.
The same keys are in `proxy_labelled_sorted.json` of best-of-n, whose answers are all the base's.

`kl_list` in the first row is not the KL of these answers: it is half the squared log-ratio (k2),
summed over prompt and response, of the rollouts trained on, which are drawn at another temperature.

Source: src/ppo/custom_trlx_trainers, src/ppo/custom_helpers.py, src/bon (2023).
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.audits.formats.chunks import in_chunks
from looksgood.audits.formats.columns import AT_THEIR_WORD, Columns
from looksgood.audits.formats.jsonl import objects
from looksgood.audits.formats.records import records
from looksgood.audits.formats.steps import StepFile, latest, opens_with, read_each, step_files
from looksgood.audits.notes import Notes
from looksgood.core.audit_result import NotMeasured

if TYPE_CHECKING:
    import pyarrow as pa

NAMED = re.compile(r"eval-(\d+)\.json")
MISSING = "no eval-N.json in it, as llm_optimization's PPO writes them to <out>/eval"
WHY_NO_KL = (
    "kl_list is half the squared log-ratio (k2), summed over prompt and response, of rollouts "
    "drawn at another temperature than these answers: not their KL"
)
KEYS = {"instruction", "answers", "proxy_scores"}
PER_ANSWER = {
    "answers": "completion",
    "proxy_scores": "proxy",
    "gold_scores": "gold",
    "ensemble_variance": "ensemble_variance",
}
OWN = {name: name for name in ("run", "step", "prompt", "completion", "proxy", *AT_THEIR_WORD)}


class LLMOptimization:
    """Reads an evaluation, its folder, or an output folder above it (each a run)."""

    name = "llm_optimization"

    def __init__(self, columns: Mapping[str, str] | None = None) -> None:
        """Take --map, over the keys of a row."""
        self._said = columns

    def recognises(self, path: Path) -> bool:
        """Tell whether files are named eval-N.json and the first holds answers with scores."""
        return opens_with(path, NAMED, KEYS)

    def batches(self, path: Path, notes: Notes) -> Iterator["pa.Table"]:
        """Yield the record of each answer; `step` counts evaluations.

        Raises:
            DataError: no file is there or readable.
        """
        files = latest(step_files(path, NAMED, MISSING, inside="eval"), notes)
        listed = 0

        def rows(file: StepFile) -> Iterator[dict[str, Any]]:
            nonlocal listed
            for item in objects(file.path, notes):
                listed += bool(item.get("kl_list"))
                for row in _answers(item):
                    yield {**row, "run": file.run, "step": file.step or 0}

        columns = Columns(OWN, self._said)
        read = read_each(files, rows, notes)
        yield from records(in_chunks(read), columns, notes)
        columns.check(path)
        if listed:
            notes.not_measured.append(NotMeasured("KL from the base", WHY_NO_KL))


def _answers(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a prompt's answers, each with its scores; a list too short leaves the rest missing."""
    lists = {key: value for key in PER_ANSWER if isinstance(value := item.get(key), list)}
    for i in range(len(lists.get("answers", ()))):
        scores = {PER_ANSWER[key]: value[i] for key, value in lists.items() if i < len(value)}
        yield {"prompt": item.get("instruction"), **scores}
