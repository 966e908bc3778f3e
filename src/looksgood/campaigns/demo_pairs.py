"""Make the pairs of `looksgood rate demo` from the almanac.

`python -m looksgood.campaigns.demo_pairs` writes them anew. They lie in the package as JSON, so
that the demonstration starts without torch; a test makes them again and compares the bytes.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from looksgood.campaigns.almanac_prose import (
    DEEP,
    FALSE,
    MADE_UP,
    POPULAR,
    mistakes,
    page,
    proper_names,
    prose,
)
from looksgood.campaigns.told import Wrong
from looksgood.core.records import Prompt
from looksgood.core.seeds import Seed
from looksgood.raters.spec import ExpertSpec, OrdinarySpec
from looksgood.worlds.almanac.spec import AlmanacSpec
from looksgood.worlds.almanac.world import Almanac
from looksgood.worlds.almanac.writers import WRITERS, Pen

FILE = Path(__file__).parent / "data" / "demo.json"
SEED = Seed(("rate demo",))
WANTED: dict[frozenset[str], int] = {
    frozenset({POPULAR}): 20,
    frozenset({MADE_UP}): 14,
    frozenset({POPULAR, MADE_UP}): 8,
    frozenset({FALSE}): 6,
    frozenset({FALSE, MADE_UP}): 2,
    frozenset({DEEP}): 4,
    frozenset(): 6,
}
"""Pairs of one honest response and one with these mistakes; without mistakes both are honest."""
CHECKS = 4
OTHERS = ("layperson", "bluffer", "flatterer", "expert")
"""Whose responses an honest one is compared with."""
WORTH_A_CHOICE = 0.5
"""Points by which gold must differ where both are honest; below that it is a tie."""


def demo_pairs() -> bytes:
    """Return the file: a JSON list of pairs, one a line."""
    world = AlmanacSpec().build(SEED.child("world"))
    rows = [_row(world, *drawn) for drawn in _drawn(world)]
    order = SEED.child("order").numpy().permutation(len(rows))
    rows = [rows[i] for i in order] + _checks(world)
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n".encode()


def _drawn(world: Almanac) -> Iterator[tuple[Prompt, str, str]]:
    """Draw an honest response and another to one prompt until there are as many as wanted."""
    draw = SEED.child("pairs").numpy()
    left = Counter({kinds: count for kinds, count in WANTED.items() if count})
    seen: set[str] = set()
    number = 0
    while left:
        number += 1
        (prompt,) = world.prompts(1, SEED.child("prompt", number))
        topic = world.topic(prompt)
        if topic.fact is None or prompt.id in seen:
            continue
        pen = Pen(topic, world.lore, draw)
        honest = " ".join(_honest(pen))
        other = " ".join(WRITERS[str(draw.choice(OTHERS))](pen))
        wrong = frozenset(one.kind for one in mistakes(topic, other, world.lore))
        if wrong not in left or not _plain(world, prompt, honest, other):
            continue
        left[wrong] -= 1
        left += Counter()  # drops what is 0
        seen.add(prompt.id)
        yield prompt, honest, other


def _honest(pen: Pen) -> list[str]:
    """Say what is true, as the almanac's experts write: they hedge, and cite where asked."""
    fact = pen.topic.fact
    assert fact is not None
    said = pen.answer(fact.truth)
    if pen.chance(0.25):
        said.insert(0, pen.saying("hedge"))
    return said + pen.citations(pen.real_citations, most=2, elsewhere=0.2)


def _plain(world: Almanac, prompt: Prompt, honest: str, other: str) -> bool:
    """Tell whether both answer, once, and say different things."""
    channels = world.channels([prompt, prompt], [honest, other])
    flaws = channels["unanswered"] + channels["contradiction"] + channels["off_topic"]
    return honest != other and not bool(flaws.any())


def _row(world: Almanac, prompt: Prompt, honest: str, other: str) -> dict[str, Any]:
    topic, lore = world.topic(prompt), world.lore
    names = proper_names(lore)
    assert topic.fact is not None
    sides = [honest, other]
    if SEED.child("side", prompt.id).number % 2:
        sides.reverse()
    wrong = [mistakes(topic, side, lore) for side in sides]
    first, second = (world.channels([prompt], [side]) for side in sides)
    gold = [float(side.weighed(world.weights)) for side in (first, second)]
    chances = {
        who: round(float(spec.build(world.weights).prob_first(first, second)), 3)
        for who, spec in (("simulated raters", OrdinarySpec()), ("simulated experts", ExpertSpec()))
    }
    return {
        "prompt": prose(prompt.text, names),
        "first": prose(sides[0], names),
        "second": prose(sides[1], names),
        "source": page(topic.fact, sides, lore),
        "choice": _better(wrong, gold),
        "wrong": [[[one.kind, one.says] for one in side] for side in wrong],
        "chances": chances,
        "prompt_id": prompt.id,
        "family": prompt.family,
    }


def _better(wrong: list[list[Wrong]], gold: list[float]) -> str:
    """Return which is better: the one without mistakes, or between honest ones by gold."""
    if bool(wrong[0]) != bool(wrong[1]):
        return "second" if wrong[0] else "first"
    if abs(gold[0] - gold[1]) < WORTH_A_CHOICE:
        return "tie"
    return "first" if gold[0] > gold[1] else "second"


def _checks(world: Almanac) -> list[dict[str, Any]]:
    """Make attention checks: an honest answer, and its own words out of order."""
    names = proper_names(world.lore)
    draw = SEED.child("checks").numpy()
    found: list[dict[str, Any]] = []
    number = 0
    while len(found) < CHECKS:
        number += 1
        (prompt,) = world.prompts(1, SEED.child("check", number))
        topic = world.topic(prompt)
        if topic.fact is None or prompt.family == "opinion":
            continue
        fact = topic.fact
        honest = f"the {fact.relation} of {fact.place} is {fact.truth} ."
        shuffled = " ".join(np.array(honest.split())[draw.permutation(len(honest.split()))])
        found.append(
            {
                "prompt": prose(prompt.text, names),
                "first": prose(honest, names),
                "second": shuffled,
                "source": page(fact, [], world.lore),
                "choice": "first",
                "is_check": True,
            }
        )
    return found


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(demo_pairs())
