"""Settings of the study of audits: what is broken, and who is asked, how, how often."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from looksgood.core.spec import Kind
from looksgood.studies.selection.settings import SelectionSpec

Labels = Annotated[int, Field(ge=3)]
Drop = Annotated[float, Field(gt=0)]


class PowerSpec(SelectionSpec):
    """A pool of base samples, policies that are broken by so much, and audits of them."""

    best_of: tuple[Annotated[int, Field(ge=1)], ...] = (1,)
    fall: Annotated[
        Literal["unseen", "plain"],
        Field(description="unseen: the rater's own score stays; plain: gold alone falls"),
    ] = "unseen"
    drops: Annotated[
        tuple[Drop, ...], Field(min_length=1, description="how far gold fell, in base sd")
    ] = (0.1, 0.2, 0.5, 1.0)
    expert: Annotated[Any, Kind("raters"), Field(description="the other judge who is asked")] = (
        Field(default={"kind": "expert"}, validate_default=True)
    )
    labels: Annotated[
        tuple[Labels, ...], Field(min_length=1, description="sizes of an audit, smallest first")
    ] = (50, 100, 200, 500, 1000, 2000)
    audits: Annotated[int, Field(ge=1, description="simulated audits of each design")] = 2000
    alpha: Annotated[float, Field(gt=0, lt=1, description="rate of false alarms")] = 0.05
    beside: Annotated[
        int, Field(ge=1, description="labels of the rater beside each check against the truth")
    ] = 10

    @field_validator("rater", "expert")
    @classmethod
    def _says_how_it_errs(cls, rater: Any) -> Any:
        if not {"lapse", "temperature"} <= type(rater).model_fields.keys():
            raise ValueError(
                f"kind={rater.kind!r} does not say how it errs: an audit needs a rater with a "
                "lapse and a temperature"
            )
        return rater

    @field_validator("labels", "drops")
    @classmethod
    def _rising(cls, values: tuple[float, ...]) -> tuple[float, ...]:
        if list(values) != sorted(set(values)):
            raise ValueError("give each once, smallest first, as in 50,100,200")
        return values
