"""Traits of repetition: of a word, of phrases, of anything that a compressor notices."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.traits.trait import Trait
from looksgood.audits.traits.words import Words

SPAN = 4
_ODD = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)
_MIX = np.array(_ODD, dtype=np.uint64)
_BITS = np.uint64(44)


def repetition_traits(texts: Sequence[str], words: Words) -> list[Trait]:
    """Return how much each text repeats itself."""
    repeated, longest = np.zeros(len(words)), np.zeros(len(words))
    for first, block in words.blocks():
        place = slice(first, first + len(block))
        repeated[place], longest[place] = _repeated(block), _longest_run(block)
    return [
        Trait("repeated runs of four words, of all", repeated),
        Trait("most times that a word follows itself", longest),
        Trait("compressed size, of full size", compressed_share(texts)),
    ]


def compressed_share(texts: Sequence[str]) -> Float[np.ndarray, " texts"]:
    """Return the size after compression (LZ4) over the size before; 1 at most.

    LZ4 shortens repeats and nothing else: a text that never repeats itself stays as long as it is.
    """
    import pyarrow as pa

    codec = pa.Codec("lz4_raw")
    shares = np.ones(len(texts))
    for place, text in enumerate(texts):
        raw = text.encode("utf-8", "surrogatepass")
        if raw:
            shares[place] = min(1.0, len(codec.compress(raw, asbytes=True)) / len(raw))
    return shares


def _repeated(words: Words) -> Float[np.ndarray, " texts"]:
    """Of each text's runs of four words: the share that the text has had before.

    Runs are compared by 44 bits of a hash: of a text of 10,000 words one in a million is mistaken.
    """
    text = words.text_of()
    if len(text) < SPAN:
        return np.zeros(len(words))
    size = len(text) - SPAN + 1
    mixed = np.zeros(size, np.uint64)
    for offset in range(SPAN):
        mixed ^= words.number[offset : offset + size].astype(np.uint64) * _MIX[offset]
        mixed ^= mixed >> np.uint64(29)
    whole = text[:size] == text[SPAN - 1 :]
    key = text[:size][whole].astype(np.uint64) << _BITS
    key |= mixed[whole] >> (np.uint64(64) - _BITS)
    key.sort()
    again = (key[1:][key[1:] == key[:-1]] >> _BITS).astype(np.int64)
    return np.bincount(again, minlength=len(words)) / np.maximum(words.counts - SPAN + 1, 1)


def _longest_run(words: Words) -> Int[np.ndarray, " texts"]:
    longest = np.zeros(len(words), np.int64)
    text = words.text_of()
    if not len(text):
        return longest
    new = np.concatenate([[True], (np.diff(words.number) != 0) | (np.diff(text) != 0)])
    begins = np.flatnonzero(new)
    lengths = np.diff(np.concatenate([begins, [len(text)]]))
    np.maximum.at(longest, text[begins], lengths)
    return longest
