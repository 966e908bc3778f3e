"""Pairs from a world's corpus: what two writers said to one prompt, and which is better."""

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

from looksgood.campaigns.sources.drawn import Drawn, Wish
from looksgood.campaigns.told import wrong_with
from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.core.spec import load_kind, parse_spec
from looksgood.rating.pairs import NewPair, Truth

if TYPE_CHECKING:
    from looksgood.core.protocols import World
    from looksgood.core.records import Prompt

DOCUMENTS = 4_000
PROMPTS = 5_000
"""Drawn to find the prompts that a corpus answers: its documents have only their texts."""
PER_PROMPT = 3


def world_pairs(kind: str, settings: Mapping[str, Any], wish: Wish) -> Drawn:
    """Return pairs of different responses to one prompt, at most three of a prompt.

    Raises:
        ConfigError: the world cannot be built, or no prompt was answered twice.
    """
    spec = parse_spec(load_kind("worlds", kind), {**settings, "documents": DOCUMENTS})
    world: World = spec.build(Seed(("world",)))
    known = {one.text: one for one in world.prompts(PROMPTS, wish.seed.child("prompts"))}
    answers: dict[str, dict[str, None]] = {}
    for document in world.corpus(wish.seed.child("corpus")):
        if document.prompt in known:
            answers.setdefault(document.prompt, {})[document.response] = None
    found = []
    for text, responses in answers.items():
        two = list(combinations(responses, 2))
        few = wish.seed.child("of", text).numpy().permutation(len(two))[:PER_PROMPT]
        found += [(known[text], *two[i]) for i in few]
    if not found:
        raise ConfigError(f"--from {kind}: no prompt of its corpus has two different responses")
    order = wish.seed.child("order").numpy().permutation(len(found))[: wish.pairs]
    return Drawn([_pair(world, *found[i], with_source=wish.with_source) for i in order])


def _pair(world: "World", prompt: "Prompt", first: str, second: str, with_source: bool) -> NewPair:
    gold = world.channels([prompt] * 2, [first, second]).weighed(world.weights).tolist()
    choice = "tie" if gold[0] == gold[1] else "first" if gold[0] > gold[1] else "second"
    detail, source = _said_of(world, prompt, first, second)
    return NewPair(
        prompt=prompt.text,
        first=first,
        second=second,
        source=source if with_source else "",
        truth=Truth(choice, "world", gold[0] > 0, gold[1] > 0, detail),
        extra={"prompt_id": prompt.id, "family": prompt.family},
    )


def _said_of(
    world: "World", prompt: "Prompt", first: str, second: str
) -> tuple[dict[str, Any], str]:
    """Return what the almanac says is wrong with either response, and its page; else nothing."""
    from looksgood.worlds.almanac.world import Almanac

    if not isinstance(world, Almanac):
        return {}, ""
    from looksgood.campaigns.almanac_prose import mistakes, page

    topic = world.topic(prompt)
    if topic.fact is None:
        return {}, ""
    wrong, others = (mistakes(topic, text, world.lore) for text in (first, second))
    return wrong_with(wrong, others), page(topic.fact, [first, second], world.lore)
