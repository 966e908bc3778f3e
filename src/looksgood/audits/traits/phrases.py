"""How often each of a few phrases occurs in each text."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Int

from looksgood.audits.traits.words import Words

LONGEST = 4
"""Words of a phrase, at most."""


def count_phrases(
    words: Words, phrases: Sequence[tuple[str, ...]]
) -> Int[np.ndarray, "phrases texts"]:
    """Return counts; phrases are of 1 to 4 plain words, whatever punctuation lay between them.

    Words of the phrases are numbered anew, so few that four of them fit one 64-bit number: places
    that spell a phrase are found exactly, without a hash.
    """
    counts = np.zeros((len(phrases), len(words)), np.int32)
    digit, codes = _coded(words, phrases)
    base = int(digit.max(initial=0)) + 1
    for first, block in words.blocks():
        small = digit[block.number]
        text = block.text_of()
        code = small.astype(np.int64)
        at = np.flatnonzero(small)
        code = code[at]
        for size in range(1, LONGEST + 1):
            if size > 1:
                at, code = _extended(small, text, at, code, size, base)
            asked = [place for place, phrase in enumerate(phrases) if len(phrase) == size]
            _count(counts, asked, codes, code, first + text[at])
    return counts


def _coded(
    words: Words, phrases: Sequence[tuple[str, ...]]
) -> tuple[Int[np.ndarray, " spellings"], Int[np.ndarray, " phrases"]]:
    """Number the phrases' words from 1; −1 is the code of a phrase that the texts cannot hold."""
    wanted = {word for phrase in phrases for word in phrase}
    digit = np.zeros(len(words.spelled), np.int32)
    digits: dict[str, int] = {}
    for place, word in enumerate(words.spelled):
        if place and word in wanted:
            digits[word] = digit[place] = len(digits) + 1
    base = len(digits) + 1
    codes = [
        sum(digits[word] * base**power for power, word in enumerate(reversed(phrase)))
        if all(word in digits for word in phrase)
        else -1
        for phrase in phrases
    ]
    return digit, np.array(codes, dtype=np.int64)


def _extended(
    small: Int[np.ndarray, " words"],
    text: Int[np.ndarray, " words"],
    at: Int[np.ndarray, " places"],
    code: Int[np.ndarray, " places"],
    size: int,
    base: int,
) -> tuple[Int[np.ndarray, " fewer"], Int[np.ndarray, " fewer"]]:
    """Return the places where the next word, too, is one of the phrases' and of the same text."""
    end = np.minimum(at + size - 1, len(small) - 1)
    goes_on = (at + size - 1 < len(small)) & (small[end] > 0) & (text[end] == text[at])
    return at[goes_on], code[goes_on] * base + small[end[goes_on]]


def _count(
    counts: Int[np.ndarray, "phrases texts"],
    asked: list[int],
    codes: Int[np.ndarray, " phrases"],
    found: Int[np.ndarray, " places"],
    text: Int[np.ndarray, " places"],
) -> None:
    if not asked or not len(found):
        return
    order = np.array(asked)[np.argsort(codes[asked], kind="stable")]
    place = np.minimum(np.searchsorted(codes[order], found), len(order) - 1)
    hit = codes[order][place] == found
    np.add.at(counts, (order[place[hit]], text[hit]), 1)
