"""Settings of the studies that optimise a policy against a reward model."""

from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator, model_validator

from looksgood.core.spec import Kind, OptionalKind, Spec
from looksgood.optimizers.dpo_spec import DPOSpec
from looksgood.preferences.spec import PreferencesSpec
from looksgood.raters.people_spec import PeopleSpec
from looksgood.rewards.spec import GoldSpec, JudgementSpec

Count = Annotated[int, Field(ge=1)]


class MeasureSpec(Spec):
    """How much is drawn at each measured checkpoint."""

    prompts: Annotated[int, Field(ge=2, description="held-out prompts")] = 64
    k: Annotated[int, Field(ge=2, description="responses per prompt")] = 8
    pool: Annotated[int, Field(ge=2, description="base samples per prompt for best-of-n")] = 64
    checkpoints: Annotated[int, Field(ge=1, description="measured points along each RL run")] = 2
    keep_prompts: Annotated[int, Field(ge=0, description="prompts whose samples are kept")] = 12


class SweepSpec(Spec):
    """Pretrain, compare, fit r̂, and optimise against it under a range of KL penalties."""

    world: Annotated[Any, Kind("worlds")] = Field(
        default={"kind": "almanac"}, validate_default=True
    )
    policy: Annotated[Any, Kind("policies")] = Field(
        default={"kind": "small"}, validate_default=True
    )
    rater: Annotated[Any, Kind("raters")] = Field(
        default={"kind": "ordinary"}, validate_default=True
    )
    preferences: PreferencesSpec = PreferencesSpec(prompts=1600, pairs_per_prompt=10)
    reward: Annotated[Any, Kind("rewards")] = Field(
        default={"kind": "bradley_terry"}, validate_default=True
    )
    compared: Annotated[
        Any,
        OptionalKind("policies"),
        Field(description="the model whose responses are compared; null: the base"),
    ] = None
    reward_body: Annotated[
        Any,
        OptionalKind("policies"),
        Field(description="the pretrained model that r̂ starts from; null: the base"),
    ] = None
    optimizer: Annotated[Any, Kind("optimizers")] = Field(
        default={"kind": "rloo"}, validate_default=True
    )
    betas: Annotated[
        tuple[float, ...],
        Field(description="KL penalties, strongest first; none: best-of-n alone"),
    ] = (16.0, 1.5, 0.4, 0.15, 0.08, 0.045, 0.025, 0.0)
    thin: Annotated[
        int,
        Field(ge=1, description="keep each n-th penalty, from the weakest: no control needs all"),
    ] = 1
    training_prompts: Count = 1000
    best_of: Annotated[tuple[Count, ...], Field(description="each n of best-of-n")] = (
        1, 2, 4, 8, 16, 32, 64,
    )  # fmt: skip
    measure: MeasureSpec = MeasureSpec()

    def optimizer_at(self, beta: float) -> Any:
        """Return the optimizer's settings with this KL penalty."""
        return self.optimizer.model_copy(update={"beta": beta})

    @property
    def penalties(self) -> tuple[float, ...]:
        """The KL penalties that are run, strongest first."""
        return self.betas[:: -self.thin][::-1]

    @property
    def runs(self) -> int:
        """How many policies are trained in a cell."""
        return len(self.penalties)

    @property
    def frontier_betas(self) -> tuple[float, ...]:
        """The penalties at which the KL-optimal policy is estimated from the pool: here none."""
        return ()

    @field_validator("betas")
    @classmethod
    def _ordered(cls, betas: tuple[float, ...]) -> tuple[float, ...]:
        if any(beta < 0 for beta in betas):
            raise ValueError("a KL penalty cannot be negative")
        if list(betas) != sorted(set(betas), reverse=True):
            raise ValueError("give each penalty once, strongest first, as in 3,1,0.3,0")
        return betas

    @model_validator(mode="after")
    def _pool_suffices(self) -> "SweepSpec":
        if not self.betas and not self.best_of:
            raise ValueError("betas and best_of are both empty: nothing would be optimised")
        if max(self.best_of, default=1) > self.measure.pool:
            raise ValueError(
                f"best_of={max(self.best_of)} cannot be told from measure.pool="
                f"{self.measure.pool} samples per prompt: lower the one or raise the other"
            )
        return self

    @model_validator(mode="after")
    def _has_a_score(self) -> "SweepSpec":
        if isinstance(self.reward, JudgementSpec) and isinstance(self.rater, PeopleSpec):
            raise ValueError(
                "reward.kind=rater optimises a score that people (rater.kind=people) do not have: "
                "fit r̂ to their answers, as by reward.kind=bradley_terry"
            )
        return self

    @model_validator(mode="after")
    def _optimizer_can(self) -> "SweepSpec":
        for beta in self.betas:
            try:
                type(self.optimizer).model_validate(self.optimizer_at(beta).model_dump())
            except ValidationError as error:
                kind, why = self.optimizer.kind, error.errors()[0]["msg"]
                raise ValueError(
                    f"betas: {kind} cannot take the penalty {beta:g} ({why})"
                ) from error
        if isinstance(self.optimizer, DPOSpec):
            if isinstance(self.reward, GoldSpec | JudgementSpec):
                raise ValueError(
                    f"optimizer.kind=dpo needs comparisons, and reward.kind={self.reward.kind} none"
                )
            if self.preferences.rounds > 1:
                raise ValueError("optimizer.kind=dpo is offline: it needs preferences.rounds=1")
        return self
