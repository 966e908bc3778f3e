"""All phrases of 1 to 4 words that are common enough, and which texts hold them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int
from scipy import sparse

from looksgood.audits.traits.phrases import LONGEST
from looksgood.audits.traits.words import Words


@dataclass(frozen=True, slots=True)
class NGrams:
    """Phrases, and which texts hold each."""

    phrases: list[tuple[str, ...]]
    held: sparse.csr_array
    """phrases × texts, 1 where the text holds the phrase."""

    def take(self, places: Int[np.ndarray, " chosen"]) -> "NGrams":
        """Return some of the phrases, in the order given."""
        return NGrams([self.phrases[place] for place in places], self.held[places])


def common_ngrams(words: Words, fewest: int) -> NGrams:
    """Return the phrases that at least `fewest` texts hold, single words first.

    A phrase is common only if its first words are, so each length is looked for among the phrases
    one word shorter (Agrawal & Srikant 1994, Apriori), and all stay exact.
    """
    text = words.text_of()
    at = np.flatnonzero(words.number)
    kept, code, rows = _common(words.number[at].astype(np.int64), text[at], fewest)
    digit = np.zeros(len(words.spelled), np.int64)
    digit[kept] = np.arange(1, len(kept) + 1)
    small = digit[words.number]
    spelled: list[tuple[str, ...]] = [(words.spelled[int(word)],) for word in kept]
    phrases, held = list(spelled), [rows]
    at, before = at[code >= 0], spelled
    code = code[code >= 0]
    for size in range(2, LONGEST + 1):
        end = np.minimum(at + size - 1, len(small) - 1)
        goes_on = (at + size - 1 < len(small)) & (small[end] > 0) & (text[end] == text[at])
        at, end = at[goes_on], end[goes_on]
        longer = code[goes_on] * (len(kept) + 1) + small[end]
        names, code, rows = _common(longer, text[at], fewest)
        parts = zip(names // (len(kept) + 1), names % (len(kept) + 1), strict=True)
        before = [before[start] + spelled[last - 1] for start, last in parts]
        phrases += before
        held.append(rows)
        at, code = at[code >= 0], code[code >= 0]
    return NGrams(phrases, _matrix(held, len(words)))


def _common(
    code: Int[np.ndarray, " places"], text: Int[np.ndarray, " places"], fewest: int
) -> tuple[Int[np.ndarray, " common"], Int[np.ndarray, " places"], Int[np.ndarray, "2 held"]]:
    """Return common codes, each place's number among them (or −1), and pairs (number, text)."""
    names, inverse = np.unique(code, return_inverse=True)
    texts = int(text.max(initial=0)) + 1
    pairs = inverse * texts + text
    pairs.sort()  # np.unique takes ten times as long where it hashes
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]
    seen = np.bincount(pairs // texts, minlength=len(names))
    number = np.where(seen >= fewest, np.cumsum(seen >= fewest) - 1, -1)
    row = number[pairs // texts]
    return (
        names[seen >= fewest],
        number[inverse],
        np.stack([row[row >= 0], (pairs % texts)[row >= 0]]),
    )


def _matrix(held: list[Int[np.ndarray, "2 _"]], texts: int) -> sparse.csr_array:
    first = 0
    pairs = []
    for rows in held:
        pairs.append(rows + np.array([[first], [0]]))
        first += int(rows[0].max(initial=-1)) + 1
    row, text = np.concatenate(pairs, axis=1)
    ones = np.ones(len(row))
    return sparse.csr_array((ones, (row, text)), shape=(first, texts))
