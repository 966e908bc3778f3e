"""Settings of successors: who labels for the next generation, and how sure they are."""

from typing import Annotated, Literal

from pydantic import Field

from looksgood.studies.chains.settings import ChainSpec


class SuccessorSpec(ChainSpec):
    """Each generation's r̂ is fitted to answers that the generation before it gave.

    What is compared is always drawn from the base: who answers changes, and nothing else.
    """

    people: Annotated[
        float, Field(ge=0, le=1, description="share of later comparisons that people answer")
    ] = 0.0
    judge: Annotated[
        Literal["policy", "reward"],
        Field(
            description="who answers the others: the last policy, by log π/π₀ of a response; or "
            "the r̂ it was trained against"
        ),
    ] = "policy"
    sharpness: Annotated[
        float, Field(gt=0, description="log-odds of the judge's answer per base sd of its opinion")
    ] = 2.0
    """About that of people: their opinions of base responses have an sd of some 2 points."""
