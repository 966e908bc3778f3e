"""Settings of the studies in which a body learns from comparisons of clips."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from looksgood.core.spec import Kind, Spec
from looksgood.optimizers.control_spec import OnPolicySpec
from looksgood.preferences.clip_spec import ClipQueriesSpec
from looksgood.raters.people_spec import PeopleSpec
from looksgood.raters.picture_spec import PictureSpec
from looksgood.raters.spec import CoinSpec, OracleSpec
from looksgood.rewards.clips.spec import ClipEnsembleSpec, ClipGoldSpec, ClipRandomSpec

Count = Annotated[int, Field(ge=1)]
FINGERS = (3, 4)
"""The motors of the hand's fingers. A policy that never opens them, or never shuts them, shows
raters nothing else. Shifting the hand too would take it to the ball, where a policy with one
camera does not go by itself: log/2026-11-24-ball-and-camera.md."""
FITTING = {
    "rater": (PictureSpec, OracleSpec, CoinSpec, PeopleSpec),
    "reward": (ClipEnsembleSpec, ClipRandomSpec, ClipGoldSpec),
    "optimizer": (OnPolicySpec,),
}
"""Which settings of each part know clips and bodies; others of the same group know texts."""


class EpisodeMeasureSpec(Spec):
    """What is measured at each checkpoint, and what is filmed."""

    checkpoints: Annotated[Count, Field(description="beside the start, evenly spaced")] = 10
    episodes: Annotated[int, Field(ge=2, description="fresh ones at each")] = 64
    ending_seconds: Annotated[float, Field(gt=0, description="what is judged of each")] = 0.8
    every: Annotated[Count, Field(description="frames: one in so many is judged")] = 4
    approve_above: Annotated[
        float, Field(ge=0, le=1, description="mean enclosure seen that a rater calls a success")
    ] = 0.7
    films: Annotated[bool, Field(description="film the start, the middle and the end")] = True


class ClipSpec(Spec):
    """A policy from scratch, clips compared as it learns, r̂ fitted to the answers."""

    world: Annotated[Any, Kind("worlds")] = Field(default={"kind": "grasp"}, validate_default=True)
    rater: Annotated[Any, Kind("raters")] = Field(
        default={"kind": "picture"}, validate_default=True
    )
    preferences: ClipQueriesSpec = ClipQueriesSpec(shift_motors=FINGERS)
    reward: Annotated[Any, Kind("rewards")] = Field(
        default={"kind": "clip_ensemble"}, validate_default=True
    )
    optimizer: Annotated[Any, Kind("optimizers")] = Field(
        default={"kind": "trpo"}, validate_default=True
    )
    iterations: Annotated[Count, Field(description="batches of episodes")] = 130
    measure: EpisodeMeasureSpec = EpisodeMeasureSpec()

    @model_validator(mode="after")
    def _knows_clips(self) -> "ClipSpec":
        for part, classes in FITTING.items():
            chosen = getattr(self, part)
            if not isinstance(chosen, classes):
                raise ValueError(
                    f"{part}.kind={chosen.kind!r} judges or writes texts; a body that moves needs "
                    "one for clips, such as those of ball-and-camera"
                )
        if isinstance(self.rater, PeopleSpec) and self.rater.votes > 1:
            raise ValueError(
                f"rater.votes = {self.rater.votes}: members of r̂ of clips hold out single answers, "
                "so a second vote of a pair would tell them what they are examined on; give 1, and "
                "ask about more pairs"
            )
        if getattr(self.rater, "shadow", False) and not getattr(self.world, "shadow", False):
            raise ValueError("rater.shadow looks at shadows that the world does not draw: set both")
        return self

    @property
    def checkpoints(self) -> tuple[int, ...]:
        """The iterations after which a policy is measured, beside the start."""
        count = min(self.measure.checkpoints, self.iterations)
        return tuple(round(self.iterations * (i + 1) / count) for i in range(count))

    @property
    def filmed(self) -> frozenset[int]:
        """The start, the checkpoint in the middle, and the last."""
        return frozenset((0, self.checkpoints[(len(self.checkpoints) - 1) // 2], self.iterations))
