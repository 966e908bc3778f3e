"""Settings of design-loop: who looks at what a policy says, at how much, and what is done then."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from looksgood.core.spec import Kind, OptionalKind, Spec
from looksgood.raters.people_spec import simulated
from looksgood.studies.chains.settings import ChainSpec


class AuditSpec(Spec):
    """The auditor takes or leaves outputs one by one; what is left is flagged, and fixed at once.

    Every answer costs a label: one for each look, one for each comparison. When they are spent the
    audit is over.
    """

    who: Annotated[
        Any,
        Kind("raters"),
        AfterValidator(simulated),
        Field(description="who looks, and compares"),
    ] = Field(default="expert", validate_default=True)
    labels: Annotated[int, Field(ge=0, description="answers in each round; 0: nobody looks")] = 200
    per_flag: Annotated[
        int, Field(ge=1, description="comparisons at the prompt of each flagged output")
    ] = 4
    fix: Annotated[
        Literal["compare", "against"],
        Field(
            description="compare: the auditor says which is better; against: nobody is asked, "
            "the flagged output counts as the worse"
        ),
    ] = "compare"
    unaudited: Annotated[
        tuple[str, ...], Field(description="families of prompts at which no audit looks")
    ] = ("opinion",)
    everywhere: Annotated[bool, Field(description="a control: look at those, too")] = False

    @property
    def skipped(self) -> frozenset[str]:
        """The families that this audit skips."""
        return frozenset() if self.everywhere else frozenset(self.unaudited)


class LoopSpec(ChainSpec):
    """Train, look, fix, train again: each round's r̂ is fitted to all that was asked so far.

    The policy of each round starts from the base again, as in Bai et al. (2022), arXiv:2204.05862
    §4.5.
    """

    audit: AuditSpec = AuditSpec()
    weaker: Annotated[
        Any,
        OptionalKind("policies"),
        Field(description="what the first rounds train instead of the policy; null: the policy"),
    ] = None
    weaker_turns: Annotated[int, Field(ge=1, description="how many of them, if any")] = 3

    @model_validator(mode="after")
    def _grows(self) -> "LoopSpec":
        if self.weaker is not None and self.weaker_turns >= self.turns:
            raise ValueError(
                f"weaker_turns={self.weaker_turns} leaves none of {self.turns} turns to the policy"
            )
        return self
