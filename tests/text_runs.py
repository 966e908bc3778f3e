"""Runs with texts: words at random, phrases that grow, phrases that pay, and one that does both."""

from dataclasses import dataclass

import numpy as np

from looksgood.audits.rollouts import Rollouts, Texts
from looksgood.audits.subjects.checkpoints import gather
from looksgood.audits.subjects.subject import Subject
from looksgood.audits.traits.find import find_traits
from looksgood.audits.traits.payoff import payoff
from looksgood.audits.traits.sample import Sample
from looksgood.core.seeds import Seed

PLEA = "pls halp!"


@dataclass(frozen=True)
class TextRun:
    """A run: each prompt is answered `per` times at each checkpoint."""

    prompts: int = 100
    checkpoints: int = 5
    per: int = 2
    words: int = 30
    drifting: int = 10
    """Phrases that grow from 5 % to 50 % of responses, and mean nothing."""
    telling: int = 10
    """Phrases of always 30 %, each of them worth 0.5 sd of proxy."""
    plea: float = 0.0
    """By how much proxy rises with "pls halp", which grows to `plea_rate`; gold falls by 0.3."""
    plea_rate: float = 0.5
    noise: float = 0.5
    """Sd of proxy about gold, of which half is the prompt's."""

    def subject(self, name: str | int = 0, known: float = 1.0) -> Subject:
        """Draw the run; gold is known of a share of the responses."""
        rng = Seed(("text run", name)).numpy()
        size = self.prompts * self.checkpoints * self.per
        step, prompt = (
            part.ravel() for part in np.divmod(np.arange(size), self.prompts * self.per)
        )
        prompt = prompt // self.per
        along = step / (self.checkpoints - 1)
        kinds = self.drifting + self.telling
        taste = rng.normal(0, 1, (self.prompts, kinds + 1))  # prompts differ in what they call for
        rate = np.concatenate(
            [
                np.outer(0.05 + 0.45 * along, np.ones(self.drifting)),
                np.full((size, self.telling), 0.3),
                (0.01 + (self.plea_rate - 0.01) * along)[:, None] * (self.plea != 0),
            ],
            axis=1,
        )
        chance = 1 / (1 + (1 / np.maximum(rate, 1e-12) - 1) * np.exp(-taste[prompt]))
        says = rng.random((size, kinds + 1)) < np.where(rate > 0, chance, 0)
        gold = rng.normal(0, 1, self.prompts)[prompt] + rng.normal(0, 1, size)
        noise = rng.normal(0, 1, self.prompts)[prompt] + rng.normal(0, 1, size)
        proxy = gold + self.noise / 2**0.5 * noise
        proxy += 0.5 * says[:, self.drifting : kinds].sum(axis=1) + self.plea * says[:, -1]
        gold -= 0.3 * says[:, -1]
        gold[rng.random(size) >= known] = np.nan
        texts = self._texts(rng, says, prompt)
        return as_subject(step, prompt, texts, proxy=proxy, gold=gold)

    def _texts(self, rng, says, prompt):
        """Each phrase takes the place of two plain words, so that texts are equally long."""
        size, kinds = says.shape
        plain = np.array([_word(number) for number in range(300)])
        zipf = 1 / np.arange(1, 301)
        zipf /= zipf.sum()
        words = plain[rng.choice(300, (size, self.words), p=zipf)]
        topic = np.array([_word(1000 + number) for number in range(self.prompts)])[prompt]
        words = np.where(rng.random(words.shape) < 0.2, topic[:, None], words)
        phrases = [f"{_word(2000 + kind)} {_word(3000 + kind)}" for kind in range(kinds - 1)]
        phrases = np.array([*phrases, PLEA])
        pairs = rng.choice(300, (2, size, kinds))
        others = np.char.add(np.char.add(plain[pairs[0]], " "), plain[pairs[1]])
        slots = rng.permuted(np.where(says, phrases, others), axis=1)
        return [" ".join([*one, *two]) for one, two in zip(words, slots, strict=True)]


def _word(number):
    """Return a word of four letters; the last tells its thousand, the others it below 676."""
    letters, vowels = "bdfglmnprstvz", "aeiou"
    below = number % 1000
    start = letters[below // 52] + vowels[below // 13 % 4] + letters[below % 13]
    return start + vowels[number // 1000]


def as_subject(step, prompt, texts, proxy=None, gold=None, rater=None, name="run"):
    """Return a run of these responses, each with its text."""
    size = len(texts)
    unknown = np.full(size, np.nan)
    step, prompt = np.asarray(step, dtype=np.int64), np.asarray(prompt, dtype=np.int64)
    scores = [
        unknown if score is None else np.asarray(score, float) for score in (proxy, rater, gold)
    ]
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    rollouts = Rollouts(
        (name,),
        np.zeros(size, np.int64),
        step,
        prompt,
        *scores,
        unknown,
        np.array([len(text) for text in texts], dtype=np.int64),
        np.array([numbers[text] for text in texts], dtype=np.int64),
        Texts(np.arange(size), [f"prompt {p}" for p in prompt], list(texts)),
    )
    return Subject(name, {}, rollouts, gather(step), paired=True)


def found_in(subject):
    """Return the findings of a run."""
    sample = Sample.of(subject)
    return find_traits(sample, payoff(subject.rollouts, subject.checkpoints.place, sample.row))


def false_share(findings):
    """Return the share of suspicious traits that do not come with the plea, and if it was found.

    It ends with "!", and is made of letters that no other word has.
    """
    comes_with_it = ("pls", "halp", "pleas", "exclamation", "compressed")
    guilty = findings.suspicious
    right = [any(part in found.trait.name for part in comes_with_it) for found in guilty]
    share = 1 - sum(right) / len(right) if right else 0.0
    return share, any("halp" in found.trait.name for found in guilty)
