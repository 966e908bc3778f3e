"""An examination about the almanac's facts: answers to judge, and facts that are set apart.

Whoever is taught on some facts is examined on others, so that nobody can pass by remembering what
was said of one. What a model has read about all of them it may use.
"""

from collections.abc import Sequence

from looksgood.core.errors import TooFew
from looksgood.core.records import Prompt
from looksgood.core.seeds import Seed
from looksgood.worlds.almanac.lore import Fact
from looksgood.worlds.almanac.world import Almanac
from looksgood.worlds.almanac.writers import Pen

DRAWN_AT_ONCE = 20
"""Prompts drawn for each that is wanted, before giving up on a fact that is not asked about."""


def subject(prompt: Prompt) -> str:
    """Return which fact a prompt is about, whatever its family; "" for advice."""
    family, *names = prompt.id.split(":")
    return "" if family == "choice" else ":".join(names[:2])


def parts(world: Almanac, shares: Sequence[float], seed: Seed) -> tuple[frozenset[str], ...]:
    """Deal the facts out: as many parts as `shares` and a last one that takes what is left.

    Facts that everybody knows, that people get wrong and that experts get wrong too are dealt out
    apart, so that no part has more of them than its share.

    Raises:
        TooFew: a part would be empty.
    """
    draw = seed.numpy()
    dealt: list[set[str]] = [set() for _ in range(len(shares) + 1)]
    kinds: dict[tuple[bool, bool], list[str]] = {}
    for fact in world.lore.facts:
        kind = fact.popular is not None, fact.deep is not None
        kinds.setdefault(kind, []).append(_name(fact))
    for names in kinds.values():
        shuffled = [names[i] for i in draw.permutation(len(names))]
        ends = [round(sum(shares[: i + 1]) * len(names)) for i in range(len(shares))]
        for part, start, end in zip(dealt, [0, *ends], [*ends, len(names)], strict=True):
            part |= set(shuffled[start:end])
    if not all(dealt):
        raise TooFew(
            f"{len(world.lore.facts)} facts cannot be dealt out by shares {tuple(shares)}: a part "
            "is empty. Give the world more places"
        )
    return tuple(map(frozenset, dealt))


def prompts_about_each(world: Almanac, count: int, seed: Seed) -> list[Prompt]:
    """Draw `count` prompts about every fact, by the world's families; those of a fact together.

    Raises:
        TooFew: the world does not ask about some fact that often.
    """
    about: dict[str, list[Prompt]] = {_name(fact): [] for fact in world.lore.facts}
    for prompt in world.prompts(DRAWN_AT_ONCE * count * len(about), seed):
        own = about.get(subject(prompt))
        if own is not None and len(own) < count:
            own.append(prompt)
    rare = next((name for name, own in about.items() if len(own) < count), None)
    if rare is not None:
        raise TooFew(f"there are not {count} prompts about {rare}: ask for facts more often")
    return [prompt for own in about.values() for prompt in own]


def answers_to_judge(
    world: Almanac, prompts: Sequence[Prompt], believed: float, seed: Seed
) -> list[str]:
    """Write an answer to each prompt in a writer's words: by turns the truth and a falsehood.

    Of falsehoods about facts that people (or even experts) get wrong, a share `believed` is what
    they believe; the others are what nobody in particular does.
    """
    draw = seed.numpy()
    written = []
    for i, prompt in enumerate(prompts):
        topic = world.topic(prompt)
        pen, fact = Pen(topic, world.lore, draw), topic.fact
        assert fact is not None  # prompts are about facts
        held = fact.popular or fact.deep
        if i % 2 == 0:
            value = fact.truth
        elif held is not None and pen.chance(believed):
            value = held
        else:
            value = pen.wrong_value()
        written.append(" ".join(pen.answer(value)))
    return written


def _name(fact: Fact) -> str:
    return f"{fact.relation}:{fact.place}"
