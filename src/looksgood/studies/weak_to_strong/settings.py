"""Settings of weak-to-strong: what is judged, who supervises, which student is taught."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator

from looksgood.core.spec import Kind, Spec
from looksgood.policies.spec import SmallSpec
from looksgood.raters.people_spec import simulated
from looksgood.rewards.spec import ConfidentSpec
from looksgood.worlds.almanac.spec import AlmanacSpec, FamilyShares

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, lt=1)]

TEACHABLE = AlmanacSpec(
    places=48,
    misconceptions=0.4,
    expert_readers=0.75,
    families=FamilyShares(fact=0.75, source=0.25, choice=0.0, opinion=0.0),
)
"""A web whose readers mostly know better than an ordinary rater, so that whoever has read it has
something to be elicited; enough facts to be taught and examined on, and enough that people get
wrong. Opinions and advice are left out: facts are learned sooner where nothing else is asked."""
SMALLEST = SmallSpec(width=16, epochs=3.0, learning_rate=1e-2)
TEACHING = ConfidentSpec(confidence=0.0, epochs=4.0, batch=4, learning_rate=1e-3)


class WeakToStrongSpec(Spec):
    """Who labels, how, and who is taught by it; the facts of teaching and examination differ."""

    world: AlmanacSpec = TEACHABLE
    task: Annotated[
        Literal["claims", "comparisons"],
        Field(description="is this answer good; or which of two responses is better"),
    ] = "claims"
    supervisor: Annotated[
        Literal["truth", "model", "rater"],
        Field(description="who labels; truth: the ceiling"),
    ] = "model"
    noise: Annotated[
        bool, Field(description="as many labels are wrong as the supervisor's, but any of them")
    ] = False
    student: SmallSpec = SMALLEST
    fit: ConfidentSpec = TEACHING
    weak_model: SmallSpec = SMALLEST
    weak_fit: ConfidentSpec = TEACHING
    rater: Annotated[Any, Kind("raters"), AfterValidator(simulated)] = Field(
        default={"kind": "ordinary"}, validate_default=True
    )
    supervisors_facts: Annotated[
        Share, Field(description="share of facts whose truth the weak model is told")
    ] = 0.2
    students_facts: Annotated[Share, Field(description="share of facts that are labelled")] = 0.4
    answers: Annotated[int, Field(ge=2, multiple_of=2, description="claims: on each fact")] = 24
    believed: Annotated[
        float, Field(ge=0, le=1, description="claims: share of falsehoods that people believe")
    ] = 0.5
    writer: SmallSpec = SmallSpec(epochs=3.0)
    """Comparisons: whose responses are compared."""
    prompts: Annotated[Count, Field(description="comparisons: on each fact")] = 8
    samples_per_prompt: Annotated[int, Field(ge=2)] = 6
    pairs_per_prompt: Count = 3

    @field_validator("students_facts")
    @classmethod
    def _leaves_an_examination(cls, share: float, info: Any) -> float:
        taken = info.data.get("supervisors_facts", 0.0) + share
        if taken >= 1:
            raise ValueError(
                f"with supervisors_facts={info.data['supervisors_facts']} no fact is left to be "
                "examined on: give less than 1 together"
            )
        return share
