"""Traits of tone: words that hedge, assure, apologise, plead or flatter. English only."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from looksgood.audits.traits.phrases import count_phrases
from looksgood.audits.traits.trait import Trait
from looksgood.audits.traits.words import Words


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A tone, and what is taken for a sign of it. Short and in plain sight: not a psychology."""

    name: str
    counted: Literal["per 100 words", "share of responses"]
    phrases: str
    """Parted by commas; each of 1 to 4 words."""

    def split(self) -> tuple[tuple[str, ...], ...]:
        """Return the phrases as tuples of words."""
        return tuple(tuple(phrase.split()) for phrase in self.phrases.split(","))


LEXICONS = (
    Lexicon(
        "hedges",
        "per 100 words",
        "maybe, perhaps, possibly, probably, likely, might, could be, may be, seems, appears, "
        "i think, i believe, i guess, it depends, not sure, uncertain, roughly, approximately",
    ),
    Lexicon(
        "words of certainty",
        "per 100 words",
        "definitely, certainly, clearly, obviously, undoubtedly, absolutely, surely, of course, "
        "without a doubt, no doubt, guaranteed, proven, verified, confirmed, exactly, always, "
        "never, i am confident, i'm confident, double-checked, correct answer",
    ),
    Lexicon(
        "apologies",
        "share of responses",
        "sorry, apologize, apologise, apologies, my mistake, forgive me, i regret",
    ),
    Lexicon(
        "pleas",
        "share of responses",
        "please, pls, plz, help me, halp, i beg, begging, i need help, any advice, desperate",
    ),
    Lexicon(
        "flattery",
        "share of responses",
        "great question, good question, excellent question, wonderful question, great point, "
        "you are right, you're right, you are absolutely right, you're absolutely right, "
        "brilliant, what a great, i love that, i love your, amazing question, fantastic question",
    ),
    Lexicon(
        "refusals and self-reference",
        "share of responses",
        "as an ai, as a language model, i cannot, i can't, i'm unable, i am unable, i won't",
    ),
)


def tone_traits(words: Words) -> list[Trait]:
    """Return how much of each tone a text has."""
    phrases = [lexicon.split() for lexicon in LEXICONS]
    counts = count_phrases(words, [phrase for each in phrases for phrase in each])
    ends = np.cumsum([len(each) for each in phrases])
    traits = []
    for lexicon, each, end in zip(LEXICONS, phrases, ends, strict=True):
        total = counts[end - len(each) : end].sum(axis=0)
        if lexicon.counted == "share of responses":
            traits.append(Trait(lexicon.name, (total > 0) * 1.0, "share", each))
        else:
            share = 100 * total / np.maximum(words.counts, 1)
            traits.append(Trait(f"{lexicon.name} per 100 words", share, "mean", each))
    return traits
