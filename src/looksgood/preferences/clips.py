"""Comparisons of clips: which two are shown next, and the record of what was answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.control import Clips, Episodes
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.preferences.clip_spec import ClipQueriesSpec

Disagreement = Callable[[Clips, Clips], Float[np.ndarray, " pairs"]]
"""How much a learner differs with itself on pairs of clips; handed in, never imported."""


@dataclass(frozen=True, slots=True)
class ClipComparisons:
    """Pairs of clips as shown, with the answers: 1 the first, 0 the second, ½ a tie, NaN none."""

    first: Clips
    second: Clips
    choice: Float[Tensor, " pairs"]
    chance: Float[Tensor, " pairs"]
    """With which the rater, as it is, names the first: what no learner is told. NaN: unknown."""

    def __len__(self) -> int:
        """Count the comparisons."""
        return len(self.first)

    def append(self, later: "ClipComparisons") -> "ClipComparisons":
        """Return these comparisons followed by `later` ones."""
        return ClipComparisons(
            _joined([self.first, later.first]),
            _joined([self.second, later.second]),
            torch.cat([self.choice, later.choice]),
            torch.cat([self.chance, later.chance]),
        )

    def ceiling(self) -> float | None:
        """Return the share of answers (no ties) that go the way the rater leans.

        No learner can be expected to predict more of them; None where all are ties, or nobody
        knows how the rater leans.
        """
        clear = ((self.choice == 0) | (self.choice == 1)) & torch.isfinite(self.chance)
        leans = (self.chance > 0.5).to(self.choice)
        return float((leans == self.choice)[clear].double().mean()) if clear.any() else None

    def state(self) -> dict[str, Tensor]:
        """Return everything as named tensors."""
        return {
            "first.observations": torch.from_numpy(self.first.observations),
            "first.states": torch.from_numpy(self.first.states),
            "second.observations": torch.from_numpy(self.second.observations),
            "second.states": torch.from_numpy(self.second.states),
            "choice": self.choice,
            "chance": self.chance,
        }

    @staticmethod
    def of(state: Mapping[str, Tensor]) -> "ClipComparisons":
        """Return what `state` describes."""
        first, second = (
            Clips(state[f"{side}.observations"].numpy(), state[f"{side}.states"].numpy())
            for side in ("first", "second")
        )
        return ClipComparisons(first, second, state["choice"], state["chance"])


def draw_queries(
    spec: ClipQueriesSpec,
    episodes: Episodes,
    count: int,
    seed: Seed,
    disagreement: Disagreement | None = None,
) -> tuple[Clips, Clips]:
    """Return `count` pairs of clips to ask about, cut at random from `episodes`.

    With `pick` "disagreement", those of `candidates` times as many are taken on which
    `disagreement` is highest, in that order. Without it, as before the first fit, or with `pick`
    "random", all pairs are equally likely.

    Raises:
        TooFew: the episodes are shorter than a clip, or hold only one.
    """
    asks = spec.pick == "disagreement" and disagreement is not None
    pairs = random_pairs(spec, episodes, count * (spec.candidates if asks else 1), seed)
    if not asks:
        return pairs
    assert disagreement is not None
    most = np.argsort(-disagreement(*pairs), kind="stable")[:count]
    return pairs[0].take(most), pairs[1].take(most)


def random_pairs(
    spec: ClipQueriesSpec, episodes: Episodes, count: int, seed: Seed
) -> tuple[Clips, Clips]:
    """Draw pairs of different clips, each such pair equally likely, in either order.

    Two clips of a pair may overlap in time, if they start at different actions.

    Raises:
        TooFew: the episodes are shorter than a clip, or hold only one.
    """
    starts = episodes.steps - spec.steps + 1
    clips = len(episodes) * max(0, starts)
    if clips < 2:
        raise TooFew(
            f"{len(episodes)} episodes of {episodes.steps} actions hold {clips} clips of "
            f"{spec.steps}: a comparison needs two"
        )
    draw = seed.numpy()
    first = draw.integers(clips, size=count)
    second = (first + 1 + draw.integers(clips - 1, size=count)) % clips
    one, other = (
        episodes.clips(side // starts, side % starts, spec.steps, spec.every)
        for side in (first, second)
    )
    return one, other


def _joined(parts: Sequence[Clips]) -> Clips:
    return Clips(
        np.concatenate([part.observations for part in parts]),
        np.concatenate([part.states for part in parts]),
    )
