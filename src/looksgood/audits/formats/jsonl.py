"""JSON objects of a file, one a line or in one array: what can be read is, the rest is counted."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from looksgood.audits.formats.files import first_bytes, open_binary
from looksgood.audits.formats.lines import LONGEST, Lines, lines_of
from looksgood.audits.notes import Notes
from looksgood.core.errors import DataError

FIRST = 1 << 24
"""Bytes that are looked at for a file's first object."""

ARRAY = re.compile(rb"\s*\[\s*[{\]]")
"""How an array of objects begins; a line such as "[12:00] INFO" does not."""


def objects(path: Path, notes: Notes) -> Iterator[dict[str, Any]]:
    """Yield the file's JSON objects in order: of JSON lines, or of one JSON array.

    Lines that hold no object (cut, damaged, a log line) are left out and told in `notes`; so is
    what follows the first place of an array that is not JSON. Bytes that are no UTF-8 become "�".

    Raises:
        DataError: the file cannot be opened, or holds no JSON object at all.
    """
    told = len(notes.lines)
    some = False
    with open_binary(path, notes) as file:
        start = file.peek(1 << 12).removeprefix(b"\xef\xbb\xbf")
        for found in (_of_array if ARRAY.match(start) else _of_lines)(file, path.name, notes):
            some = True
            yield found
    if not some:
        why = " ".join(notes.lines[told:]) or "It is empty."
        raise DataError(f"{path}: no JSON object can be read. {why}")


def first_object(path: Path) -> dict[str, Any]:
    """Return a file's first JSON object, to tell its format by; empty where it begins otherwise."""
    text = first_bytes(path, FIRST).decode(errors="replace").lstrip("\ufeff \t\r\n")
    try:
        found, _ = json.JSONDecoder().raw_decode(text.removeprefix("[").lstrip())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _of_lines(file: io.BufferedReader, name: str, notes: Notes) -> Iterator[dict[str, Any]]:
    """Yield the object of each line that holds one."""
    left_out = Lines()
    for number, text in lines_of(file, name, notes):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            yield found
        elif text.strip():
            left_out.add(number)
    left_out.tell(notes, name, "lines without a JSON object, left out")


def _of_array(file: io.BufferedReader, name: str, notes: Notes) -> Iterator[dict[str, Any]]:
    """Yield the objects of an array, as they stream by."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace")
    decoder, between = json.JSONDecoder(), re.compile(r"[\s,]*")
    buffer, at, read, other = "", 0, 0, 0
    while "[" not in buffer:
        buffer = text.read(1 << 16)
    at = buffer.index("[") + 1
    while True:
        at = cast(re.Match[str], between.match(buffer, at)).end()
        if buffer[at : at + 1] == "]":
            break
        try:
            found, at = decoder.raw_decode(buffer, at)
        except (ValueError, RecursionError):  # or not all of it is in the buffer yet
            more = text.read(max(1 << 16, len(buffer) - at)) if len(buffer) - at < LONGEST else ""
            if not more:
                notes.lines.append(f"{name}: what follows item {read} of its array is not JSON.")
                break
            buffer, at = buffer[at:] + more, 0
            continue
        read += 1
        if isinstance(found, dict):
            yield found
        else:
            other += 1
    if other:
        notes.lines.append(f"{name}: items of its array that are no objects, left out: {other}.")
