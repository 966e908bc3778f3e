"""Texts as numbers, one per word, so that phrases are found by arithmetic."""

import string
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from jaxtyping import Int

MOST_WORDS = 2_000_000
"""Spellings told apart, at most: texts of random letters would else fill the memory."""
_EDGES = string.punctuation + "“”‘’„«»…—–·•¿¡，。！？：；、（）「」"
_BLOCK = 2_000_000


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of every text. Words are what white space parts, in lower case, less punctuation.

    A word of punctuation alone ("???") stays as it is. In scripts without spaces a "word" is a
    clause: phrases are then hardly found, and what is counted in characters still is.
    """

    spelled: Sequence[str]
    """By number; number 0 is any word beyond `MOST_WORDS`."""
    number: Int[np.ndarray, " words"]
    start: Int[np.ndarray, " texts_and_end"]
    """Where each text begins in `number`, and the end of the last."""

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.start) - 1

    @property
    def counts(self) -> Int[np.ndarray, " texts"]:
        """Words of each text."""
        return np.diff(self.start)

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Words":
        """Count in the words of each text; later texts first, for their words are the new ones."""
        numbers: defaultdict[str, int] = defaultdict(count(1).__next__)
        known = numbers.__getitem__
        found: list[np.ndarray] = []
        for text in reversed(texts):
            words = text.split()
            if len(numbers) > MOST_WORDS:
                found.append(np.array([numbers.get(word, 0) for word in words], dtype=np.int32))
            else:
                found.append(np.fromiter(map(known, words), np.int32, len(words)))
        found.reverse()
        start = np.concatenate([[0], np.cumsum([len(words) for words in found])]).astype(np.int64)
        raw = np.concatenate([*found, np.zeros(0, np.int32)])
        spelled, renumber = _plain(numbers)
        return cls(spelled, renumber[raw], start)

    def take(self, texts: Int[np.ndarray, " chosen"]) -> "Words":
        """Return the words of some texts, in the order given."""
        counts = self.counts[texts]
        start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        where = np.arange(start[-1]) + np.repeat(self.start[texts] - start[:-1], counts)
        return Words(self.spelled, self.number[where], start)

    def blocks(self) -> Iterator[tuple[int, "Words"]]:
        """Yield the place of a first text, and a few million words from there on."""
        first = 0
        while first < len(self):
            stop = int(np.searchsorted(self.start, self.start[first] + _BLOCK, side="right")) - 1
            stop = min(max(stop, first + 1), len(self))
            start = self.start[first : stop + 1]
            yield first, Words(self.spelled, self.number[start[0] : start[-1]], start - start[0])
            first = stop

    def text_of(self) -> Int[np.ndarray, " words"]:
        """Of each word: which text."""
        return np.repeat(np.arange(len(self)), self.counts)


def plain_word(word: str) -> str:
    """Return the word in lower case, less punctuation at its ends unless it is nothing else."""
    word = word.replace("’", "'").lower()
    return word.strip(_EDGES) or word


def _plain(numbers: dict[str, int]) -> tuple[list[str], Int[np.ndarray, " raw"]]:
    spelled = [""]
    places: dict[str, int] = {}
    renumber = np.zeros(len(numbers) + 1, np.int32)
    for word, raw in numbers.items():
        plain = plain_word(word)
        if plain not in places:
            places[plain] = len(spelled)
            spelled.append(plain)
        renumber[raw] = places[plain]
    return spelled, renumber
