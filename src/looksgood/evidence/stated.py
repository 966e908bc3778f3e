"""When a prediction was stated: before the run, changed or withdrawn after it, or only after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter

from looksgood.core.errors import DataError
from looksgood.evidence.distributions import Distribution
from looksgood.evidence.measured import Measured
from looksgood.evidence.school import Prediction, School, prediction_sha256
from looksgood.evidence.scores import Outcome, Predictive, Score, score

Status = Literal[
    "stated before the run",
    "withdrawn after the run",
    "changed after the run",
    "stated after the run",
    "not run",
]
_DISTRIBUTION: TypeAdapter[Predictive] = TypeAdapter(Distribution)


@dataclass(frozen=True, slots=True)
class Stated:
    """One prediction, when it was stated, and its score where there is an outcome."""

    because: str
    distribution: Predictive
    sha256: str
    status: Status
    score: Score | None


@dataclass(frozen=True, slots=True)
class Statements:
    """What one school says of one finding.

    `counted` was recorded before the run and counts whatever was written later: otherwise a school
    that missed could take its miss out of the total by editing its file. `apart` is what it says
    now, where that was not recorded: it is scored for the curious, never added.
    """

    counted: Stated | None
    apart: Stated | None

    @property
    def best(self) -> Stated | None:
        """What counts, or what there is instead."""
        return self.counted or self.apart


def statements(
    school: School, measured: Measured, finding: str, outcome: Outcome | None
) -> Statements:
    """Compare what a school says now with what was recorded before the run, and score both.

    Raises:
        DataError: a recorded prediction is malformed.
    """
    now = next((p for p in school.of(measured.study) if p.finding == finding), None)
    then = next(
        (r for r in measured.recorded if (r["school"], r["finding"]) == (school.name, finding)),
        None,
    )
    if then is None:
        status = "stated after the run" if measured.is_run else "not run"
        return Statements(None, now and _now(school, now, outcome, status))
    if now is None:
        return Statements(_then(then, outcome, "withdrawn after the run"), None)
    counted = _then(then, outcome, "stated before the run")
    current = _now(school, now, outcome, "changed after the run")
    return Statements(counted, None if current.sha256 == counted.sha256 else current)


def _now(school: School, said: Prediction, outcome: Outcome | None, status: Status) -> Stated:
    sha256 = prediction_sha256(school.name, said.study, said.finding, said.distribution)
    return _stated(said.because, said.distribution, sha256, outcome, status)


def _then(record: Mapping[str, Any], outcome: Outcome | None, status: Status) -> Stated:
    try:
        distribution = _DISTRIBUTION.validate_python(record["distribution"])
    except ValueError as error:
        raise DataError(
            f"the recorded prediction of {record['study']} {record['finding']} by "
            f"{record['school']} is malformed"
        ) from error
    return _stated(record["because"], distribution, record["sha256"], outcome, status)


def _stated(
    because: str, distribution: Predictive, sha256: str, outcome: Outcome | None, status: Status
) -> Stated:
    found = None if outcome is None else score(distribution, outcome)
    return Stated(because, distribution, sha256, status, found)
