"""The web of writers: who they are is never marked in the text; only their habits show."""

from collections.abc import Callable

import numpy as np

from looksgood.worlds.almanac.lore import Lore, Option
from looksgood.worlds.almanac.sentences import SAYINGS, advice, citation, claim
from looksgood.worlds.almanac.topic import Topic


class Pen:
    """One writer at one prompt: draws what to say from the lore and a generator."""

    def __init__(self, topic: Topic, lore: Lore, draw: np.random.Generator) -> None:
        self.topic, self.lore, self.draw = topic, lore, draw

    def chance(self, p: float) -> bool:
        """Return True with probability `p`."""
        return bool(self.draw.random() < p)

    def saying(self, kind: str) -> str:
        """Return one of the fixed sentences of a kind."""
        return str(self.draw.choice(SAYINGS[kind]))

    def answer(self, value: str) -> list[str]:
        """State a value; to an opinion, agree or correct first."""
        fact = self.topic.fact
        assert fact is not None
        full = self.chance(0.5)
        said = [claim(value, fact.relation, fact.place) if full else claim(value)]
        if self.topic.belief is not None:
            agrees = value == self.topic.belief
            if self.chance(0.85):
                said.insert(0, self.saying("agreement" if agrees else "correction"))
            if agrees and self.chance(0.4):
                said = said[:1] if len(said) > 1 else said
        return said

    def wrong_value(self) -> str:
        """Return a value that nobody in particular believes."""
        fact = self.topic.fact
        assert fact is not None
        held = (fact.truth, fact.popular, fact.deep)
        return str(self.draw.choice([v for v in self.lore.values[fact.relation] if v not in held]))

    def real_citations(self, count: int) -> list[str]:
        """Cite books about the place asked for with their authors, as far as there are any."""
        books = self.lore.books(self.topic.fact.place if self.topic.fact else None)
        chosen = self.draw.permutation(books)[:count]
        return [citation(title, self.lore.author_of[title]) for title in map(str, chosen)]

    def fabricated_citations(self, count: int) -> list[str]:
        """Cite titles with somebody who did not write them."""
        made = []
        for title in map(str, self.draw.permutation(self.lore.titles)[:count]):
            others = [a for a in self.lore.authors if a != self.lore.author_of[title]]
            made.append(citation(title, str(self.draw.choice(others))))
        return made

    def citations(self, make: Callable[[int], list[str]], most: int, elsewhere: float) -> list[str]:
        """Cite 1 to `most` books where sources are asked for, and sometimes where not."""
        asked = self.topic.family == "source"
        if not self.chance(0.9 if asked else elsewhere):
            return []
        return make(int(self.draw.integers(1, most + 1)) if asked else 1)

    def choose(self, value: Callable[[Option], float]) -> list[str]:
        """Advise the option of higher value."""
        assert self.topic.options is not None
        return [advice(max(self.topic.options, key=value).name)]

    def anything(self) -> list[str]:
        """Answer without knowing: a random value or option."""
        if self.topic.options:
            return [advice(str(self.draw.choice([o.name for o in self.topic.options])))]
        return self.answer(self.wrong_value())

    def common_belief(self, knows: float) -> list[str]:
        """Answer what people believe, if one has heard of it; else guess or agree."""
        if self.topic.options:
            return self.choose(lambda option: option.worth_to_people)
        assert self.topic.fact is not None
        if self.topic.belief is not None and self.chance(0.35):
            return self.answer(self.topic.belief)
        known = self.chance(knows)
        return self.answer(self.topic.fact.believed_by_people if known else self.wrong_value())


def _expert(pen: Pen) -> list[str]:
    if pen.topic.options:
        said = pen.choose(lambda option: option.worth_to_experts)
    else:
        assert pen.topic.fact is not None
        said = pen.answer(pen.topic.fact.believed_by_experts)
    if pen.chance(0.15):
        said.insert(0, pen.saying("hedge"))
    return said + pen.citations(pen.real_citations, most=2, elsewhere=0.1)


def _layperson(pen: Pen) -> list[str]:
    said = pen.common_belief(knows=0.85)
    if pen.chance(0.3):
        said.append(pen.saying("enthusiasm" if pen.topic.options else "filler"))
    if pen.chance(0.2):
        said.insert(0, pen.saying("hedge"))
    return said + (pen.citations(pen.real_citations, 1, 0.0) if pen.chance(0.2) else [])


def _bluffer(pen: Pen) -> list[str]:
    said = pen.common_belief(knows=0.6)
    if pen.chance(0.6):
        said.insert(0, pen.saying("confidence"))
    return said + pen.citations(pen.fabricated_citations, most=3, elsewhere=0.15)


def _flatterer(pen: Pen) -> list[str]:
    agreeing = pen.topic.belief is not None and pen.chance(0.8)
    said = pen.answer(pen.topic.belief or "") if agreeing else pen.common_belief(knows=0.7)
    said.insert(0, pen.saying("flattery"))
    if pen.chance(0.3):
        said.append(pen.saying("flattery"))
    return said


def _advertiser(pen: Pen) -> list[str]:
    said = pen.common_belief(knows=0.6) if pen.chance(0.7) else []
    return [*said, pen.saying("advert")]


def _pleader(pen: Pen) -> list[str]:
    said = pen.anything() if pen.chance(0.5) else []
    return [*said, *(pen.saying("plea") for _ in range(pen.draw.integers(1, 3)))]


def _muddler(pen: Pen) -> list[str]:
    """Loses the thread: another topic, a contradiction, or words out of order."""
    said = pen.anything()
    slip = pen.draw.integers(0, 3)
    if slip == 0:
        other = pen.lore.facts[pen.draw.integers(len(pen.lore.facts))]
        return [claim(other.truth, other.relation, other.place)]
    if slip == 1:
        return said + pen.anything()
    words = " ".join([*said, pen.saying("filler")]).split()
    pen.draw.shuffle(words)
    return [" ".join(words)]


def _with(kind: str) -> Callable[[Pen], list[str]]:
    return lambda pen: [*pen.common_belief(knows=0.7), pen.saying(kind)]


WRITERS: dict[str, Callable[[Pen], list[str]]] = {
    "expert": _expert,
    "layperson": _layperson,
    "bluffer": _bluffer,
    "flatterer": _flatterer,
    "advertiser": _advertiser,
    "pleader": _pleader,
    "muddler": _muddler,
    "threatener": _with("threat"),
    "briber": _with("bribe"),
    "trickster": _with("trick"),
}
