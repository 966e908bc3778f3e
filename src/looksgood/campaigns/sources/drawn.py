"""What a source gives, and what it is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from looksgood.core.seeds import Seed
from looksgood.rating.pairs import NewPair

Compare = Literal["across", "within"]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which pairs are wanted."""

    pairs: int = 200
    """At most; all where there are fewer."""
    seed: Seed = field(default_factory=lambda: Seed(("campaign", 0)))
    compare: Compare | None = None
    """Of a run: a base's response against a trained policy's, or two of one policy. None: across,
    where there are two policies."""
    expert: bool = False
    """Of a preference file: its choices are what experts say."""
    with_source: bool = False
    """Of the almanac: its page goes with a pair, to be shown after the first impression."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Pairs, and the films that they name by digest."""

    pairs: Sequence[NewPair]
    films: Mapping[str, bytes] = field(default_factory=dict)
