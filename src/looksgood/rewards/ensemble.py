"""Several reward models as one: their mean, their worst case, or the mean less their spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Comparisons, Samples
from looksgood.rewards.reward_model import RewardModel

Aggregate = Literal["mean", "worst", "uncertainty"]


@dataclass(frozen=True)
class Ensemble:
    """Members fitted on the same comparisons (other seeds) or on folds of them.

    `worst` is the least of the members' standardised scores; `uncertainty` is mean − weight ×
    variance over members. An error that all members share is never removed.

    Source: Coste et al. (2023), arXiv:2310.02743 §3 (WCO, UWO); Eisenstein et al. (2023),
    arXiv:2312.09244.
    """

    members: Sequence[RewardModel]
    aggregate: Aggregate = "mean"
    weight: float = 0.5

    def score(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Return the aggregate of the members' standardised scores."""
        return self.combine(torch.stack([member.score(samples) for member in self.members]))

    def combine(self, scores: Float[Tensor, "members responses"]) -> Float[Tensor, " responses"]:
        """Aggregate members' scores."""
        if self.aggregate == "worst":
            return scores.amin(0)
        if self.aggregate == "uncertainty":
            return scores.mean(0) - self.weight * scores.var(0, unbiased=False)
        return scores.mean(0)

    def spread(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Return the members' standard deviation: where they disagree, r̂ is guessing."""
        return torch.stack([member.score(samples) for member in self.members]).std(0)

    def margins(self, comparisons: Comparisons) -> Float[Tensor, " pairs"]:
        """Return the mean margin over members, in logits."""
        return torch.stack([member.margins(comparisons) for member in self.members]).mean(0)
