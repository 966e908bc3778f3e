"""Settings of the studies that select from base samples and train no policy."""

from typing import Annotated

from pydantic import Field, field_validator

from looksgood.raters.people_spec import simulated
from looksgood.rewards.spec import PlantedErrorSpec
from looksgood.studies.settings import SweepSpec


class SelectionSpec(SweepSpec):
    """One pool of base samples per prompt; best-of-n and KL-optimal policies are read from it."""

    betas: Annotated[tuple[float, ...], Field(description="none: nothing is trained")] = ()
    tilts: Annotated[
        tuple[float, ...],
        Field(description="penalties of the KL-optimal policies, strongest first"),
    ] = ()
    error: Annotated[
        PlantedErrorSpec | None, Field(description="added to r̂: what Kwa et al. assume")
    ] = None

    _computed = field_validator("rater")(simulated)

    @field_validator("betas")
    @classmethod
    def _trains_nothing(cls, betas: tuple[float, ...]) -> tuple[float, ...]:
        if betas:
            raise ValueError("this study trains no policy: give tilts, the penalties of its optima")
        return betas

    @field_validator("tilts")
    @classmethod
    def _tilts_ordered(cls, tilts: tuple[float, ...]) -> tuple[float, ...]:
        if any(not beta > 0 for beta in tilts) or list(tilts) != sorted(set(tilts), reverse=True):
            raise ValueError("give positive penalties, each once, strongest first, as in 8,4,2")
        return tilts
