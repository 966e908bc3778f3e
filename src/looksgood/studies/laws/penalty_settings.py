"""Settings of a sweep that also estimates the KL-optimal frontier from the base's samples."""

from typing import Annotated

from pydantic import Field, field_validator

from looksgood.studies.settings import SweepSpec


class PenaltySpec(SweepSpec):
    """A sweep over KL penalties, with the frontier beside it."""

    frontier: Annotated[
        tuple[float, ...],
        Field(description="penalties at which the optimum is estimated from the pool"),
    ] = (8.0, 4.0, 2.5, 1.7, 1.2, 1.0, 0.8, 0.7, 0.6, 0.5, 0.4)

    @property
    def frontier_betas(self) -> tuple[float, ...]:
        """The frontier's penalties."""
        return self.frontier

    @field_validator("frontier")
    @classmethod
    def _above_zero(cls, frontier: tuple[float, ...]) -> tuple[float, ...]:
        if any(beta <= 0 for beta in frontier):
            raise ValueError("a frontier's penalty is above 0, as in 4,2,1")
        return frontier


PPO_PENALTY = 0.05
"""Of the arm `ppo`: what Stiennon et al. (2020) trained their policies with."""
TARGET_KL = 6.0
"""Nats, of the arm `adaptive`: Ziegler et al.'s."""
FIRST_PENALTY = 0.15
"""Where their controller starts."""
