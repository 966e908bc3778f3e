"""A few words of a response, to be shown: plain, short, and with nothing that acts."""

import re
from collections.abc import Sequence

import numpy as np

from looksgood.audits.traits.find import Finding
from looksgood.audits.traits.payoff import Payoff
from looksgood.audits.traits.phrases import LONGEST
from looksgood.audits.traits.sample import Sample
from looksgood.audits.traits.words import plain_word
from looksgood.core.visible import visible

SHOWN = 200
"""Characters."""
_WORD = re.compile(r"\S+")


def snippet(text: str, phrases: Sequence[tuple[str, ...]] = ()) -> str:
    """Return about 200 characters around the first of the phrases; without one, the beginning."""
    start, end = _span(text, set(phrases)) if phrases else (0, 0)
    return cut(text, start, end)


def cut(text: str, start: int = 0, end: int = 0) -> str:
    """Return about 200 characters around text[start:end]."""
    before = max(0, start - max(0, SHOWN - (end - start)) // 2)
    after = before + SHOWN
    shown = visible(text[before:after])
    return ("… " if before else "") + shown + (" …" if after < len(text) else "")


def examples(finding: Finding, sample: Sample, scores: Payoff, most: int = 3) -> list[str]:
    """Return snippets of responses that show the trait: the latest, the largest, the best paid."""
    values = finding.trait.values * np.sign(finding.tried.growth.value)
    place, gap = sample.place[finding.rows], scores.gap[finding.rows]
    order = np.lexsort((-np.nan_to_num(gap, nan=-np.inf), -values, -place))
    shown: dict[str, int] = {}
    for row in order[: 10 * most].tolist():
        if finding.trait.kind == "share" and values[row] < values.max():
            continue
        text = snippet(sample.texts[int(finding.rows[row])], finding.trait.phrases)
        shown.setdefault(text, row)
        if len(shown) == most:
            break
    return list(shown)


def _span(text: str, phrases: set[tuple[str, ...]]) -> tuple[int, int]:
    last: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        last = [*last, match][-LONGEST:]
        plain = tuple(plain_word(word.group()) for word in last)
        for size in range(1, len(last) + 1):
            if plain[-size:] in phrases:
                return last[-size].start(), match.end()
    return 0, 0
