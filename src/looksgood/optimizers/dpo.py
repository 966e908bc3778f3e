"""DPO: the policy is fitted to comparisons itself. Offline: nothing is drawn from it on the way."""

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import TooFew
from looksgood.core.records import Comparisons
from looksgood.core.seeds import Seed
from looksgood.models.comparison_tokens import ComparisonBatch, ComparisonTokens
from looksgood.models.language_model import LanguageModel
from looksgood.ops.dpo import dpo_loss
from looksgood.optimizers.descent import Descent
from looksgood.optimizers.dpo_spec import DPOSpec


class DPO(Descent):
    """Rafailov et al. (2023), arXiv:2305.18290: one epoch, in `steps` parts of whole prompts.

    A part holds all pairs of its prompts, so that a response costs one pass however many pairs it
    is in. Ties count as half a choice each way; "can't tell" is left out.
    """

    spec: DPOSpec

    def __init__(
        self, spec: DPOSpec, base: LanguageModel, comparisons: Comparisons, seed: Seed
    ) -> None:
        super().__init__(spec, base, seed)
        answered = torch.isfinite(comparisons.choice).nonzero()[:, 0].tolist()
        self.comparisons = comparisons.take(answered)
        prompts = len({prompt.text for prompt in self.comparisons.pairs.prompts})
        if prompts < spec.steps:
            raise TooFew(
                f"{prompts} prompts with answered comparisons make no epoch of {spec.steps} steps: "
                "compare more (preferences.prompts) or take fewer steps (optimizer.steps)"
            )
        self.tokens = ComparisonTokens.of(self.comparisons, base.tokenizer, base.response_tokens)
        order = torch.randperm(prompts, generator=seed.child("order").torch())
        self.parts_of_epoch = order.tensor_split(spec.steps)

    def step(self) -> dict[str, float]:
        """Move once on the next part of the epoch.

        Raises:
            NotFinite: the loss or its gradient is NaN or infinite; nothing has moved.
        """
        batch = self.tokens.batch(self.parts_of_epoch[self.position])
        log_ratio = self._log_ratio(batch)
        first, second = log_ratio[batch.first], log_ratio[batch.second]
        choice = self.comparisons.choice[batch.pairs]
        loss = self.descend(dpo_loss(first, second, choice, self.beta))
        right = torch.where(choice == 0.5, 0.5, ((first > second) == (choice == 1)).float())
        self.position += 1
        return {
            "loss": loss,
            "beta": self.beta,
            "accuracy": float(right.mean()),
            "log_ratio": float(log_ratio.detach().mean()),
        }

    def _log_ratio(self, batch: ComparisonBatch) -> Float[Tensor, " responses"]:
        """Return log π/π₀ of each response, in nats: of those compared, which π did not draw."""
        with torch.no_grad():
            base = self.base.logp(batch.responses)
        return (self.policy.logp(batch.responses) - base).sum(1)
