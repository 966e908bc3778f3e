"""A name for a response that survives what spreadsheets do to long texts."""

import re

from looksgood.audits.rollouts import Rollouts

_FORM = re.compile("r([0-9a-f]{16})-([0-9a-f]{16})")
_MASK = (1 << 64) - 1


def response_id(rollouts: Rollouts, row: int) -> str:
    """Return the fingerprints of its completion and its prompt; a letter first, or 1e5 is a number.

    Responses that are alike, to one prompt, have the same.
    """
    key = 0 if rollouts.prompt_key is None else int(rollouts.prompt_key[rollouts.prompt[row]])
    return f"r{int(rollouts.digest[row]) & _MASK:016x}-{key & _MASK:016x}"


def fingerprints_of(text: str | None) -> tuple[int, int] | None:
    """Return the fingerprints of completion and prompt that an id names; None where it is none."""
    found = _FORM.fullmatch((text or "").strip().lower())
    return None if found is None else (_signed(found[1]), _signed(found[2]))


def _signed(digits: str) -> int:
    number = int(digits, 16)
    return number - (1 << 64) if number >> 63 else number
