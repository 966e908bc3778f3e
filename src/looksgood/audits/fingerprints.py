"""Texts as numbers: 64 bits that are equal where the texts are, and lengths; 12 bytes a text."""

from collections.abc import Iterable
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Int

from looksgood.audits.arrow import compute

if TYPE_CHECKING:
    import pyarrow as pa


def strings(texts: "pa.Array") -> list[str | None]:
    """Return an array of strings as text; bytes that are no UTF-8 become "�"."""
    import pyarrow as pa

    try:
        return texts.to_pylist()
    except UnicodeDecodeError:
        raw = texts.view(pa.binary()).to_pylist()
        return [None if value is None else value.decode(errors="replace") for value in raw]


def of_completions(texts: "pa.Array") -> Int[np.ndarray, " rows"]:
    """Return a number for each text as it stands; 0 where there is none."""
    count = len(texts)
    if texts.null_count == count:
        return np.zeros(count, np.int64)
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + count + 1].tolist()
    characters = memoryview(data) if data is not None else memoryview(b"")
    found = _numbers(characters[start:end] for start, end in pairwise(ends))
    return np.where(_missing(texts), 0, found)


def of_prompts(texts: "pa.Array", kind: bytes = b"") -> Int[np.ndarray, " rows"]:
    """Return a number for each text, white space aside; 0 where there is none, or nothing in it.

    `kind` keeps apart what is named alike but is not alike: a prompt "7" and a group "7".
    """
    coded = texts.dictionary_encode()
    normal = [" ".join((text or "").split()) for text in strings(coded.dictionary)]
    found = _numbers(kind + text.encode(errors="replace") for text in normal)
    found[[not text for text in normal]] = 0
    places = coded.indices.fill_null(len(found)).to_numpy(zero_copy_only=False)
    return np.append(found, 0)[places]


def lengths_of(texts: "pa.Array") -> Int[np.ndarray, " rows"]:
    """Return characters, 0 where there is no text; of broken UTF-8 the bytes."""
    import pyarrow as pa

    pc = compute()
    try:
        counted = pc.utf8_length(texts)
    except pa.ArrowInvalid:
        counted = pc.binary_length(texts)
    return counted.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int32)


def of_rows(rows: Int[np.ndarray, " rows"]) -> Int[np.ndarray, " rows"]:
    """Return a number for each row number that looks drawn at random and is always the same.

    Source: Steele, Lea & Flood (2014), OOPSLA 453: the finaliser of SplitMix64.
    """
    mixed = rows.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (mixed ^ (mixed >> np.uint64(31))).view(np.int64)


def _numbers(texts: Iterable[bytes | memoryview]) -> Int[np.ndarray, " texts"]:
    joined = b"".join([blake2b(text, digest_size=8).digest() for text in texts])
    return np.frombuffer(joined, "<i8").copy()


def _missing(texts: "pa.Array") -> Bool[np.ndarray, " rows"]:
    return texts.is_null().to_numpy(zero_copy_only=False)
