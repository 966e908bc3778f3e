"""From chunks of a file's columns to tables of records, counting what is lost on the way."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from looksgood.audits.arrow import compute
from looksgood.audits.formats.cells import Numbers, as_found, exact_steps, numbers, texts
from looksgood.audits.formats.chat import split_chat
from looksgood.audits.formats.chunks import Chunk
from looksgood.audits.formats.columns import Columns, Terms
from looksgood.audits.formats.rounded_steps import RoundedSteps
from looksgood.audits.notes import Notes
from looksgood.audits.record import COLUMNS

if TYPE_CHECKING:
    import pyarrow as pa


def records(
    chunks: Iterable[Chunk],
    columns: Columns,
    notes: Notes,
    extras: Sequence[str] | None = None,
) -> Iterator["pa.Table"]:
    """Yield each chunk as a table of records, with the `extras`; None: all that are in no term.

    Raises:
        DataError: of the steps too few are left.
    """
    cast = _Cast(columns, extras)
    for chunk in filter(None, chunks):
        yield cast(chunk)
    cast.tell(notes)


class _Cast:
    """Turns chunks into records; `tell` when all are through."""

    def __init__(self, columns: Columns, extras: Sequence[str] | None) -> None:
        self._columns, self._extras = columns, extras
        self._lost: Counter[str] = Counter()
        self._such: dict[str, str] = {}
        self._known: Counter[str] = Counter()
        self._steps, self._step, self._rows = RoundedSteps(), "", 0

    def __call__(self, chunk: Chunk) -> "pa.Table":
        """Return the chunk as a table of the record."""
        import pyarrow as pa

        count = len(next(iter(chunk.values())))
        self._rows += count
        terms = self._columns.terms(chunk)
        made = {name: self._made(name, parts, chunk) for name, parts in terms.items()}
        if "prompt" not in made and len(terms.get("completion", ())) == 1:
            made |= _split_chats(chunk[terms["completion"][0][1]])
        nulls = {name: pa.nulls(count, getattr(pa, kind)()) for name, kind in COLUMNS.items()}
        extras = self._columns.extras(chunk) if self._extras is None else self._extras
        return pa.table(nulls | made | {name: as_found(chunk[name]) for name in extras})

    def tell(self, notes: Notes) -> None:
        """Note what was lost.

        Raises:
            DataError: of the steps too few are left.
        """
        said = self._columns.names
        notes.lines += [
            f"{name}: {count} of {self._rows} cells of {said[name]!r} are no numbers "
            f"({self._such[name]!r}): taken as missing."
            for name, count in self._lost.items()
        ]
        notes.lines += [
            f"{name}: no cell of {source!r} holds a number."
            for name, source in self._columns.said.items()
            if COLUMNS[name] == "float64" and not self._known[name] and not self._lost[name]
        ]
        self._steps.tell(self._step, notes)

    def _made(self, name: str, terms: Terms, chunk: Chunk) -> "pa.Array":
        cells = [chunk[column] for _, column in terms]
        if COLUMNS[name] == "string":
            return joined([texts(column, answer=name == "completion") for column in cells])
        if COLUMNS[name] == "int64":
            weight, self._step = terms[0]
            parts = [exact_steps(cells[0], weight)]
        else:
            parts = [numbers(column) for column in cells]
        for part in parts:
            if part.lost:
                self._lost[name] += part.lost
                self._such.setdefault(name, part.such)
        if COLUMNS[name] == "int64":
            return self._steps(parts[0].found)
        found = weighted([weight for weight, _ in terms], parts)
        self._known[name] += len(found) - found.null_count
        return found


def weighted(weights: Sequence[float], columns: Sequence[Numbers]) -> "pa.Array":
    """Return the weighted sum per row; what is missing counts 0, as trainers count it.

    Null where all of it is missing, NaN among it.
    """
    pc = compute()
    first = columns[0].found
    if len(columns) == 1 and weights[0] == 1:
        return first
    total, any_there = 0.0, False
    for weight, column in zip(weights, columns, strict=True):
        there = pc.invert(pc.is_null(column.found, nan_is_null=True))
        total = pc.add(total, pc.multiply(weight, pc.if_else(there, column.found, 0.0)))
        any_there = pc.or_(any_there, there)
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
