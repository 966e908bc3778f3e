"""What cells of one seed share, and the names by which stages are found again."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.core.records import Comparisons
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key
from looksgood.models.language_model import LanguageModel
from looksgood.rewards.quality import Quality, quality
from looksgood.runs import Stages
from looksgood.studies.settings import SweepSpec

if TYPE_CHECKING:
    from looksgood.core.protocols import FittedReward, World

Tick = Callable[[int, int, float], None]


@dataclass(frozen=True)
class Shared:
    """The shared stages of one seed of one arm, in the run folder `stages`."""

    spec: SweepSpec
    seed: Seed
    stages: Stages

    @property
    def base_key(self) -> str:
        """What the base depends on."""
        return content_key("base", self.spec.world.key, self.spec.policy.key, self.seed.path)

    def comparisons_key(self, rounds: int) -> str:
        """What the comparisons of round number `rounds` depend on: all the rounds before."""
        spec = self.spec
        asked = spec.preferences.model_dump(mode="json", exclude={"rounds", "round_beta"})
        if rounds == 1:
            return content_key(self.base_key, spec.rater.key, asked)
        how = spec.optimizer_at(spec.preferences.round_beta).key
        return content_key(self.reward_key(rounds - 1), how, spec.training_prompts, asked)

    def reward_key(self, rounds: int) -> str:
        """What r̂ of the first `rounds` rounds depends on."""
        return content_key(self.comparisons_key(rounds), self.spec.reward.key)

    def world(self) -> "World":
        """Build the world: it is cheap, so it is not stored."""
        return self.spec.world.build(self.seed.child("world"))

    def base(self, world: "World", tick: Tick | None = None) -> tuple[LanguageModel, Path]:
        """Return the base policy and the folder it lies in."""
        seed = self.seed.child("policy")
        build = self.spec.policy.build
        folder = self.stages.once(
            "base", self.base_key, lambda path: build(world, seed, tick).save(path)
        )
        return LanguageModel.load(folder, world.response_tokens), folder


def held_out_quality(reward: "FittedReward", held_out: Comparisons) -> Quality:
    """Return how well r̂ predicts comparisons of prompts it has not seen."""
    return quality(reward.margins(held_out), held_out.choice)
