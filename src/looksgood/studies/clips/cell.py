"""The measured part of a cell of control: fresh episodes at each checkpoint, judged and filmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from looksgood.core.control import ControlWorld, Eye
from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.measures.episodes import Ending, episode_columns, episode_rows, point_row
from looksgood.optimizers.episodes import run_episodes
from looksgood.runs import CellFolder
from looksgood.studies.clips.films import VIEWS, film_episode
from looksgood.studies.clips.learning import Learning
from looksgood.studies.clips.settings import ClipSpec, EpisodeMeasureSpec


@dataclass(frozen=True)
class ClipCell:
    """Where a cell measures and what it writes. Positions count iterations."""

    spec: ClipSpec
    world: ControlWorld
    eye: Eye | None
    """The arm's own rater's; None where it cannot be computed what it sees."""
    others: Mapping[str, Eye]
    learning: Learning
    seed: Seed
    folder: CellFolder
    who: Mapping[str, Any]

    def record(self) -> dict[str, float]:
        """Measure the policy as it stands, commit it with the state to go on from; the means.

        Raises:
            ConfigError: an episode has no ending of that length, or films need an extra.
        """
        learning, spec = self.learning, self.spec.measure
        position = learning.trainer.position
        seed = self.seed.child("measure", position)
        episodes = run_episodes(self.world, learning.trainer.policy.act, spec.episodes, seed)
        columns = episode_columns(
            self.world,
            episodes,
            learning.reward,
            ending_of(spec, self.world),
            self.eye,
            self.others,
        )
        kind = self.spec.optimizer.kind if position else "base"
        how = {"optimizer": kind, "beta": None, "step": position, "n": None}
        how |= {f"channel.{name}": value for name, value in learning.spent().items()}
        can_film = spec.films and set(VIEWS) <= set(self.world.cameras)
        if can_film and position in self.spec.filmed:
            film_episode(self.world, episodes, columns, self.folder.path / "films", position)
        point = {**self.who, **how, **point_row(columns)}
        rows = [{**self.who, **how, **row} for row in episode_rows(columns)]
        self.folder.commit(position, learning.state(), points=[point], prompts=rows)
        return {name: point[name] for name in ("proxy", "rater", "gold") if name in point}


def ending_of(spec: EpisodeMeasureSpec, world: ControlWorld) -> Ending:
    """Return the part of each episode that is judged.

    Raises:
        ConfigError: an episode has no ending of that length.
    """
    steps = round(spec.ending_seconds / world.action_seconds)
    if not 1 <= steps <= world.steps:
        raise ConfigError(
            f"measure.ending_seconds = {spec.ending_seconds:g}: an episode of {world.name} lasts "
            f"{world.steps * world.action_seconds:g} s, an action {world.action_seconds:g} s; "
            "choose between them"
        )
    return Ending(steps, spec.every, spec.approve_above)
