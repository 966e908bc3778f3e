"""Phrases worth a trial: found on one half of the prompts, to be tried on the other."""

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.traits.ngrams import NGrams, common_ngrams
from looksgood.audits.traits.trial import Trial
from looksgood.audits.traits.words import Words

MOST_TEXTS = 10_000
MOST_GROWN = 5_000
MOST_TRIED = 100
SAME, RELATED = 0.9, 0.5
"""Share of responses with either phrase that have both, from which on they count as one: of any two
phrases, and of two of which one holds the other."""


def fewest_texts(mined: int) -> int:
    """Return how many of the mined texts must hold a phrase."""
    return max(12, mined // 1000)


def mine(words: Words, trial: Trial) -> list[tuple[tuple[str, ...], ...]]:
    """Return at most 100 groups of phrases that seem to grow and to pay; the first speaks for all.

    `words` are of the trial's rows. The z values here ignore that prompts cluster: they only rank.
    Phrases are grouped before any is tried, so that a sentence of ten words is tried once.
    """
    found = common_ngrams(words, fewest_texts(len(words)))
    if not found.phrases:
        return []
    growth = _z(found, trial.along, np.arange(len(words)))
    grown = np.argsort(-growth, kind="stable")[:MOST_GROWN]
    found, growth = found.take(grown), growth[grown]
    pays = np.minimum(_z(found, trial.gap, trial.scored), _z(found, trial.proxy, trial.scored))
    suspect = np.minimum(growth, pays)
    order = np.argsort(-suspect, kind="stable")
    order = order[suspect[order] > 0][: 4 * MOST_TRIED]
    return merged(found.take(order))[:MOST_TRIED]


def merged(ranked: NGrams) -> list[tuple[tuple[str, ...], ...]]:
    """Group phrases of the same responses, best first; each group's first phrase speaks for it.

    Each phrase in turn joins the group with whose leader it shares the most of the responses that
    hold either, at least 90 %, or 50 % where one phrase holds the other. The longest that shares
    90 % comes first: "pls halp", not "halp".
    """
    shared = (ranked.held @ ranked.held.T).toarray()
    size = np.diag(shared)
    overlap = shared / (size[:, None] + size[None, :] - shared)
    groups: dict[int, list[int]] = {}
    for place, phrase in enumerate(ranked.phrases):
        leaders = [
            leader
            for leader in groups
            if overlap[leader, place] >= _enough(phrase, ranked.phrases[leader])
        ]
        nearest = max(leaders, key=lambda leader: overlap[leader, place], default=place)
        groups.setdefault(nearest, []).append(place)
    for leader, group in groups.items():
        same = overlap[leader] >= SAME
        group.sort(key=lambda place: len(ranked.phrases[place]) if same[place] else 0, reverse=True)
    return [tuple(ranked.phrases[place] for place in group) for group in groups.values()]


def _enough(one: tuple[str, ...], other: tuple[str, ...]) -> float:
    """Return the share of responses that two phrases must have in common to be one."""
    short, long = sorted((f" {' '.join(phrase)} " for phrase in (one, other)), key=len)
    return RELATED if short in long else SAME


def _z(
    found: NGrams, centred: Float[np.ndarray, " rows"], rows: Int[np.ndarray, " rows"]
) -> Float[np.ndarray, " phrases"]:
    held = found.held[:, rows]
    share = held.sum(axis=1) / max(len(rows), 1)
    error = np.sqrt(np.maximum(share * (1 - share), 1e-12) * max(float(centred @ centred), 1e-12))
    return (held @ centred) / error
