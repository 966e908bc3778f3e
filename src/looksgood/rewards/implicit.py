"""A policy as its own reward model: how much likelier it is to say this than its base."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Samples
from looksgood.models.language_model import LanguageModel
from looksgood.ops.within_prompt_sd import within_prompt_sd

PROMPTS_AT_ONCE = 32


@dataclass(frozen=True)
class ImplicitReward:
    """log π/π₀ of whole responses, in units of its sd within prompts on base responses.

    For the KL-optimal policy of a reward it is that reward, up to a constant of each prompt and a
    factor; a policy that was trained for a while has come part of the way.

    Source: Rafailov et al. (2023), arXiv:2305.18290 eq. 5.
    """

    policy: LanguageModel
    base: LanguageModel
    shift: float = 0.0
    scale: float = 1.0

    @classmethod
    def standardised_on(
        cls, samples: Samples, policy: LanguageModel, base: LanguageModel
    ) -> "ImplicitReward":
        """Return the reward with mean 0 and within-prompt sd 1 on `samples` (drawn from the base).

        Where the policy is the base all are alike, and the unit is one nat.
        """
        raw = cls(policy, base).score(samples).double()
        scale = float(within_prompt_sd(raw.reshape(-1, samples.k)))
        return cls(policy, base, float(raw.mean()), scale if scale > 0 else 1.0)

    @torch.no_grad()
    def score(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Return standardised log-ratios, whoever drew the responses."""
        nats = torch.cat(
            [
                (self.policy.logp(part) - self.base.logp(part)).sum(1)
                for part in samples.split(PROMPTS_AT_ONCE)
            ]
        )
        return (nats - self.shift) / self.scale
