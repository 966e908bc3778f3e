"""The measured part of a cell: best-of-n from a pool, then RL runs, each committed as it goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from looksgood.core.errors import NotFinite
from looksgood.core.protocols import Trainer
from looksgood.core.records import Prompt, Samples
from looksgood.core.seeds import Seed
from looksgood.measures.judges import Judges
from looksgood.measures.point import Point, Row, measure
from looksgood.models.language_model import LanguageModel
from looksgood.optimizers.tilt import frontier_points
from looksgood.runs import CellFolder, Progress
from looksgood.runs.worker import Emit
from looksgood.studies.selected import BASE, best_of_all_rows, best_of_n_points, by_response
from looksgood.studies.settings import SweepSpec


@dataclass(frozen=True)
class Sweep:
    """Where a cell measures and what it writes. Positions count RL steps over all penalties."""

    spec: SweepSpec
    base: LanguageModel
    judges: Judges
    held_out: list[Prompt]
    seed: Seed
    folder: CellFolder
    who: Mapping[str, Any]
    emit: Emit

    @property
    def steps(self) -> int:
        """RL steps under each penalty."""
        return self.spec.optimizer.steps

    @property
    def total(self) -> int:
        """The cell's last position."""
        return 1 + len(self.spec.penalties) * self.steps

    def measure_base(self, pool: Samples) -> None:
        """Record the base itself, and what its pool tells: best-of-n, the KL-optimal frontier."""
        kept = self.spec.measure.keep_prompts
        point, samples = measure(
            self.base,
            self.base,
            self.judges,
            self.held_out,
            self.spec.measure.k,
            self.seed.child("measure", "base"),
            keep_prompts=kept,
        )
        points = [self._row(BASE, point)]
        prompts = self._prompt_rows(BASE, point)
        judged = self.judges.judge(pool)
        for how, point in best_of_n_points(pool, judged, self.spec.best_of):
            points.append(self._row(how, point))
            prompts += self._prompt_rows(how, point)
        for beta, columns in frontier_points(by_response(judged), pool.k, self.spec.frontier_betas):
            how = {"optimizer": "frontier", "beta": beta, "step": 0, "n": None}
            point = Point(tuple(self.held_out), pool.k, columns)
            points.append(self._row(how, point))
            prompts += self._prompt_rows(how, point)
        self.folder.commit(
            1,
            {},
            points=points,
            prompts=prompts,
            samples=[
                *({**self.who, **BASE, **row} for row in samples),
                *({**self.who, **row} for row in best_of_all_rows(pool, judged, kept)),
            ],
        )
        self.emit(step=1, total=self.total, scalars={})

    def is_past(self, first: int, went: Progress | None) -> bool:
        """Return whether the penalty that begins at position `first` was run to its end."""
        return went is not None and went.position >= first + self.steps

    def optimize(self, trainer: Trainer, beta: float, first: int, went: Progress | None) -> None:
        """Run one penalty to its end, from where the cell stands; measure at its checkpoints.

        Raises:
            NotFinite: names the penalty, the step and the last checkpoint that is good.
        """
        done = max(went.position - first, 0) if went else 0
        if went and done:
            trainer.restore(went.tensors)
        good = done
        while trainer.position < self.steps:
            try:
                scalars = trainer.step()
                at = first + trainer.position
                self.emit(step=at, total=self.total, scalars={**scalars, "penalty": beta})
                if trainer.position in self._checkpoints():
                    self._record(trainer, beta, at)
                    good = trainer.position
            except NotFinite as error:
                raise NotFinite(
                    f"penalty {beta:g}, {trainer.position} of {self.steps} steps taken: {error}; "
                    f"the last good checkpoint is step {good}"
                ) from error

    def _checkpoints(self) -> set[int]:
        """The steps that are measured: evenly spaced, the last among them."""
        count = min(self.spec.measure.checkpoints, self.steps)
        return {round(self.steps * (i + 1) / count) for i in range(count)}

    def _record(self, trainer: Trainer, beta: float, position: int) -> None:
        """Measure the policy as it stands and commit it with the state to go on from."""
        last = trainer.position == self.steps
        point, samples = measure(
            trainer.policy,  # pyright: ignore[reportArgumentType]
            self.base,
            self.judges,
            self.held_out,
            self.spec.measure.k,
            self.seed.child("measure", self.who["arm"], str(beta), trainer.position),
            keep_prompts=self.spec.measure.keep_prompts if last else 0,
        )
        how = {
            "optimizer": self.spec.optimizer.kind,
            "beta": beta,
            "step": trainer.position,
            "n": None,
        }
        self.folder.commit(
            position,
            {} if last else trainer.state(),
            points=[self._row(how, point)],
            prompts=self._prompt_rows(how, point),
            samples=[{**self.who, **how, **row} for row in samples],
        )
        measured = {name: float(column.mean()) for name, column in point.columns.items()}
        self.emit(step=position, total=self.total, scalars=measured)

    def _row(self, how: Row, point: Point) -> Row:
        return {**self.who, **how, **point.row()}

    def _prompt_rows(self, how: Row, point: Point) -> list[Row]:
        return [{**self.who, **how, **row} for row in point.prompt_rows()]
