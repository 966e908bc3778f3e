"""Rounds of comparisons: of the base first, then of a policy optimised against r̂ so far."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from looksgood.core.records import Comparisons, Samples
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
from looksgood.preferences.files import read_comparisons, write_comparisons
from looksgood.preferences.pairing import pair_within_prompt
from looksgood.preferences.split import split_by_prompt
from looksgood.rewards.build import load_reward, save_reward
from looksgood.studies.asking import Asker
from looksgood.studies.shared import Shared
from looksgood.studies.to_the_end import train_to_the_end

if TYPE_CHECKING:
    from looksgood.core.protocols import FittedReward, World


@dataclass(frozen=True)
class Rounds:
    """What one asker is answered, round by round, and r̂ fitted to all rounds so far."""

    shared: Shared
    world: "World"
    base: LanguageModel
    """Whose responses are compared; later rounds compare those of policies trained from it."""
    body: Path
    """The folder of the model that r̂ starts from."""
    asker: Asker
    pool: Samples
    """Base samples, on which r̂ is standardised."""

    def comparisons(self) -> tuple[Comparisons, Comparisons]:
        """Return what was answered in all rounds: to train on, and held out."""
        return self._until(self.shared.spec.preferences.rounds)

    def reward(self, train: Comparisons) -> "FittedReward":
        """Return r̂, fitted to what all rounds have to train on."""
        return self._reward(self.shared.spec.preferences.rounds, train)

    # ---- parts

    def _until(self, rounds: int) -> tuple[Comparisons, Comparisons]:
        spec, seed = self.shared.spec.preferences, self.shared.seed.child("preferences")
        asked = reduce(Comparisons.and_then, [self._asked(i + 1) for i in range(rounds)])
        train, held_out = split_by_prompt(asked.pairs.prompts, spec.validation, seed.child("split"))
        return asked.take(train), asked.take(held_out)

    def _asked(self, number: int) -> Comparisons:
        """Return the answers of one round; what it needs of earlier ones is made where missing."""
        shared = self.shared
        policy = (lambda: self.base) if number == 1 else (lambda: self._optimised(number - 1))
        folder = shared.stages.once(
            "comparisons",
            shared.comparisons_key(number),
            lambda path: write_comparisons(path / "comparisons.parquet", self._ask(number, policy)),
        )
        return read_comparisons(folder / "comparisons.parquet").comparisons

    def _ask(self, number: int, policy: Callable[[], LanguageModel]) -> Comparisons:
        spec = self.shared.spec.preferences
        seed = _of_round(self.shared.seed.child("preferences"), number)
        prompts = self.world.prompts(spec.prompts, seed.child("prompts"))
        samples = policy().sample(prompts, spec.samples_per_prompt, seed.child("samples"))
        pairs, _, _ = pair_within_prompt(samples, spec.pairs_per_prompt, seed.child("pairs"))
        name = f"seed{self.shared.seed.path[0]}-round{number}"
        return self.asker.ask(pairs, name, seed.child("labels"))

    def _optimised(self, rounds: int) -> LanguageModel:
        """Return a policy optimised against r̂ of the first `rounds` rounds.

        Raises:
            NotFinite: names the round and the step.
        """
        spec, seed = self.shared.spec, self.shared.seed.child("round", rounds)
        train, _ = self._until(rounds)
        trainer = spec.optimizer_at(spec.preferences.round_beta).build(
            self.base,
            self._reward(rounds, train),
            self.world.prompts(spec.training_prompts, seed.child("prompts")),
            seed.child("optimize"),
        )
        what = f"optimising the policy that round {rounds + 1} of comparisons asks about"
        train_to_the_end(trainer, spec.optimizer.steps, what)
        return trainer.policy

    def _reward(self, rounds: int, train: Comparisons) -> "FittedReward":
        shared, tokens = self.shared, self.world.response_tokens
        spec, seed = shared.spec.reward, _of_round(shared.seed.child("reward"), rounds)
        folder = shared.stages.once(
            "reward",
            shared.reward_key(rounds),
            lambda path: save_reward(path, spec, self.body, train, self.pool, tokens, seed),
        )
        return load_reward(folder, spec, tokens)


def _of_round(seed: Seed, number: int) -> Seed:
    """Return a round's seed. The first round's is the same whether others follow or not."""
    return seed if number == 1 else seed.child("round", number)
