"""Settings of comparisons of clips: how clips are cut, which are asked about, and when."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from looksgood.core.spec import Spec


class LabelSchedule(Spec):
    """How many comparisons are asked for before each iteration of training.

    `first` before iteration 0, of a policy that has learned nothing; then `per`, at a rate that
    falls as `halves_at` says, before every `every`-th iteration, until there are `total`.
    """

    first: Annotated[int, Field(ge=1)] = 300
    per: Annotated[int, Field(ge=0)] = 30
    every: Annotated[int, Field(ge=1)] = 1
    total: Annotated[int, Field(ge=1)] = 1620
    halves_at: Annotated[
        int | None,
        Field(
            ge=1, description="iteration h at which h / (i + h) has halved the rate; null: never"
        ),
    ] = 30
    """Source of the anneal: Christiano et al. (2017), arXiv:1706.03741 appendix A.1, where the
    rate after T frames is 2·10⁶ / (T + 2·10⁶)."""

    @model_validator(mode="after")
    def _reaches_first(self) -> "LabelSchedule":
        if self.total < self.first:
            raise ValueError(f"total={self.total} is below first={self.first}: raise total")
        return self

    def by(self, iteration: int) -> int:
        """Return how many there are when `iteration` (from 0) trains."""
        rounds = range(self.every, iteration + 1, self.every)
        h = self.halves_at
        later = self.per * (len(rounds) if h is None else sum(h / (i + h) for i in rounds))
        return min(self.total, self.first + int(later))


class ClipQueriesSpec(Spec):
    """Pairs of clips of `steps` actions, of which raters and r̂ see each `every`-th frame.

    All pairs are equally likely, unless `pick` says "disagreement": then those are asked about,
    of `candidates` times as many, on which the members of r̂ differ most.

    Source: Christiano et al. (2017), arXiv:1706.03741 §2.2.4, who pick by disagreement and say
    that in some tasks this impairs performance.
    """

    steps: Annotated[int, Field(ge=1, description="actions")] = 20
    every: Annotated[int, Field(ge=1, description="frames")] = 4
    candidates: Annotated[int, Field(ge=1, description="random pairs per pair asked about")] = 3
    pick: Literal["disagreement", "random"] = "random"
    schedule: LabelSchedule = LabelSchedule()
    shifted: Annotated[
        float, Field(ge=0, description="episodes with a motor shifted, per ordinary one")
    ] = 1.0
    """Clips are cut from both: a policy that always does the same shows raters nothing else, and r̂
    never hears that opening the fingers is better where they never open."""
    shift_sd: Annotated[float, Field(ge=0, description="of the shift, in whole commands")] = 2.0
    shift_motors: Annotated[
        tuple[Annotated[int, Field(ge=0)], ...] | None,
        Field(min_length=1, description="which may be shifted, from 0; null: any"),
    ] = None
