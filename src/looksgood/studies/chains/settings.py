"""Settings of chains: policies trained one after another, each against the r̂ of its turn."""

from typing import Annotated

from pydantic import Field, model_validator

from looksgood.optimizers.dpo_spec import DPOSpec
from looksgood.preferences.spec import PreferencesSpec
from looksgood.rewards.spec import GoldSpec
from looksgood.studies.panels.settings import PanelSpec
from looksgood.studies.settings import Count, MeasureSpec


class ChainSpec(PanelSpec):
    """One policy per turn, always from its base and under one KL penalty; nothing is selected.

    `preferences` are the comparisons of the first turn, of base responses. What is asked later is
    up to the study.
    """

    turns: Annotated[int, Field(ge=2, description="policies trained one after another")] = 6
    betas: tuple[float, ...] = (0.1,)
    best_of: tuple[Count, ...] = ()
    preferences: PreferencesSpec = PreferencesSpec(prompts=400, pairs_per_prompt=10)
    measure: MeasureSpec = MeasureSpec(pool=16, checkpoints=1, keep_prompts=4)

    @property
    def beta(self) -> float:
        """The KL penalty of every turn."""
        return self.betas[0]

    @property
    def runs(self) -> int:
        """How often a policy is trained."""
        return self.turns

    @model_validator(mode="after")
    def _goes_on(self) -> "ChainSpec":
        if len(self.betas) != 1:
            raise ValueError(f"betas: every turn has the same penalty, give one, not {self.betas}")
        if self.best_of:
            raise ValueError("best_of: a chain trains its policies and selects nothing; leave it")
        if self.compared is not None:
            raise ValueError("compared: what is compared is the base's, or the last policy's")
        if self.preferences.rounds != 1:
            raise ValueError("preferences.rounds: later turns ask in a way of their own; give 1")
        if isinstance(self.reward, GoldSpec):
            raise ValueError("reward.kind=gold is fitted to no comparisons, so no turn differs")
        if isinstance(self.optimizer, DPOSpec):
            raise ValueError("optimizer.kind=dpo asks no r̂, and a chain has one in every turn")
        return self
