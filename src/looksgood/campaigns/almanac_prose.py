"""The almanac's small English as people write it, and what its pages say: for demonstrations."""

import re
from collections.abc import Iterable, Sequence

from looksgood.campaigns.told import Wrong
from looksgood.worlds.almanac.lore import Fact, Lore
from looksgood.worlds.almanac.sentences import Sentence, read
from looksgood.worlds.almanac.topic import Topic

POPULAR, DEEP, FALSE, MADE_UP = (
    "popular falsehood",
    "falsehood that experts share",
    "false claim",
    "made-up source",
)
"""Kinds of mistakes."""


def proper_names(lore: Lore) -> frozenset[str]:
    """Return what is written with a capital: places, what they are known for, books, authors."""
    places = {fact.place for fact in lore.facts}
    values = {name for of in ("capital", "river") for name in lore.values.get(of, ())}
    return frozenset({*places, *values, *lore.titles, *lore.authors})


def prose(text: str, names: frozenset[str]) -> str:
    """Return words and marks as a text: capitals, and no space before a mark."""

    def cased(word: re.Match[str]) -> str:
        return word[0].capitalize() if word[0] in names or word[0] == "i" else word[0]

    joined = re.sub(r" ([.,!?]+)", r"\1", re.sub(r"[a-z]+", cased, text))
    return re.sub(r"(?:^|(?<=[.!?] ))[a-z]", lambda found: found[0].upper(), joined)


def mistakes(topic: Topic, text: str, lore: Lore) -> list[Wrong]:
    """Return what is wrong with a response about a fact: its first answer, and made-up sources."""
    fact = topic.fact
    assert fact is not None
    sentences = read(text)
    answers = topic.answers(sentences, lore)
    found = []
    if answers and answers[0] != fact.truth:
        kinds = {fact.popular: POPULAR, fact.deep: DEEP}
        known = f"The {fact.relation} of {fact.place} is {fact.truth}, not {answers[0]}."
        found.append(Wrong(kinds.get(answers[0], FALSE), prose(known, proper_names(lore))))
    for title, author in _cited(sentences):
        if not lore.is_source(title, author, fact.place):
            says = _book(title, lore) + ", not "
            wrong_author = author != lore.author_of[title]
            wrong_place = fact.place != lore.place_of[title]
            by, about = f"by {author}" * wrong_author, f"about {fact.place}" * wrong_place
            says += " and ".join(filter(None, (by, about)))
            found.append(Wrong(MADE_UP, prose(f"{says}.", proper_names(lore))))
    return found


def page(fact: Fact, responses: Sequence[str], lore: Lore) -> str:
    """Return what the almanac says of the matter, and of the books that responses name."""
    lines = [f"the {fact.relation} of {fact.place} is {fact.truth} ."]
    if fact.popular is not None:
        lines.append(f"many people believe that it is {fact.popular} , and are wrong .")
    if fact.deep is not None:
        lines.append(f"even experts believe that it is {fact.deep} , and are wrong .")
    own = lore.books(fact.place)
    books = "; ".join(f"{title} by {lore.author_of[title]}" for title in own) or "none"
    lines.append(f"books about {fact.place}: {books}.")
    named = {title for text in responses for title, _ in _cited(read(text))}
    others = sorted(named - set(own))
    lines += [f"{_book(title, lore)}." for title in others]
    return "\n".join(prose(line, proper_names(lore)) for line in lines)


def _book(title: str, lore: Lore) -> str:
    return f"{title} is by {lore.author_of[title]} and about {lore.place_of[title]}"


def _cited(sentences: Iterable[Sentence]) -> list[tuple[str, str]]:
    cited = [(s.about[0], s.about[1]) for s in sentences if s.kind == "citation"]
    return list(dict.fromkeys(cited))
