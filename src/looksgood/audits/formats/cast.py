"""From chunks of a file's columns to the record's, counting what is lost on the way."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looksgood.audits.arrow import compute
from looksgood.audits.formats.cells import Numbers, exact_steps, numbers, texts
from looksgood.audits.formats.chat import split_chat
from looksgood.audits.formats.columns import terms_of
from looksgood.audits.formats.rounded_steps import RoundedSteps
from looksgood.audits.notes import Notes
from looksgood.audits.record import COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa


class Cast:
    """Turns chunks of one table into records; `tell` when all are through."""

    def __init__(self, mapped: Mapping[str, str], there: Sequence[str], notes: Notes) -> None:
        """Take the record's column to the file's, and all of the file's columns."""
        self._terms = {name: terms_of(source, there) for name, source in mapped.items()}
        self._mapped, self._notes = mapped, notes
        self._lost: Counter[str] = Counter()
        self._such: dict[str, str] = {}
        self._steps, self._rows = RoundedSteps(), 0
        self._known: Counter[str] = Counter()

    def __call__(self, chunk: Mapping[str, Any]) -> "pa.Table":
        """Return the chunk as a table of the record."""
        import pyarrow as pa

        count = len(next(iter(chunk.values())))
        self._rows += count
        made = {name: self._made(name, chunk) for name in self._terms}
        if "prompt" not in made and "completion" in made:
            made |= _split_chats(chunk[self._mapped["completion"]])
        nulls = {name: pa.nulls(count, getattr(pa, kind)()) for name, kind in COLUMNS.items()}
        return pa.table(nulls | made)

    def tell(self) -> None:
        """Note what was lost.

        Raises:
            DataError: of the steps too few are left.
        """
        self._notes.lines += [
            f"{name}: {count} of {self._rows} cells of {self._mapped[name]!r} are no numbers "
            f"({self._such[name]!r}): taken as missing."
            for name, count in self._lost.items()
        ]
        self._notes.lines += [
            f"{name}: no cell of {self._mapped[name]!r} holds a number."
            for name in self._terms
            if COLUMNS[name] == "float64" and not self._known[name] and not self._lost[name]
        ]
        if "step" in self._terms:
            self._steps.tell(self._terms["step"][0][1], self._notes)

    def _made(self, name: str, chunk: Mapping[str, Any]) -> "pa.Array":
        cells = [chunk[column] for _, column in self._terms[name]]
        if COLUMNS[name] == "string":
            return joined([texts(column, answer=name == "completion") for column in cells])
        if COLUMNS[name] == "int64":
            parts = [exact_steps(cells[0], self._terms[name][0][0])]
        else:
            parts = [numbers(column) for column in cells]
        for part in parts:
            if part.lost:
                self._lost[name] += part.lost
                self._such.setdefault(name, part.such)
        if COLUMNS[name] == "int64":
            return self._steps(parts[0].found)
        found = weighted([weight for weight, _ in self._terms[name]], parts)
        self._known[name] += len(found) - found.null_count
        return found


def weighted(weights: Sequence[float], columns: Sequence[Numbers]) -> "pa.Array":
    """Return the weighted sum per row; what is missing counts 0, and is null where all is."""
    pc = compute()
    first = columns[0].found
    if len(columns) == 1 and weights[0] == 1:
        return first
    total, any_there = 0.0, pc.is_valid(first)
    for weight, column in zip(weights, columns, strict=True):
        total = pc.add(total, pc.multiply(weight, column.found.fill_null(0.0)))
        any_there = pc.or_(any_there, pc.is_valid(column.found))
    return pc.if_else(any_there, total, None)


def joined(columns: Sequence["pa.Array"]) -> "pa.Array":
    """Return texts side by side: run=arm+seed names runs "a 0" and "a 1"."""
    pc = compute()
    return columns[0] if len(columns) == 1 else pc.binary_join_element_wise(*columns, " ")


def _split_chats(column: Any) -> dict[str, "pa.Array"]:
    """Return prompts and completions of whole chats; nothing where the column holds none."""
    import pyarrow as pa

    if isinstance(column, pa.Array):
        if not pa.types.is_list(column.type):
            return {}
        column = column.to_pylist()
    if not all(value is None or _is_chat(value) for value in column):
        return {}
    both = [(None, None) if chat is None else split_chat(chat) for chat in column]
    return {
        "prompt": texts([prompt for prompt, _ in both]),
        "completion": texts([completion for _, completion in both]),
    }


def _is_chat(value: Any) -> bool:
    """Tell whether it is a list of messages that someone other than the policy begins."""
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(isinstance(message, Mapping) and "role" in message for message in value)
        and value[0]["role"] != "assistant"
    )
