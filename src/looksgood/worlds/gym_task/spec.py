"""Settings of a task of gymnasium: which one, and how long its episodes are."""

from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from looksgood.core.errors import without_extra
from looksgood.core.seeds import Seed
from looksgood.core.spec import Spec

if TYPE_CHECKING:
    from looksgood.worlds.gym_task.world import GymTask

Task = Literal["Reacher-v5", "Hopper-v5"]
USUAL_STEPS: dict[str, int] = {"Reacher-v5": 50, "Hopper-v5": 1000}


class GymTaskSpec(Spec):
    """A MuJoCo task of gymnasium with its own reward as the truth, in episodes of one length.

    Hopper does not end when it falls: the end would tell a learner what no comparison said.

    Source: Christiano et al. (2017), arXiv:1706.03741 appendix A, who removed such endings.
    """

    kind: Literal["gym_task"] = "gym_task"
    task: Task = "Reacher-v5"
    steps: Annotated[
        int | None, Field(ge=1, description="actions per episode; none given: the task's own")
    ] = None

    def build(
        self,
        seed: Seed,  # noqa: ARG002 - every world takes one; gymnasium leaves nothing to chance
    ) -> "GymTask":
        """Return the world.

        Raises:
            ConfigError: the extra `control` is missing.
        """
        try:
            for needed in ("mujoco", "imageio", "gymnasium"):
                import_module(needed)
        except ModuleNotFoundError as error:
            raise without_extra(f"kind={self.kind!r} needs", "control", error) from error
        from looksgood.worlds.gym_task.world import GymTask

        return GymTask(self.task, self.steps or USUAL_STEPS[self.task])
