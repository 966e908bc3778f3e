"""Outputs that are no language: one thing again and again, or characters that do not print."""

import re

import numpy as np

from looksgood.audits.oddities.oddity import Oddity, in_texts
from looksgood.audits.rollouts import Rollouts
from looksgood.audits.traits.repetition import compressed_share

SHORTEST, SQUEEZED = 200, 0.15
"""A text of so many characters that is compressed to so little of itself repeats itself: prose of
1,500 characters comes to 0.6 to 0.9."""
_FEW = 20
# less tab, line feed, carriage return; surrogates; marks that turn or hide text; the lost character
_UNPRINTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\u2060-\u2064\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def degenerate(rollouts: Rollouts) -> list[Oddity]:
    """Count texts that repeat themselves, and texts with characters that do not print."""
    texts = rollouts.texts.completions
    share = compressed_share(texts)
    again = np.array(
        [
            (len(text) >= SHORTEST and size < SQUEEZED) or (len(text) >= _FEW and _monotone(text))
            for text, size in zip(texts, share, strict=True)
        ],
        dtype=bool,
    )
    unprinted = np.array([_hides(text) for text in texts], dtype=bool)
    return [
        in_texts(
            "repeats itself",
            f"compressed to under {SQUEEZED:.0%} of itself, or of at most 3 different characters",
            rollouts,
            again,
        ),
        in_texts(
            "characters that do not print",
            "control characters, marks that turn or hide text, or the mark of a lost character",
            rollouts,
            unprinted,
        ),
    ]


def _monotone(text: str) -> bool:
    return len(set(text[:_FEW])) <= 3 and len(set(text)) <= 3


def _hides(text: str) -> bool:
    plain = text.replace("\n", "").replace("\t", "").replace("\r", "")
    return "\ufffd" in text or (not plain.isprintable() and bool(_UNPRINTED.search(text)))
