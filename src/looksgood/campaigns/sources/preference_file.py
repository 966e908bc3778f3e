"""Pairs from a preference file in any of the ecosystem's forms, or from a hub data set."""

import math
from collections.abc import Mapping
from typing import Any

from looksgood.campaigns.sources.drawn import Drawn, Wish
from looksgood.core.choices import choice_name
from looksgood.preferences.files import read_comparisons
from looksgood.rating.pairs import NewPair, Truth

SOURCE = "source"
"""A column of this name is shown after the first impression."""
TELLING = ("chosen", "rejected", "gold", "truth", "label", "score", "margin", "winner", "rating")
"""Columns whose names hold one of these may tell which is better: exports do not repeat them."""


def preference_pairs(name: str, wish: Wish) -> Drawn:
    """Return pairs of the file, drawn at random.

    With `wish.expert` the file's choices are the truth, told by experts.

    Raises:
        DataError: the file is missing, malformed or empty; names the line.
    """
    table = read_comparisons(name)
    pairs = table.comparisons.pairs
    order = wish.seed.child("file").numpy().permutation(len(pairs))[: wish.pairs]
    found = []
    for i in order.tolist():
        prompt = pairs.prompts[i]
        choice = choice_name(float(table.comparisons.choice[i]))
        found.append(
            NewPair(
                prompt=prompt.text,
                first=pairs.first[i],
                second=pairs.second[i],
                source=str(table.extra[i].get(SOURCE) or ""),
                truth=Truth(choice, "expert")
                if wish.expert and choice is not None and choice != "cant_tell"
                else None,
                extra={"prompt_id": prompt.id, "family": prompt.family, **_kept(table.extra[i])},
            )
        )
    return Drawn(found)


def _kept(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns that an export gives back: plain values that tell nothing."""
    return {
        name: value
        for name, value in extra.items()
        if isinstance(value, str | int | float | bool)
        and not (isinstance(value, float) and not math.isfinite(value))
        and name != SOURCE
        and not any(word in name.lower() for word in TELLING)
    }
