"""Cells of a table as numbers, texts and steps: a column at a time, in Arrow."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from looksgood.audits.arrow import compute
from looksgood.audits.formats.chat import answer_of, text_of
from looksgood.audits.formats.numbers import ABSENT, WORDS
from looksgood.audits.record import BASELINE

if TYPE_CHECKING:
    import pyarrow as pa

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^[+-]?inf(inity)?$"
BASELINE_NAMES = r"^(base|baseline|init|initial|base[ _-](model|policy))$"
NUMBERED = (
    r"^(?:global[ _-]?)?(?:step|checkpoint|ckpt|iter|iteration|round|epoch)[ _-]?(?P<n>\d{1,15})$"
)


class Numbers(NamedTuple):
    """A column of numbers; how many cells had something else (now null), and the first of those."""

    found: "pa.Array"
    lost: int
    such: str = ""


def numbers(column: Any) -> Numbers:
    """Return the cells as float64: true and yes are 1, false and no 0, "1.5" is 1.5.

    A column is an Arrow array, as Parquet has it, or a list of values, as JSON and CSV have them.
    """
    import pyarrow as pa

    pc = compute()
    cells = _decoded(column)
    kind = cells.type
    if pa.types.is_null(kind):
        return Numbers(pa.nulls(len(cells), pa.float64()), 0)
    if pa.types.is_boolean(kind):
        return Numbers(cells.cast(pa.int8()).cast(pa.float64()), 0)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Numbers(cells.cast(pa.float64(), safe=False), 0)
    if not pa.types.is_string(kind):
        lost = len(cells) - cells.null_count
        return Numbers(pa.nulls(len(cells), pa.float64()), lost, str(kind))
    text = pc.utf8_lower(pc.utf8_trim_whitespace(cells))
    as_number = pc.if_else(pc.match_substring_regex(text, NUMBER), text, None).cast(pa.float64())
    word = pc.index_in(text, pa.array(list(WORDS)))
    found = pc.coalesce(as_number, pa.array(list(WORDS.values())).take(word))
    return _found(found, cells, text)


def steps(column: Any) -> Numbers:
    """Return the cells as steps: "base" is `BASELINE`, and "checkpoint-500" is 500."""
    import pyarrow as pa

    pc = compute()
    cells = _decoded(column)
    number = numbers(cells)
    if not number.lost or not pa.types.is_string(cells.type):
        return number
    text = pc.utf8_lower(pc.utf8_trim_whitespace(cells))
    numbered = pc.struct_field(pc.extract_regex(text, NUMBERED), "n").cast(pa.float64())
    named = pc.if_else(pc.match_substring_regex(text, BASELINE_NAMES), float(BASELINE), None)
    return _found(pc.coalesce(number.found, numbered, named), cells, text)


def exact_steps(column: Any, weight: float = 1.0) -> Numbers:
    """Return `weight` times the cells as steps: finite numbers that fit in 64 bits."""
    pc = compute()
    number, lost, such = steps(column)
    if weight != 1:
        number = pc.if_else(pc.equal(number, float(BASELINE)), number, pc.multiply(number, weight))
    below = pc.and_(pc.greater_equal(number, -(2.0**63)), pc.less(number, 2.0**63))
    usable = below.fill_null(False)  # NaN is neither
    bad = pc.and_(pc.is_valid(number), pc.invert(usable))
    unusable = _count(bad)
    such = such or (str(number.filter(bad)[0].as_py()) if unusable else "")
    return Numbers(pc.if_else(usable, number, None), lost + unusable, such)


def texts(column: Any, answer: bool = False) -> "pa.Array":
    """Return the cells as text: a chat as lines; an `answer` of one message as its content."""
    import pyarrow as pa

    pc = compute()
    say = answer_of if answer else text_of
    cells = column
    if not isinstance(cells, pa.Array):
        return _text_array([x if isinstance(x, str) else say(_whole(x)) for x in column])
    cells = _decoded(cells)
    if pa.types.is_floating(cells.type):
        return _text_array([say(_whole(x)) for x in cells.to_pylist()])
    if pa.types.is_nested(cells.type):
        return _text_array([say(x) for x in cells.to_pylist()])
    return pc.cast(cells, pa.string())


def _found(found: "pa.Array", cells: "pa.Array", text: "pa.Array") -> Numbers:
    """Return what was found, with the cells that are neither that nor a way to say nothing."""
    import pyarrow as pa

    pc = compute()
    bad = pc.and_(pc.is_null(found), pc.invert(pc.is_in(text, pa.array([None, *ABSENT]))))
    lost = _count(bad)
    return Numbers(found, lost, cells.filter(bad)[0].as_py()[:40] if lost else "")


def _decoded(column: Any) -> "pa.Array":
    """Return a column as a plain array: of values of several kinds, their text."""
    import pyarrow as pa

    column = as_found(column)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        values = column.to_pylist()
        return _text_array([x if x is None else x.decode(errors="replace") for x in values])
    if pa.types.is_large_string(column.type) or pa.types.is_string_view(column.type):
        return column.cast(pa.string())
    return column


def _whole(value: Any) -> Any:
    """Return 7 for 7.0: a name that became a number when a row lacked it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_found(column: Any) -> "pa.Array":
    """Return the cells as Arrow infers them; as JSON text where they are of several kinds."""
    import pyarrow as pa

    if isinstance(column, pa.Array):
        return column
    try:
        return pa.array(column)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return _text_array([text_of(value) for value in column])


def _text_array(values: Sequence[str | None]) -> "pa.Array":
    """Return texts in Arrow; half a surrogate pair, which is no character, becomes "?"."""
    import pyarrow as pa

    try:
        return pa.array(values, pa.string())
    except UnicodeEncodeError:
        sound = [v if v is None else v.encode(errors="replace").decode() for v in values]
        return pa.array(sound, pa.string())


def _count(mask: "pa.Array") -> int:
    """Count what is true."""
    pc = compute()
    return pc.sum(mask).as_py() or 0
