"""Settings of RLOO under a constraint: on χ², or on the proxy itself."""

import math
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from looksgood.optimizers.spec import RLOOSpec, RLSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from looksgood.core.protocols import Reward, Trainer
    from looksgood.core.records import Prompt
    from looksgood.core.seeds import Seed
    from looksgood.models.language_model import LanguageModel


class Chi2RLOOSpec(RLSpec):
    """REINFORCE with a leave-one-out baseline and χ² in the place of the KL."""

    kind: Literal["chi2_rloo"] = "chi2_rloo"
    k: Annotated[int, Field(ge=2)] = 8
    beta: Annotated[
        float, Field(ge=0, description="χ² penalty: reward units (base sd) per unit of χ²")
    ] = 0.1
    most_charged: Annotated[
        float, Field(gt=0, description="base sd: a ratio π/π₀ is charged no more than this")
    ] = 10.0
    """Few responses have ratios in the thousands; unbounded they alone would say where to go. The
    optimum's largest ratio is charged as much as r̂ varies, so this leaves it where it is."""

    @property
    def log_ratio_cap(self) -> float:
        """Where ratios are clamped, nats: 2β e^cap is `most_charged`, but the cap is at least 1."""
        return max(1.0, math.log(self.most_charged / (2 * self.beta))) if self.beta else 50.0

    def build(
        self, base: "LanguageModel", reward: "Reward", prompts: "Sequence[Prompt]", seed: "Seed"
    ) -> "Trainer":
        """Return a trainer at step 0, its policy equal to `base`."""
        from looksgood.optimizers.chi2_rloo import Chi2RLOO

        return Chi2RLOO(self, base, reward, prompts, seed)


class ProxyPointRLOOSpec(RLOOSpec):
    """RLOO that seeks a stated mean of r̂ and no more: its weight on r̂ is a Lagrange multiplier."""

    kind: Literal["proxy_point_rloo"] = "proxy_point_rloo"  # pyright: ignore[reportIncompatibleVariableOverride]
    proxy_point: Annotated[float, Field(description="mean of r̂ to be at, base sd")] = 0.7
    multiplier_rate: Annotated[
        float, Field(gt=0, description="change of the weight per base sd and step")
    ] = 2.0

    def build(
        self, base: "LanguageModel", reward: "Reward", prompts: "Sequence[Prompt]", seed: "Seed"
    ) -> "Trainer":
        """Return a trainer at step 0, its policy equal to `base` and its weight on r̂ 1."""
        from looksgood.optimizers.proxy_point_rloo import ProxyPointRLOO

        return ProxyPointRLOO(self, base, reward, prompts, seed)
