"""The ledger as plain data; infinity, which JSON lacks, is "inf" or "-inf", the undefined "nan".

Where there is nothing to say there is null, never 0.
"""

import math
from typing import Any

from looksgood.evidence.informative import Informative
from looksgood.evidence.ledger import FindingLine, Ledger, Pair, Step, StudyLine
from looksgood.evidence.scores import Evidence
from looksgood.evidence.stated import Stated


def as_json(ledger: Ledger) -> dict[str, Any]:
    """Return everything that the page shows."""
    return {
        "preset": ledger.preset,
        "schools": [
            {"name": school.name, "title": school.title, "position": school.position}
            for school in ledger.schools
        ],
        "pairs": [_pair(ledger, pair) for pair in ledger.pairs],
        "studies": [_study(study) for study in ledger.studies],
        "surprises": {
            school: [
                {
                    "study": surprise.study,
                    "finding": surprise.finding,
                    "nats": number(surprise.nats),
                    "sds": number(surprise.sds),
                    "status": surprise.status,
                }
                for surprise in found
            ]
            for school, found in ledger.surprises.items()
        },
    }


def number(value: float | None) -> float | str | None:
    """Return a number that JSON can hold, or its name."""
    if value is None or math.isfinite(value):
        return None if value is None else float(value)
    return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")


def _pair(ledger: Ledger, pair: Pair) -> dict[str, Any]:
    return {
        "for": pair[0],
        "against": pair[1],
        "total": _evidence(ledger.total(pair)),
        "running": [_step(step) for step in ledger.running[pair]],
        "apart": [_step(step) for step in ledger.apart[pair]],
        "next": [_informative(study) for study in ledger.informative[pair]],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "study": step.study,
        "finding": step.finding,
        **(_evidence(step.evidence) or {}),
        "total": _evidence(step.total),
    }


def _evidence(found: Evidence | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {name: number(getattr(found, name)) for name in ("decibans", "low", "high")}


def _informative(study: Informative) -> dict[str, Any]:
    return {
        "study": study.study,
        "finding": study.finding,
        "expected_decibans": study.expected_decibans,
        "cpu_minutes": study.cpu_minutes,
        "decibans_per_cpu_minute": study.per_minute,
        "is_run": study.is_run,
    }


def _study(study: StudyLine) -> dict[str, Any]:
    found = study.measured
    return {
        "study": found.study,
        "run": None if found.path is None else str(found.path),
        "is_run": found.is_run,
        "problem": found.problem or None,
        "headline": found.headline,
        "began": found.began or None,
        "seeds": list(found.seeds),
        "cpu_seconds": found.cpu_seconds,
        "findings": [_finding(line) for line in study.findings],
    }


def _finding(line: FindingLine) -> dict[str, Any]:
    outcome = line.outcome
    return {
        "name": line.name,
        "statement": line.statement,
        "headline": line.is_headline,
        "estimate": None if outcome is None else outcome.estimate,
        "low": None if outcome is None else outcome.low,
        "high": None if outcome is None else outcome.high,
        "error_sd": None if outcome is None else outcome.error_sd,
        "unscored": line.unscored or None,
        "said": {
            school: {"counted": _stated(said.counted), "apart": _stated(said.apart)}
            for school, said in line.said.items()
        },
        "between": [
            {
                "for": pair[0],
                "against": pair[1],
                "clean": _evidence(between.clean),
                "apart": _evidence(between.apart),
            }
            for pair, between in line.between.items()
        ],
    }


def _stated(stated: Stated | None) -> dict[str, Any] | None:
    if stated is None:
        return None
    score = stated.score
    return {
        "status": stated.status,
        "sha256": stated.sha256,
        "because": stated.because,
        "distribution": stated.distribution.model_dump(mode="json"),
        "log_score_nats": None if score is None else number(score.nats),
        "surprise_nats": None if score is None else number(score.surprise_nats),
    }
