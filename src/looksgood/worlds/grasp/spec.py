"""Settings of the world `grasp`: where the hand starts, its fingers, what pictures show."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from looksgood.core.errors import without_extra
from looksgood.core.seeds import Seed
from looksgood.core.spec import Spec

if TYPE_CHECKING:
    from looksgood.worlds.grasp.world import Grasp

Fingers = Literal["cupped", "paddle", "thin"]


class GraspSpec(Spec):
    """A hand that is to grasp a ball; raters see pictures of it, gold is whether it can lift it."""

    kind: Literal["grasp"] = "grasp"
    home: Annotated[
        Literal["shoulder", "above"],
        Field(description="start between the front camera and the ball, or above the table"),
    ] = "shoulder"
    fingers: Fingers = "cupped"
    shadow: Annotated[
        bool, Field(description="a light straight above casts shadows: they show where things are")
    ] = False
    picture_pixels: Annotated[
        int, Field(ge=16, le=480, description="height and width of the pictures that raters see")
    ] = 72
    steps: Annotated[int, Field(ge=16, description="actions per episode, of 0.05 s each")] = 60
    mjcf: Annotated[
        Path | None, Field(description="an MJCF of your own, with the names of scene.xml")
    ] = None

    @model_validator(mode="after")
    def _own_fingers(self) -> "GraspSpec":
        if self.mjcf is not None and self.fingers != "cupped":
            raise ValueError(
                f"fingers={self.fingers!r} changes our own scene; an MJCF of your own brings its "
                "own fingers: give one of fingers and mjcf"
            )
        return self

    def build(self, seed: Seed) -> "Grasp":  # noqa: ARG002 - each episode draws its own start
        """Return the world.

        Raises:
            ConfigError: the extra `control` is missing, or the MJCF lacks something by name.
        """
        try:
            import mujoco.rollout  # noqa: F401 - imports nothing of ours
        except ModuleNotFoundError as error:
            raise without_extra(f"kind={self.kind!r} needs", "control", error) from error
        from looksgood.worlds.grasp.scene import load_scene
        from looksgood.worlds.grasp.world import Grasp

        return Grasp(self, load_scene(self.mjcf, self.fingers, shadow=self.shadow))
