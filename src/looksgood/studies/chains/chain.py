"""A chain: policies one after another, each trained from a base against the r̂ of its turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Comparisons, Prompt, Samples
from looksgood.core.seeds import Seed
from looksgood.core.spec import content_key
from looksgood.measures.point import Point, measure
from looksgood.models.language_model import LanguageModel
from looksgood.rewards.build import load_reward, save_reward
from looksgood.runs import CellFolder
from looksgood.runs.worker import Emit
from looksgood.studies.asking import SimulatedAsker
from looksgood.studies.chains.settings import ChainSpec
from looksgood.studies.panels.judges import PanelJudges
from looksgood.studies.rounds import Rounds
from looksgood.studies.selected import BASE
from looksgood.studies.shared import Shared
from looksgood.studies.to_the_end import train_to_the_end

if TYPE_CHECKING:
    from looksgood.core.protocols import FittedReward, Rater, World

Columns = Mapping[str, Float[Tensor, " prompts"]]


@dataclass(frozen=True)
class Trained:
    """The policy of one turn."""

    policy: LanguageModel
    base: LanguageModel
    """What it was trained from, and what its KL is measured from."""
    reward: "FittedReward"
    """What it was trained against."""
    key: str
    """Stands for all that it depends on."""


Beside = Callable[[Trained, Point], Columns]
"""More columns of a measured point, by prompt."""


@dataclass(frozen=True)
class Chain:
    """What the turns of a cell have in common. The points of turn t are committed at position t.

    r̂ and the policy of each turn are stages, named by all that went before. So a cell that was
    killed finds them again, and arms that begin alike share what they have in common.
    """

    spec: ChainSpec
    shared: Shared
    world: "World"
    base: LanguageModel
    rater: "Rater"
    held_out: list[Prompt]
    pool: Samples
    """Base responses to them: every score is standardised on these."""
    folder: CellFolder
    who: Mapping[str, Any]
    emit: Emit
    measured: int
    """The last turn that an earlier, killed process committed; −1: not even the base."""

    @classmethod
    def of_cell(
        cls,
        spec: ChainSpec,
        shared: Shared,
        folder: CellFolder,
        who: Mapping[str, Any],
        emit: Emit,
    ) -> "Chain":
        """Prepare the chain of one arm and seed."""
        world, seed = shared.world(), shared.seed
        base, _ = shared.base(world)
        rater = spec.rater.build(world.weights)
        held_out = world.prompts(spec.measure.prompts, seed.child("held-out"))
        pool = base.sample(held_out, spec.measure.pool, seed.child("pool"))
        went = folder.resume()
        measured = -1 if went is None else went.position
        return cls(spec, shared, world, base, rater, held_out, pool, folder, who, emit, measured)

    @property
    def seed(self) -> Seed:
        """The root of all draws: arms of a seed share those that are not of the arm."""
        return self.shared.seed

    def first_comparisons(self) -> tuple[Comparisons, Comparisons]:
        """Return what people answered about base responses: to train on, and held out."""
        body = self.shared.body(self.world)
        asker = SimulatedAsker(self.rater, self.world, self.spec.preferences)
        return Rounds(self.shared, self.world, self.base, body, asker, self.pool).comparisons()

    def reward(self, key: str, train: Comparisons) -> "FittedReward":
        """Return r̂, fitted to `train`, which `key` stands for.

        Every turn draws the same new head, so that what differs is what was asked.
        """
        spec, tokens = self.spec.reward, self.world.response_tokens
        body, seed = self.shared.body(self.world), self.seed.child("reward")
        folder = self.shared.stages.once(
            "reward",
            key,
            lambda path: save_reward(path, spec, body, train, self.pool, tokens, seed),
        )
        return load_reward(folder, spec, tokens)

    def train(self, turn: int, against: "FittedReward", key: str, start: str = "policy") -> Trained:
        """Return the policy of a turn, trained against r̂, which `key` stands for.

        `start` names the setting that holds its base.
        """
        spec, tokens = self.spec, self.world.response_tokens
        base = self.base
        if start != "policy":
            base = LanguageModel.load(self.shared.beside(start, self.world), tokens)
        optimizer = spec.optimizer_at(spec.beta)
        own = content_key(key, getattr(spec, start).key, optimizer.key, spec.training_prompts, turn)
        folder = self.shared.stages.once(
            "policy", own, lambda path: self._optimised(turn, base, against).save(path)
        )
        return Trained(LanguageModel.load(folder, tokens), base, against, own)

    def record(self, turn: int, trained: Trained, beside: Beside) -> None:
        """Measure the policy of a turn, before the first also the base, and commit; once only."""
        if turn == 1 and self.measured < 0:
            self._record(0, replace(trained, policy=self.base, base=self.base), beside)
        if self.measured < turn:
            self._record(turn, trained, beside)

    # ---- parts

    def _optimised(self, turn: int, base: LanguageModel, against: "FittedReward") -> LanguageModel:
        """Train a policy.

        Raises:
            NotFinite: names the turn and the step.
        """
        spec, seed = self.spec, self.seed.child("turn", turn)
        prompts = self.world.prompts(spec.training_prompts, seed.child("prompts"))
        optimizer = spec.optimizer_at(spec.beta)
        trainer = optimizer.build(base, against, prompts, seed.child("optimize"))
        steps = spec.optimizer.steps

        def tick(position: int, scalars: Mapping[str, float]) -> None:
            at = (turn - 1) * steps + position
            self.emit(step=at, total=spec.turns * steps, scalars={**scalars, "turn": turn})

        train_to_the_end(trainer, steps, f"turn {turn} of {spec.turns}", tick)
        return trainer.policy

    def _record(self, turn: int, trained: Trained, beside: Beside) -> None:
        spec = self.spec
        point, samples = measure(
            trained.policy,
            trained.base,
            PanelJudges.with_panel(spec.panel, self.pool, self.world, self.rater, trained.reward),
            self.held_out,
            spec.measure.k,
            self.seed.child("measure", turn),
            keep_prompts=spec.measure.keep_prompts,
        )
        point.columns.update(beside(trained, point))
        how = {"optimizer": spec.optimizer.kind, "beta": spec.beta, "step": turn, "n": None}
        names = {**self.who, **(how if turn else BASE)}
        self.folder.commit(
            turn,
            {},
            points=[{**names, **point.row()}],
            prompts=[{**names, **row} for row in point.prompt_rows()],
            samples=[{**names, **row} for row in samples],
        )
        measured = {name: float(column.mean()) for name, column in point.columns.items()}
        steps = spec.optimizer.steps
        self.emit(step=turn * steps, total=spec.turns * steps, scalars=measured)
