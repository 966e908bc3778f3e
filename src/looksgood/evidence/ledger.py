"""The ledger: every prediction beside what came out, and what that says between the schools."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from looksgood.evidence.drawn import Drawn, drawn
from looksgood.evidence.informative import Informative, expected_decibans
from looksgood.evidence.measured import Measured
from looksgood.evidence.school import School
from looksgood.evidence.scores import (
    LEAST_ERROR_SD,
    NOTHING,
    Evidence,
    Outcome,
    add,
    evidence,
    outcome_of,
)
from looksgood.evidence.stated import Stated, Statements, statements

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Between:
    """What one finding says between two schools.

    `clean` rests on what was recorded before the run, `apart` on at least one prediction that was
    not; None where there is no such pair of predictions, or no outcome.
    """

    clean: Evidence | None
    apart: Evidence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One finding about which some school predicts."""

    name: str
    statement: str
    is_headline: bool
    outcome: Outcome | None
    unscored: str
    """Why there is no outcome; empty where there is."""
    said: Mapping[str, Statements]
    """By school."""
    between: Mapping[Pair, Between]
    drawn: Drawn


@dataclass(frozen=True, slots=True)
class StudyLine:
    """One study with its findings."""

    measured: Measured
    findings: Sequence[FindingLine]


@dataclass(frozen=True, slots=True)
class Step:
    """One study in a running total: its headline's evidence, and the total with it."""

    study: str
    finding: str
    evidence: Evidence
    total: Evidence


@dataclass(frozen=True, slots=True)
class Surprise:
    """How far a finding lay from what a school expected."""

    study: str
    finding: str
    nats: float
    status: str

    @property
    def sds(self) -> float:
        """The same for a normal prediction missed by so many sds."""
        return math.sqrt(2 * self.nats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Everything the page, the table and the JSON show."""

    preset: str
    schools: Sequence[School]
    studies: Sequence[StudyLine]
    running: Mapping[Pair, Sequence[Step]]
    """Of what was recorded beforehand, in the order in which the runs began."""
    apart: Mapping[Pair, Sequence[Step]]
    """Of what was not, by itself."""
    surprises: Mapping[str, Sequence[Surprise]]
    """By school, the greatest first."""
    informative: Mapping[Pair, Sequence[Informative]]
    """By pair, the most decibans per CPU-minute first; costs that are unknown last."""

    @property
    def pairs(self) -> list[Pair]:
        """Every two schools, in the order in which they were given."""
        return list(self.running)

    def total(self, pair: Pair) -> Evidence:
        """Return the total of what was recorded beforehand."""
        steps = self.running[pair]
        return steps[-1].total if steps else NOTHING


def make_ledger(schools: Sequence[School], measured: Sequence[Measured], preset: str) -> Ledger:
    """Score every school on every study.

    Findings of one study come from the same seeds, so each is scored by itself and one of each
    study, its headline, enters the total. Studies have seeds of their own, so their headlines add.

    Raises:
        DataError: a recorded prediction is malformed.
    """
    pairs = list(combinations([school.name for school in schools], 2))
    ordered = sorted(measured, key=lambda m: (not m.is_run, m.began, m.study))
    studies = [StudyLine(m, _lines(schools, m, pairs)) for m in ordered]
    return Ledger(
        preset=preset,
        schools=schools,
        studies=studies,
        running={pair: _steps(studies, pair, "clean") for pair in pairs},
        apart={pair: _steps(studies, pair, "apart") for pair in pairs},
        surprises={school.name: _surprises(studies, school.name) for school in schools},
        informative={pair: _informative(studies, pair) for pair in pairs},
    )


def _lines(
    schools: Sequence[School], measured: Measured, pairs: Sequence[Pair]
) -> list[FindingLine]:
    found = {row["name"]: row for row in measured.findings}
    predicted = [p.finding for school in schools for p in school.of(measured.study)]
    names = {school.name for school in schools}
    predicted += [r["finding"] for r in measured.recorded if r["school"] in names]
    order = list(found)
    known = sorted(
        dict.fromkeys(predicted),
        key=lambda name: (name != measured.headline, order.index(name) if name in order else 0),
    )
    return [_line(schools, measured, name, found.get(name), pairs) for name in known]


def _line(
    schools: Sequence[School],
    measured: Measured,
    name: str,
    row: Mapping[str, object] | None,
    pairs: Sequence[Pair],
) -> FindingLine:
    outcome = None if row is None else outcome_of(row)
    said = {school.name: statements(school, measured, name, outcome) for school in schools}
    said = {school: found for school, found in said.items() if found.best is not None}
    return FindingLine(
        name=name,
        statement="" if row is None else str(row["statement"]),
        is_headline=name == measured.headline,
        outcome=outcome,
        unscored=_unscored(measured, row, outcome),
        said=said,
        between={pair: _between(said, pair) for pair in pairs},
        drawn=drawn({s: b.distribution for s, f in said.items() if (b := f.best)}, outcome),
    )


def _unscored(measured: Measured, row: Mapping[str, object] | None, outcome: Outcome | None) -> str:
    if outcome is not None:
        return ""
    if not measured.is_run:
        return measured.problem or "not run"
    if row is None:
        return "this run has no such finding"
    if row["estimate"] is None:
        return str(row["controls"] or "cannot say")
    return "its interval has no end on one side, so its error is unknown"


def _between(said: Mapping[str, Statements], pair: Pair) -> Between:
    if not set(pair) <= said.keys():
        return Between(None, None)
    one, other = (said[school] for school in pair)
    is_apart = one.apart is not None or other.apart is not None
    return Between(
        _evidence(one.counted, other.counted),
        _evidence(one.apart or one.counted, other.apart or other.counted) if is_apart else None,
    )


def _evidence(one: Stated | None, other: Stated | None) -> Evidence | None:
    if one is None or other is None or one.score is None or other.score is None:
        return None
    return evidence(one.score, other.score)


def _steps(studies: Sequence[StudyLine], pair: Pair, kind: str) -> list[Step]:
    steps: list[Step] = []
    for study in studies:
        for line in study.findings:
            found: Evidence | None = getattr(line.between[pair], kind)
            if line.is_headline and found is not None:
                total = add(steps[-1].total if steps else NOTHING, found)
                steps.append(Step(study.measured.study, line.name, found, total))
    return steps


def _surprises(studies: Sequence[StudyLine], school: str) -> list[Surprise]:
    found = []
    for study in studies:
        for line in study.findings:
            best = line.said[school].best if school in line.said else None
            if best is not None and best.score is not None:
                where = study.measured.study, line.name
                found.append(Surprise(*where, best.score.surprise_nats, best.status))
    return sorted(found, key=lambda surprise: -surprise.nats)


def _informative(studies: Sequence[StudyLine], pair: Pair) -> list[Informative]:
    found = []
    for study in studies:
        for line in study.findings:
            said = [line.said[school].best for school in pair if school in line.said]
            if not line.is_headline or len(said) < 2 or said[0] is None or said[1] is None:
                continue
            error = LEAST_ERROR_SD if line.outcome is None else line.outcome.error_sd
            found.append(
                Informative(
                    study.measured.study,
                    line.name,
                    expected_decibans(said[0].distribution, said[1].distribution, error),
                    _minutes(study.measured.cpu_seconds),
                    study.measured.is_run,
                )
            )
    return sorted(found, key=lambda study: -(study.per_minute or 0.0))


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 60
