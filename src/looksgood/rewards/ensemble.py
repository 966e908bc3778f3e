"""Several reward models as one: their mean, their worst case, or the mean less their spread."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import NotFinite
from looksgood.core.records import Comparisons, Samples
from looksgood.ops.within_prompt_sd import within_prompt_sd
from looksgood.rewards.aggregate import Aggregate, aggregated
from looksgood.rewards.reward_model import RewardModel

SETTINGS = "ensemble.json"


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
    shift: float = 0.0
    scale: float = 1.0

    @classmethod
    def load(cls, folder: Path, response_tokens: int) -> "Ensemble":
        """Load what `save` wrote.

        Raises:
            ModelError: a member is no reward model.
        """
        saved = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        count = saved.pop("count")
        members = [RewardModel.load(folder / str(i), response_tokens) for i in range(count)]
        return cls(members, **saved)

    @property
    def parameters(self) -> int:
        """How many weights all members have together."""
        return sum(member.parameters for member in self.members)

    def save(self, folder: Path) -> None:
        """Write one folder per member, and how they are put together."""
        for i, member in enumerate(self.members):
            (folder / str(i)).mkdir()
            member.save(folder / str(i))
        together = {
            "count": len(self.members),
            "aggregate": self.aggregate,
            "weight": self.weight,
            "shift": self.shift,
            "scale": self.scale,
        }
        (folder / SETTINGS).write_text(json.dumps(together), encoding="utf-8")

    def standardised_on(self, samples: Samples) -> "Ensemble":
        """Standardise each member on `samples` (drawn from the base), then their aggregate.

        Without the latter a mean of members that differ has an sd below 1, and a worst case a
        mean below 0, so that a KL penalty would mean something else than for one member.

        Raises:
            NotFinite: a score is NaN or infinite, or all are equal.
        """
        members = tuple(member.standardised_on(samples) for member in self.members)
        plain = replace(self, members=members, shift=0.0, scale=1.0)
        scores = plain.score(samples).double()
        scale = float(within_prompt_sd(scores.reshape(-1, samples.k)))
        if not scale > 0:
            raise NotFinite(f"the ensemble scores the base's responses with sd {scale}")
        return replace(plain, shift=float(scores.mean()), scale=scale)

    def score(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Return the standardised aggregate of the members' standardised scores."""
        scores = self.combine(torch.stack([member.score(samples) for member in self.members]))
        return (scores - self.shift) / self.scale

    def combine(self, scores: Float[Tensor, "members responses"]) -> Float[Tensor, " responses"]:
        """Aggregate members' scores."""
        return aggregated(scores, self.aggregate, self.weight)

    def spread(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Return the members' standard deviation: where they disagree, r̂ is guessing."""
        return torch.stack([member.score(samples) for member in self.members]).std(0)

    def margins(self, comparisons: Comparisons) -> Float[Tensor, " pairs"]:
        """Return the mean margin over members, in logits."""
        return torch.stack([member.margins(comparisons) for member in self.members]).mean(0)
