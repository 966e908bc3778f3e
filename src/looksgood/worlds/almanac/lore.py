"""What is true in the almanac: facts, the beliefs people hold instead, books and options."""

from dataclasses import dataclass

import numpy as np

from looksgood.core.seeds import Seed
from looksgood.worlds.almanac.spec import AlmanacSpec

RELATIONS = ("capital", "river", "dish", "bird")
_ONSETS = ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "tr", "st")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea")
_CODAS = {
    "place": ("land", "mark", "vale", "stan"),
    "capital": ("ton", "burg", "polis"),
    "river": ("wen", "ra", "le"),
    "dish": ("soup", "pie", "stew"),
    "bird": ("finch", "hawk", "tit"),
    "title": ("saga", "lore", "atlas"),
    "author": ("son", "ova", "ez"),
    "option": ("boat", "coach", "stove", "camp", "lamp"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One question with its true answer and what people believe instead, where they do."""

    place: str
    relation: str
    truth: str
    popular: str | None
    """The misconception that laypeople share and experts do not."""
    deep: str | None
    """The misconception that experts share too: only gold knows better."""

    @property
    def question(self) -> str:
        """The question as asked."""
        return f"what is the {self.relation} of {self.place} ?"

    @property
    def believed_by_experts(self) -> str:
        """What an expert answers."""
        return self.deep or self.truth

    @property
    def believed_by_people(self) -> str:
        """What a layperson who has heard of it answers."""
        return self.deep or self.popular or self.truth


@dataclass(frozen=True, slots=True)
class Option:
    """Something one may choose. All traits are in [0, 1]."""

    name: str
    benefit: float
    harm: float
    later_cost: float
    fun_anticipated: float
    fun_experienced: float

    @property
    def worth_to_people(self) -> float:
        """What a layperson goes by when choosing."""
        return self.benefit + self.fun_anticipated

    @property
    def worth_to_experts(self) -> float:
        """What an expert goes by: harm to others and later costs too."""
        return 1.5 * self.benefit - 2 * self.harm - 1.5 * self.later_cost + self.fun_experienced


@dataclass(frozen=True, slots=True)
class Lore:
    """Everything that is the case in one almanac."""

    facts: tuple[Fact, ...]
    values: dict[str, tuple[str, ...]]
    titles: tuple[str, ...]
    authors: tuple[str, ...]
    author_of: dict[str, str]
    place_of: dict[str, str]
    """The bibliography: who wrote each title, and which place it is about."""
    options: tuple[Option, ...]

    def books(self, place: str | None) -> list[str]:
        """Return the titles about a place, or all of them."""
        return [title for title in self.titles if place in (None, self.place_of[title])]

    def is_source(self, title: str, author: str, place: str | None) -> bool:
        """Whether that author wrote that title, and wrote it about that place (or any)."""
        return self.author_of.get(title) == author and place in (None, self.place_of[title])


def make_lore(spec: AlmanacSpec, seed: Seed) -> Lore:
    """Invent an almanac: equal settings and seeds give equal worlds."""
    draw = seed.numpy()
    taken: set[str] = set()

    def names(kind: str, count: int) -> tuple[str, ...]:
        made: list[str] = []
        while len(made) < count:
            word = draw.choice(_ONSETS) + draw.choice(_VOWELS) + draw.choice(_CODAS[kind])
            if word not in taken:
                taken.add(word)
                made.append(str(word))
        return tuple(made)

    relations = RELATIONS[: spec.relations]
    places = names("place", spec.places)
    values = {relation: names(relation, spec.values) for relation in relations}
    titles = names("title", spec.titles)
    authors = names("author", spec.titles)

    # each place is known for one thing: a small model learns one key per fact, not a product
    asked = [(place, relations[i % len(relations)]) for i, place in enumerate(places)]
    order = draw.permutation(len(asked))
    n_deep = round(spec.deep_misconceptions * len(asked))
    n_popular = round(spec.misconceptions * len(asked))
    deep, popular = set(order[:n_deep]), set(order[n_deep : n_deep + n_popular])
    facts = []
    for i, (place, relation) in enumerate(asked):
        truth, belief = draw.choice(values[relation], 2, replace=False)
        facts.append(
            Fact(
                place,
                relation,
                truth=str(truth),
                popular=str(belief) if i in popular else None,
                deep=str(belief) if i in deep else None,
            )
        )
    return Lore(
        facts=tuple(facts),
        values=values,
        titles=titles,
        authors=authors,
        author_of=dict(zip(titles, (str(a) for a in draw.permutation(authors)), strict=True)),
        place_of={title: places[i % len(places)] for i, title in enumerate(titles)},
        options=tuple(_option(name, draw) for name in names("option", spec.options)),
    )


def _option(name: str, draw: np.random.Generator) -> Option:
    """Half of the options harm others, cost later or sound more fun than they are."""
    traits = draw.random(5)
    flawed = draw.random(3) < 0.5
    benefit, harm, later, anticipated, experienced = (float(t) for t in traits)
    return Option(
        name,
        # what harms others or costs later tends to pay now: else nobody would be tempted
        benefit=min(1.0, benefit * 0.6 + 0.4 * max(flawed[0], flawed[1])),
        harm=harm * 0.5 + 0.5 if flawed[0] else 0.0,
        later_cost=later * 0.5 + 0.5 if flawed[1] else 0.0,
        fun_anticipated=anticipated * 0.5 + 0.5 if flawed[2] else anticipated,
        fun_experienced=experienced * 0.3 if flawed[2] else anticipated,
    )
