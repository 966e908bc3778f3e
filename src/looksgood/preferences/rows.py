r"""One row of a preference file, `prompt, chosen, rejected`, as a comparison and back.

Texts are strings or chats (lists of {"role", "content"}). Chats become the transcript that
"\n\nHuman: …\n\nAssistant: …" data sets are written in; a prompt ends in "\n\nAssistant:" and
its response begins with a space. Where there is no `prompt`, it is what both transcripts share, up
to the last "\n\nAssistant:".
"""

from collections.abc import Mapping
from itertools import takewhile
from typing import Any, NamedTuple

from looksgood.core.choices import CHOICES, choice_name
from looksgood.core.records import Prompt
from looksgood.core.spec import content_key

COLUMNS = ("prompt", "chosen", "rejected", "choice", "prompt_id", "family")
"""What a comparison is made of; any other column is kept as extra."""
UNDECIDED = ("tie", "cant_tell")
"""Choices without a chosen response; such a row may have `first` and `second` instead."""
_TURN = "\n\nAssistant:"
_SPEAKERS = {"user": "Human", "human": "Human", "assistant": "Assistant", "system": "System"}


class Row(NamedTuple):
    """A comparison, and whatever else the row said."""

    prompt: Prompt
    first: str
    second: str
    choice: float
    extra: dict[str, Any]


def parse_row(row: object) -> Row:
    """Read one row.

    Without a `choice` column the chosen response counts as shown first.

    Raises:
        ValueError: says what is wrong with the row.
    """
    if not isinstance(row, Mapping):
        raise ValueError(f"found {type(row).__name__}, need an object with chosen and rejected")
    shown = row.get("choice")
    # what nobody chose may be said so that nobody can train on it: without chosen and rejected
    is_open = shown in UNDECIDED and row.get("chosen") is None and row.get("rejected") is None
    columns = ("first", "second") if is_open else ("chosen", "rejected")
    for column in columns:
        if row.get(column) is None:
            raise ValueError(f"column {column!r} is missing; found: {', '.join(map(str, row))}")
    text, chosen, rejected = _texts(row.get("prompt"), *(row[column] for column in columns))
    if shown is not None and shown not in CHOICES:
        raise ValueError(f"choice={shown!r} is unknown; give one of: {', '.join(CHOICES)}")
    # ties and "can't tell" are stored in the order shown
    first, second = (rejected, chosen) if shown == "second" else (chosen, rejected)
    prompt = Prompt(
        str(row.get("prompt_id") or content_key(text)), text, str(row.get("family") or "")
    )
    ours = {*COLUMNS, *columns}
    extra = {name: value for name, value in row.items() if name not in ours}
    return Row(prompt, first, second, CHOICES[shown or "first"], extra)


def as_row(prompt: Prompt, first: str, second: str, choice: float) -> dict[str, Any]:
    """Write one comparison as a row that `parse_row` reads back.

    Raises:
        ValueError: `choice` is none of 1, 0, ½ and NaN.
    """
    name = choice_name(choice)
    if name is None:
        raise ValueError(f"choice={choice} is not an answer: 1, 0, ½ or NaN")
    chosen, rejected = (second, first) if name == "second" else (first, second)
    values = (prompt.text, chosen, rejected, name, prompt.id, prompt.family)
    return dict(zip(COLUMNS, values, strict=True))


def _texts(prompt: object, chosen: object, rejected: object) -> tuple[str, str, str]:
    """Return prompt, chosen and rejected as plain text."""
    if isinstance(chosen, str) and isinstance(rejected, str):
        if isinstance(prompt, str):
            return prompt, chosen, rejected
        if prompt is not None:
            return _transcript(_chat(prompt, "prompt")) + _TURN, chosen, rejected
        return _split_transcripts(chosen, rejected)
    if isinstance(chosen, str) or isinstance(rejected, str):
        raise ValueError("one of chosen and rejected is a string and the other is not")
    told, left = _chat(chosen, "chosen"), _chat(rejected, "rejected")
    # many data sets repeat the prompt inside the chats
    both = zip(told[:-1], left[:-1], strict=False)
    shared = [one for one, _ in takewhile(lambda two: two[0] == two[1], both)]
    if shared:
        prompt = shared
    elif isinstance(prompt, str):
        prompt = [("Human", prompt)]
    elif prompt is not None:
        prompt = _chat(prompt, "prompt")
    else:
        raise ValueError("there is no prompt: neither a column nor messages that both chats share")
    start = len(shared)
    return (
        _transcript(prompt) + _TURN,
        _transcript(told[start:]).removeprefix(_TURN),
        _transcript(left[start:]).removeprefix(_TURN),
    )


def _split_transcripts(chosen: str, rejected: str) -> tuple[str, str, str]:
    end = len(chosen)
    while (turn := chosen.rfind(_TURN, 0, end)) >= 0:
        start = turn + len(_TURN)
        if rejected.startswith(chosen[:start]):
            return chosen[:start], chosen[start:], rejected[start:]
        end = start - 1
    raise ValueError(
        "column 'prompt' is missing and chosen and rejected share no '\\n\\nAssistant:' "
        "at which a prompt could end"
    )


def _chat(value: object, column: str) -> list[tuple[str, str]]:
    """Return messages as (speaker, content)."""
    if not isinstance(value, list) or not value:
        raise ValueError(f"column {column!r} is neither a string nor a list of chat messages")
    messages = []
    for message in value:
        good = isinstance(message, Mapping) and isinstance(message.get("content"), str)
        if not good or message.get("role") not in _SPEAKERS:
            raise ValueError(
                f"column {column!r}: a message needs a content and a role "
                f"({', '.join(_SPEAKERS)}), found {str(message)[:80]}"
            )
        messages.append((_SPEAKERS[message["role"]], message["content"]))
    return messages


def _transcript(messages: list[tuple[str, str]]) -> str:
    return "".join(f"\n\n{speaker}: {content}" for speaker, content in messages)
