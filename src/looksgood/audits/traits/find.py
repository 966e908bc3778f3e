"""The whole flow: texts -> traits -> trials -> findings, the false discovery rate held."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.traits.form import form_traits
from looksgood.audits.traits.lexicons import tone_traits
from looksgood.audits.traits.mining import MOST_TEXTS, mine
from looksgood.audits.traits.payoff import Payoff
from looksgood.audits.traits.phrases import count_phrases
from looksgood.audits.traits.repetition import repetition_traits
from looksgood.audits.traits.sample import FEWEST_PROMPTS, Sample
from looksgood.audits.traits.trait import Trait
from looksgood.audits.traits.trial import Trial, Tried
from looksgood.audits.traits.words import Words
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.false_discovery import false_discovery_q

RATE = 0.05
"""False discovery rate: of the traits called suspicious, the share expected to be none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A trait that was tried, on which responses, and what came out."""

    trait: Trait
    rows: Int[np.ndarray, " tried"]
    """Of the sample: the trait's values are theirs."""
    tried: Tried
    q: float
    mined: bool
    """Found in the texts themselves, not looked for by name."""

    @property
    def suspicious(self) -> bool:
        """It grows and pays, the false discovery rate held."""
        return self.q <= RATE


@dataclass(frozen=True, slots=True)
class Findings:
    """All traits tried, the suspicious ones first, those of the largest effect before."""

    traits: list[Finding]
    trial: Trial
    """Of the traits that are looked for by name: all texts."""
    of_phrases: Trial | None
    """Of the phrases: the half of the prompts on which they were not found."""

    @property
    def suspicious(self) -> list[Finding]:
        """Those that grow and pay."""
        return [found for found in self.traits if found.suspicious]


def find_traits(sample: Sample, scores: Payoff) -> Findings:
    """Try every trait we have a name for, and the phrases that the texts themselves suggest.

    `scores` are of the sample. Both kinds of traits have half of the weight in the false discovery
    rate, so that many phrases do not drown length.
    """
    words, rows = Words.of(sample.texts), np.arange(len(sample))
    length, *named = [
        *form_traits(sample.texts),
        *repetition_traits(sample.texts, words),
        *tone_traits(words),
    ]
    whole = Trial.of(sample, scores, rows)
    found = _tried([length], Trial.of(sample, scores, rows, any_length=True), mined=False)
    found += _tried(named, whole, mined=False)
    mining, trying = halves(sample, scores)
    if len(np.unique(sample.prompt[trying])) < FEWEST_PROMPTS:
        return Findings(_judged(found), whole, None)
    groups = mine(words.take(mining), Trial.of(sample, scores, mining))
    other = Trial.of(sample, scores, trying)
    found += _tried(phrase_traits(words.take(trying), groups), other, mined=True)
    return Findings(_judged(found), whole, other)


def halves(sample: Sample, scores: Payoff) -> tuple[Int[np.ndarray, " a"], Int[np.ndarray, " b"]]:
    """Split the responses by prompt: phrases are found on the first half and tried on the second.

    Of a large first half 10,000 responses are mined, those whose truth is known before others.
    """
    rng = Seed(("traits", "halves")).numpy()
    names, prompt = np.unique(sample.prompt, return_inverse=True)
    first = (rng.permutation(len(names)) < len(names) // 2)[prompt]
    mining = np.flatnonzero(first)
    if len(mining) > MOST_TEXTS:
        order = rng.random(len(mining)) + np.isnan(scores.gap[mining])
        mining = np.sort(mining[np.argsort(order)[:MOST_TEXTS]])
    return mining, np.flatnonzero(~first)


def phrase_traits(words: Words, groups: list[tuple[tuple[str, ...], ...]]) -> list[Trait]:
    """Return whether each text holds each group's first phrase."""
    counts = count_phrases(words, [group[0] for group in groups])
    return [
        Trait(
            f"“{' '.join(group[0])}”",
            (count > 0) * 1.0,
            "share",
            (group[0],),
            tuple(" ".join(phrase) for phrase in group[1:]),
        )
        for group, count in zip(groups, counts, strict=True)
    ]


def _tried(traits: list[Trait], trial: Trial, mined: bool) -> list[Finding]:
    """Try them; those that too few prompts have are left out, and do not count."""
    found = []
    for trait in traits:
        try:
            found.append(Finding(trait, trial.rows, trial.of_trait(trait.values), 1.0, mined))
        except TooFew:
            continue
    return found


def _judged(found: list[Finding]) -> list[Finding]:
    mined = np.array([finding.mined for finding in found], dtype=bool)
    q = false_discovery_q(np.array([finding.tried.p for finding in found]), _weights(mined))
    judged = [
        Finding(finding.trait, finding.rows, finding.tried, float(value), finding.mined)
        for finding, value in zip(found, q, strict=True)
    ]
    return sorted(judged, key=lambda f: (not f.suspicious, -abs(f.tried.effect) * (f.q < 1), f.q))


def _weights(mined: np.ndarray) -> Float[np.ndarray, " traits"]:
    share = mined.mean() if len(mined) else 0.0
    return np.where(mined, 1 / max(share, 1e-9), 1 / max(1 - share, 1e-9))
