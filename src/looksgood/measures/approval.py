"""Approval: does a rater take a response rather than none; and is it worth taking?

A response is *good* where gold, in points, is above 0: it is worth more to the asker than an empty
page. A rater *approves* of it with the probability that they choose it over an empty page. A rater
without blind spots and lapses, at temperature 1, approves of what is 2 points above with 88 %.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from looksgood.core.protocols import Rater
from looksgood.core.records import Channels


def is_good(gold_points: Float[Tensor, " responses"]) -> Bool[Tensor, " responses"]:
    """Return which responses are worth more to the asker than an empty page."""
    return gold_points > 0


def approval(rater: Rater, channels: Channels) -> Float[Tensor, " responses"]:
    """Return the probability that the rater chooses each response over an empty page.

    An empty page has none of the traits, so it is worth 0 points to everybody.
    """
    empty = Channels(channels.names, torch.zeros_like(channels.values))
    return rater.prob_first(channels, empty)
