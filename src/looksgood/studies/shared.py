"""Stages that cells share (base, comparisons, reward model): computed once, found by content."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.core.records import Comparisons, Samples
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key
from looksgood.models.language_model import LanguageModel
from looksgood.preferences.files import read_comparisons, write_comparisons
from looksgood.preferences.labels import draw_labels
from looksgood.preferences.pairing import pair_within_prompt
from looksgood.preferences.split import split_by_prompt
from looksgood.rewards.build import load_reward, save_reward
from looksgood.rewards.quality import Quality, quality
from looksgood.runs import Stages
from looksgood.studies.settings import SweepSpec

if TYPE_CHECKING:
    from looksgood.core.protocols import FittedReward, Rater, World

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

    @property
    def comparisons_key(self) -> str:
        """What the comparisons depend on."""
        spec = self.spec
        return content_key(self.base_key, spec.rater.key, spec.preferences.key)

    @property
    def reward_key(self) -> str:
        """What r̂ depends on."""
        return content_key(self.comparisons_key, self.spec.reward.key)

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

    def comparisons(
        self, world: "World", base: LanguageModel, rater: "Rater"
    ) -> tuple[Comparisons, Comparisons]:
        """Return what the rater answered about base samples: to train on, and held out."""
        spec, seed = self.spec.preferences, self.seed.child("preferences")

        def ask(path: Path) -> None:
            prompts = world.prompts(spec.prompts, seed.child("prompts"))
            samples = base.sample(prompts, spec.samples_per_prompt, seed.child("samples"))
            pairs, first, second = pair_within_prompt(
                samples, spec.pairs_per_prompt, seed.child("pairs")
            )
            channels = world.channels(samples.prompt_of, samples.texts)
            answers = rater.prob_first(channels.rows(first), channels.rows(second))
            choice = draw_labels(answers, seed.child("labels"), spec.tie_logit, spec.cant_tell)
            write_comparisons(path / "comparisons.parquet", Comparisons(pairs, choice))

        folder = self.stages.once("comparisons", self.comparisons_key, ask)
        answered = read_comparisons(folder / "comparisons.parquet").comparisons
        train, held_out = split_by_prompt(
            answered.pairs.prompts, spec.validation, seed.child("split")
        )
        return answered.take(train), answered.take(held_out)

    def reward(
        self,
        base_folder: Path,
        train: Comparisons,
        base_samples: Samples,
        response_tokens: int,
    ) -> "FittedReward":
        """Return r̂, fitted to `train` and standardised on `base_samples`."""
        seed = self.seed.child("reward")
        folder = self.stages.once(
            "reward",
            self.reward_key,
            lambda path: save_reward(
                path, self.spec.reward, base_folder, train, base_samples, response_tokens, seed
            ),
        )
        return load_reward(folder, self.spec.reward, response_tokens)


def held_out_quality(reward: "FittedReward", held_out: Comparisons) -> Quality:
    """Return how well r̂ predicts comparisons of prompts it has not seen."""
    return quality(reward.margins(held_out), held_out.choice)
