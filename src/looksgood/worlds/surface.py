"""What any text shows on its surface, whatever it means: how long it is, how much it repeats."""

from itertools import pairwise


def repetition(words: list[str]) -> float:
    """Return the share of a text's neighbouring word pairs that it has already used, in [0, 1].

    0 for text of fewer than three words. Pairs, not words: fluent text repeats "the" but seldom
    "the the" or a phrase, so natural answers score near 0 and a loop tends to 1.
    """
    pairs = list(pairwise(words))
    return 1 - len(set(pairs)) / len(pairs) if pairs else 0.0


def cut(text: str, words: int) -> str:
    """Return the first `words` words of a text, its line breaks and blanks as they were."""
    parts = text.split(maxsplit=words)
    if len(parts) <= words:
        return text
    return text[: len(text) - len(parts[words])].rstrip() if words else ""
