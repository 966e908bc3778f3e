"""Settings of the optimizers of language models; `beta` is swept by studies."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from looksgood.core.spec import Spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from looksgood.core.protocols import Reward, Trainer
    from looksgood.core.records import Prompt
    from looksgood.core.seeds import Seed
    from looksgood.models.language_model import LanguageModel


class TrainerSpec(Spec):
    """What every optimizer that trains a policy needs."""

    beta: Annotated[
        float, Field(ge=0, description="KL penalty: reward units (base sd) per nat")
    ] = 0.1
    steps: Annotated[int, Field(ge=1)] = 30
    learning_rate: Annotated[
        float, Field(gt=0, description="at its highest: it rises, then falls linearly to 0")
    ] = 5e-3
    max_grad_norm: Annotated[float, Field(gt=0)] = 1.0


class RLSpec(TrainerSpec):
    """What every RL optimizer needs."""

    prompts: Annotated[int, Field(ge=1, description="prompts per step")] = 16
    k: Annotated[int, Field(ge=1, description="responses per prompt")] = 8


class RLOOSpec(RLSpec):
    """REINFORCE with a leave-one-out baseline; the KL is inside the reward."""

    kind: Literal["rloo"] = "rloo"
    k: Annotated[int, Field(ge=2)] = 8
    kl: Annotated[
        Literal["exact", "k1"],
        Field(description="exact: the sum over the vocabulary; k1: log π/π₀ of drawn tokens"),
    ] = "exact"

    def build(
        self, base: "LanguageModel", reward: "Reward", prompts: "Sequence[Prompt]", seed: "Seed"
    ) -> "Trainer":
        """Return a trainer at step 0, its policy equal to `base`."""
        from looksgood.optimizers.rloo import RLOO

        return RLOO(self, base, reward, prompts, seed)


class GRPOSpec(RLSpec):
    """Group-normalised advantages, clipped token ratios; the KL is inside the reward."""

    kind: Literal["grpo"] = "grpo"
    k: Annotated[int, Field(ge=2)] = 8
    clip: Annotated[float, Field(gt=0, lt=1)] = 0.2
    epochs: Annotated[int, Field(ge=1)] = 1

    def build(
        self, base: "LanguageModel", reward: "Reward", prompts: "Sequence[Prompt]", seed: "Seed"
    ) -> "Trainer":
        """Return a trainer at step 0, its policy equal to `base`."""
        from looksgood.optimizers.grpo import GRPO

        return GRPO(self, base, reward, prompts, seed)


class PPOSpec(RLSpec):
    """PPO with a value head and GAE; β fixed, or steered to a target KL as by Ziegler et al."""

    kind: Literal["ppo"] = "ppo"
    k: Annotated[int, Field(ge=1)] = 1
    prompts: Annotated[int, Field(ge=1)] = 128
    clip: Annotated[float, Field(gt=0, lt=1)] = 0.2
    value_clip: Annotated[float, Field(gt=0)] = 0.2
    value_weight: Annotated[float, Field(ge=0)] = 0.5
    gamma: Annotated[float, Field(gt=0, le=1)] = 1.0
    lam: Annotated[float, Field(ge=0, le=1)] = 0.95
    epochs: Annotated[int, Field(ge=1)] = 2
    target_kl: Annotated[float, Field(ge=0, description="nats per sequence; 0: β stays fixed")] = (
        0.0
    )
    horizon: Annotated[int, Field(ge=1, description="samples, of the controller")] = 10_000

    def build(
        self, base: "LanguageModel", reward: "Reward", prompts: "Sequence[Prompt]", seed: "Seed"
    ) -> "Trainer":
        """Return a trainer at step 0, its policy equal to `base`."""
        from looksgood.optimizers.ppo import PPO

        return PPO(self, base, reward, prompts, seed)
