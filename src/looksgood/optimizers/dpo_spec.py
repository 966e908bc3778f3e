"""Settings of DPO, which is trained on comparisons and asks no reward model."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from looksgood.optimizers.spec import TrainerSpec

if TYPE_CHECKING:
    from looksgood.core.protocols import Trainer
    from looksgood.core.records import Comparisons
    from looksgood.core.seeds import Seed
    from looksgood.models.language_model import LanguageModel


class DPOSpec(TrainerSpec):
    """Direct preference optimisation: one epoch over the comparisons that r̂ is fitted to."""

    kind: Literal["dpo"] = "dpo"
    beta: Annotated[
        float, Field(gt=0, description="KL penalty: logits of the raters' answers per nat")
    ] = 0.1
    steps: Annotated[
        int, Field(ge=1, description="parts that the epoch is gone through in: one update each")
    ] = 60

    def build(self, base: "LanguageModel", comparisons: "Comparisons", seed: "Seed") -> "Trainer":
        """Return a trainer at step 0, its policy equal to `base`.

        Raises:
            TooFew: there are fewer answered prompts than steps.
        """
        from looksgood.optimizers.dpo import DPO

        return DPO(self, base, comparisons, seed)
