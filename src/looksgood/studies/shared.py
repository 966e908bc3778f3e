"""What cells of one seed share, and the names by which stages are found again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from looksgood.core.errors import ConfigError
from looksgood.core.records import Comparisons
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key
from looksgood.models.language_model import LanguageModel
from looksgood.models.load import load_tokenizer
from looksgood.rewards.quality import Quality, quality
from looksgood.runs import CellFolder, RunFolder, Stages
from looksgood.studies.bases import base_folder, base_key
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
        return self._pretrained_key(self.spec.policy)

    @property
    def compared_key(self) -> str:
        """What the model whose responses are compared depends on."""
        return self._pretrained_key(self.spec.compared or self.spec.policy)

    @property
    def body_key(self) -> str:
        """What the pretrained model that r̂ starts from depends on."""
        return self._pretrained_key(self.spec.reward_body or self.spec.policy)

    def comparisons_key(self, rounds: int) -> str:
        """What the comparisons of round number `rounds` depend on: all the rounds before."""
        spec = self.spec
        asked = spec.preferences.model_dump(mode="json", exclude={"rounds", "round_beta"})
        if rounds == 1:
            return content_key(self.compared_key, spec.rater.key, asked)
        how = spec.optimizer_at(spec.preferences.round_beta).key
        return content_key(self.reward_key(rounds - 1), how, spec.training_prompts, asked)

    def reward_key(self, rounds: int) -> str:
        """What r̂ of the first `rounds` rounds depends on: also the pool that sets its scale."""
        scale = self.spec.measure.prompts, self.spec.measure.pool
        return content_key(self.comparisons_key(rounds), self.body_key, self.spec.reward.key, scale)

    def cell(self, settings: Mapping[str, Any]) -> tuple[CellFolder, dict[str, Any]]:
        """Return the cell that a task's settings name, and the columns that say whose rows are."""
        key = content_key(self.reward_key(self.spec.preferences.rounds), self.spec.key)
        run = RunFolder.read(Path(settings["run"]))
        who = {name: settings[name] for name in ("study", "arm", "seed")}
        return run.cell(who["arm"], who["seed"], key), who

    def world(self) -> "World":
        """Build the world: it is cheap, so it is not stored."""
        return self.spec.world.build(self.seed.child("world"))

    def base(self, world: "World", tick: Tick | None = None) -> tuple[LanguageModel, Path]:
        """Return the base policy and the folder it lies in."""
        folder = self._pretrained(self.spec.policy, world, tick)
        return LanguageModel.load(folder, world.response_tokens), folder

    def compared(self, world: "World") -> LanguageModel:
        """Return the model whose responses are compared; by default the base.

        Raises:
            ConfigError: it writes other tokens than the base.
        """
        return LanguageModel.load(self.beside("compared", world), world.response_tokens)

    def body(self, world: "World") -> Path:
        """Return the folder of the model that r̂ starts from: pretrained on the base's corpus.

        Raises:
            ConfigError: it reads other tokens than the base writes.
        """
        return self.beside("reward_body", world)

    def beside(self, name: str, world: "World") -> Path:
        """Return the folder of a second model, by the setting that names it; else the base's.

        Raises:
            ConfigError: its tokens are not those of the base.
        """
        base = self._pretrained(self.spec.policy, world)
        policy = getattr(self.spec, name)
        if policy is None:
            return base
        folder = self._pretrained(policy, world)
        if load_tokenizer(folder).get_vocab() != load_tokenizer(base).get_vocab():
            raise ConfigError(
                f"{name}: its tokens are not those that the policy writes: give both the same kind "
                "of tokenizer"
            )
        return folder

    # ---- parts

    def _pretrained(self, policy: Any, world: "World", tick: Tick | None = None) -> Path:
        return base_folder(self.stages, self.spec.world, world, policy, self.seed, tick)

    def _pretrained_key(self, policy: Any) -> str:
        return base_key(self.spec.world, policy, self.seed)


def held_out_quality(reward: "FittedReward", held_out: Comparisons) -> Quality:
    """Return how well r̂ predicts comparisons of prompts it has not seen."""
    return quality(reward.margins(held_out), held_out.choice)
