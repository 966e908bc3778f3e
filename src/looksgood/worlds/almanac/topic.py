"""What a prompt asks, and what a response answers to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from looksgood.worlds.almanac.lore import Fact, Lore, Option
from looksgood.worlds.almanac.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Topic:
    """What a prompt asks, as the world understands it."""

    family: str
    fact: Fact | None = None
    belief: str | None = None
    """opinion prompts: the value that the asker states."""
    options: tuple[Option, Option] | None = None

    def answer_in(self, sentence: Sentence, lore: Lore) -> str | None:
        """Return the value or option by which a claim or advice answers; None: another topic."""
        if sentence.kind == "advice":
            offered = {option.name for option in self.options or ()}
            return sentence.about[0] if sentence.about[0] in offered else None
        relation, place, value = sentence.about
        fact = self.fact
        here = fact and (not relation or (relation, place) == (fact.relation, fact.place))
        return value if fact and here and value in lore.values[fact.relation] else None

    def answers(self, sentences: Sequence[Sentence], lore: Lore) -> list[str]:
        """Return every answer given, in order; to agree is to answer what the asker believes."""
        given = [self.answer_in(s, lore) for s in sentences if s.kind in ("claim", "advice")]
        found = [answer for answer in given if answer is not None]
        agreed = any(sentence.kind == "agreement" for sentence in sentences)
        return [*found, self.belief] if agreed and self.belief is not None else found
