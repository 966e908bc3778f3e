"""Settings of the optimizers of control: TRPO and PPO of the Stable-Baselines3 family."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from looksgood.core.errors import without_extra
from looksgood.core.spec import Spec

if TYPE_CHECKING:
    from looksgood.core.control import ControlWorld
    from looksgood.core.seeds import Seed
    from looksgood.optimizers.on_policy import OnPolicyTrainer


class OnPolicySpec(Spec):
    """What both have: a Gaussian policy and a critic, each a tanh network of its own."""

    bodies: Annotated[int, Field(ge=2, description="episodes per step")] = 64
    gamma: Annotated[float, Field(gt=0, le=1)] = 0.95
    lam: Annotated[float, Field(ge=0, le=1, description="of generalised advantages")] = 0.95
    hidden: Annotated[int, Field(ge=1, description="units of each hidden layer")] = 64
    layers: Annotated[int, Field(ge=1, description="hidden layers")] = 2
    log_sd: Annotated[float, Field(description="of commands, in nats, at the start")] = 0.0
    least_log_sd: Annotated[float, Field(description="it never falls below this")] = -0.5
    beyond_cost: Annotated[
        float, Field(ge=0, description="per squared command beyond [−1, 1], in sd of the reward")
    ] = 0.1
    """A command beyond what a motor can do costs nothing by itself, so a policy drifts there and no
    longer finds its way back: noise around −3 is always −1."""


class TRPOSpec(OnPolicySpec):
    """Trust-region policy optimisation of `sb3-contrib`; what is not set here is its default.

    Source: Schulman et al. (2015), arXiv:1502.05477.
    """

    kind: Literal["trpo"] = "trpo"
    target_kl: Annotated[float, Field(gt=0, description="nats, old to new, per frame")] = 0.03
    critic_epochs: Annotated[int, Field(ge=1)] = 8
    critic_learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    critic_batch: Annotated[int, Field(ge=1, description="frames")] = 1024
    sub_sampling: Annotated[
        int, Field(ge=1, description="the policy's gradient and Fisher matrix see 1 frame in this")
    ] = 2

    def build(self, world: "ControlWorld", seed: "Seed") -> "OnPolicyTrainer":
        """Return a trainer at step 0.

        Raises:
            ConfigError: the extra `control` is missing.
        """
        try:
            from looksgood.optimizers.trpo import trpo
        except ModuleNotFoundError as error:
            raise without_extra(f"kind={self.kind!r} needs", "control", error) from error
        return trpo(self, world, seed)


class ControlPPOSpec(OnPolicySpec):
    """Proximal policy optimisation of `stable-baselines3`; what is not set here is its default.

    Source: Schulman et al. (2017), arXiv:1707.06347.
    """

    kind: Literal["ppo_control"] = "ppo_control"
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3
    epochs: Annotated[int, Field(ge=1)] = 10
    batch: Annotated[int, Field(ge=2, description="frames")] = 512
    clip: Annotated[float, Field(gt=0, lt=1)] = 0.2
    value_weight: Annotated[float, Field(ge=0)] = 0.5
    max_grad_norm: Annotated[float, Field(gt=0)] = 0.5
    target_kl: Annotated[
        float, Field(ge=0, description="nats; a step ends at 1.5 times it; 0: never early")
    ] = 0.03

    def build(self, world: "ControlWorld", seed: "Seed") -> "OnPolicyTrainer":
        """Return a trainer at step 0.

        Raises:
            ConfigError: the extra `control` is missing.
        """
        try:
            from looksgood.optimizers.ppo_control import ppo_control
        except ModuleNotFoundError as error:
            raise without_extra(f"kind={self.kind!r} needs", "control", error) from error
        return ppo_control(self, world, seed)
