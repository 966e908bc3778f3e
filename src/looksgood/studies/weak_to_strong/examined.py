"""What students, supervisors and ceilings answered in examinations, resampled together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.measures.ratio import ratio
from looksgood.measures.recovered_gap import Gap, gap_recovered
from looksgood.measures.resample import Resampled, resample, table_of
from looksgood.studies.arms import complete_arms, numbered

Curves = dict[str, np.ndarray]

ACCURACY = "channel.accuracy"
"""Share of an examination's questions that the student answers as the truth does."""
SUPERVISOR = "channel.supervisor_accuracy"
"""The same of its supervisor."""
ZERO_SHOT = "channel.zero_shot_accuracy"
"""The same of the student before it is taught, by what it expects readers to reply."""
SHARED = "channel.errors_shared"
"""Share of questions that student and supervisor both get wrong."""
PARAMETERS = "channel.student_parameters"
LABELS = "channel.label_accuracy"
"""Share of the labels that the student is taught that are right."""
COLUMNS = (ACCURACY, SUPERVISOR, ZERO_SHOT, SHARED)
"""What is measured on every fact; the others are one number for a student."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A student by its arm, with the arms that say what it could have and should have learned."""

    student: str
    weak: str
    """The arm whose supervisor is the weak one. Noise is as often wrong as that one."""
    ceiling: str
    """The arm of the same student taught by the truth."""


@dataclass(frozen=True)
class Examined:
    """All arms that have every seed, over seeds and the facts examined on."""

    columns: Resampled
    """By column: shape (..., arms)."""
    places: Mapping[str, int]

    @classmethod
    def of_rows(cls, rows: Iterable[dict[str, Any]]) -> "Examined":
        """Read per-fact rows.

        Raises:
            TooFew: no arm is complete, or there is one seed.
        """
        rows = [{**row, "point": row["arm"]} for row in rows]
        arms = complete_arms(rows)
        if not arms:
            raise TooFew("no cell is complete")
        kept = numbered(row for row in rows if row["arm"] in set(arms))
        tables = {name: table_of(kept, arms, name) for name in COLUMNS}
        return cls(resample(tables, Seed(("bootstrap",))), {arm: i for i, arm in enumerate(arms)})

    def at(self, curves: Curves, column: str, arm: str) -> np.ndarray:
        """Return an arm's column: (...)."""
        return np.asarray(curves[column][..., self.places[arm]])

    def recovered(self, curves: Curves, who: Taught) -> np.ndarray:
        """Return the share of the gap between supervisor and ceiling that a student recovers."""
        return gap_recovered(
            self.at(curves, ACCURACY, who.student),
            self.at(curves, SUPERVISOR, who.weak),
            self.at(curves, ACCURACY, who.ceiling),
        )

    def agreement_on_errors(self, curves: Curves, arm: str) -> np.ndarray:
        """Return the share of its supervisor's errors that a student makes too."""
        errors = np.asarray(1 - self.at(curves, SUPERVISOR, arm))
        return ratio(self.at(curves, SHARED, arm), errors)

    def missing(self, curves: Curves, who: Taught) -> np.ndarray:
        """Return the ceiling less the supervisor: the gap, as a share of questions."""
        ceiling = self.at(curves, ACCURACY, who.ceiling)
        return np.asarray(ceiling - self.at(curves, SUPERVISOR, who.weak))

    def gap(self, who: Taught) -> Gap:
        """Return the gap with its error."""
        found = self.columns
        return Gap.of(float(self.missing(found.mean, who)), self.missing(found.draws, who))

    def lacks(self, need: "str | Taught") -> str:
        """Say which arm is not there, or that a gap is too small to be a share of; "" if neither.

        A need that is an arm's name asks for no gap.
        """
        arms = (need,) if isinstance(need, str) else (need.student, need.weak, need.ceiling)
        missing = next((arm for arm in arms if arm not in self.places), None)
        if missing is not None:
            return f"no complete arm {missing}"
        if isinstance(need, str) or (gap := self.gap(need)).is_enough:
            return ""
        return f"{gap}, of which no share is taken ({self.said(need)})"

    def said(self, who: Taught) -> str:
        """Say what a share of the gap is made of, in percent of questions."""
        values = (
            ("supervisor", SUPERVISOR, who.weak),
            ("student", ACCURACY, who.student),
            ("ceiling", ACCURACY, who.ceiling),
            ("zero-shot", ZERO_SHOT, who.student),
        )
        return ", ".join(
            f"{name} {100 * float(self.at(self.columns.mean, column, arm)):.1f} %"
            for name, column, arm in values
        )
