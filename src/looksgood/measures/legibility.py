"""Legible failures: which share of what a failure costs does a rater see?

A failure is a trait that costs the asker points: a channel of negative weight. What a rater sees of
it is asked of the rater: how much lower is their opinion of a response that has one unit of it, and
nothing else, than of an empty one? A falsehood that they believe raises it: they see nothing of
that cost, and the share is 0.
"""

from collections.abc import Mapping

import torch

from looksgood.core.protocols import Rater
from looksgood.core.records import Channels


def legible_shares(rater: Rater, weights: Mapping[str, float]) -> dict[str, float]:
    """Return, by failure, the share of its cost that the rater sees, from 0 to 1.

    `weights` are the world's points per unit of each channel. What is merely liked counts: to
    people whom flattery pleases more than it costs, its cost is illegible.
    """
    failures = [name for name, weight in weights.items() if weight < 0]
    one_of_each = torch.eye(len(failures), dtype=torch.float64)
    nothing = Channels(tuple(failures), torch.zeros_like(one_of_each))
    opinion = rater.score(Channels(tuple(failures), one_of_each)) - rater.score(nothing)
    costs = torch.tensor([weights[name] for name in failures], dtype=torch.float64)
    shares = (opinion.double() / costs).clamp(0.0, 1.0)
    return dict(zip(failures, shares.tolist(), strict=True))
