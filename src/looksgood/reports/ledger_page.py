"""The ledger as one file that opens offline: words and tables by Jinja2, figures as SVG."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from looksgood.core.in_words import interval, number
from looksgood.evidence.ledger import Between, FindingLine, Ledger, Pair, Step, StudyLine
from looksgood.evidence.stated import Statements
from looksgood.reports import ledger_words as words
from looksgood.reports.interval_words import RANGES
from looksgood.reports.ledger_figures import draw_ledger, total_name
from looksgood.reports.page import inline_svg, rendered
from looksgood.reports.wording import duration
from looksgood.runs import write_atomically
from looksgood.runs.strict import dumps

_SURPRISES = 5


def render_ledger(folder: Path, ledger: Ledger, plain: Mapping[str, Any]) -> Path:
    """Write ledger.html, ledger.json (`plain`) and figures/ into `folder`; return the page.

    Raises:
        LooksgoodError: the disk is full; a former page stays.
    """
    figures = draw_ledger(folder / "figures", ledger)
    write_atomically(folder / "ledger.json", (dumps(plain, indent=1) + "\n").encode())
    page = folder / "ledger.html"
    text = rendered("ledger.html", _values(ledger, figures), scripts=())
    write_atomically(page, text.encode("utf-8", "replace"))
    return page


def _values(ledger: Ledger, figures: Mapping[str, Path]) -> dict[str, Any]:
    names = [school.name for school in ledger.schools]
    return {
        "preset": ledger.preset,
        "reading": words.READING,
        "seen": words.SEEN,
        "one_each": words.ONE_EACH,
        "coverage": words.coverage(ledger),
        "ranges": RANGES,
        "schools": ledger.schools,
        "versus": [f"{pair[0]} / {pair[1]}" for pair in ledger.pairs],
        "pairs": [_pair(ledger, pair, figures) for pair in ledger.pairs],
        "studies": [_study(study, names, ledger.pairs, figures) for study in ledger.studies],
        "surprises": [
            (
                school,
                [(s.study, s.finding, f"{s.sds:.1f}", s.status) for s in found[:_SURPRISES]],
            )
            for school, found in ledger.surprises.items()
        ],
    }


def _pair(ledger: Ledger, pair: Pair, figures: Mapping[str, Path]) -> dict[str, Any]:
    return {
        "one": pair[0],
        "other": pair[1],
        "verdict": words.verdict(ledger, pair),
        "figure": total_name(pair),
        "svg": inline_svg(figures.get(total_name(pair))),
        "steps": [
            (
                *_weighed(step),
                words.decibans(step.total.decibans),
                words.decibans_range(step.total),
            )
            for step in ledger.running[pair]
        ],
        "apart": [_weighed(step) for step in ledger.apart[pair]],
        "next": [
            (
                study.study,
                study.finding,
                f"{study.expected_decibans:.1f}",
                *words.cost(study),
                "yes" if study.is_run else "no",
            )
            for study in ledger.informative[pair]
        ],
        "advice": words.advice(ledger, pair),
    }


def _weighed(step: Step) -> tuple[str, str, str, str]:
    """Return the cells that say what one study's headline weighs."""
    evidence = step.evidence
    weight = words.decibans(evidence.decibans), words.decibans_range(evidence)
    return step.study, step.finding, *weight


def _study(
    study: StudyLine, names: Sequence[str], pairs: Sequence[Pair], figures: Mapping[str, Path]
) -> dict[str, Any]:
    found = study.measured
    figure = f"predictions-{found.study}"
    return {
        "name": found.study,
        "question": found.about.get("question", ""),
        "problem": found.problem,
        "run": "" if found.path is None else str(found.path),
        "made": [
            ("run folder", "none" if found.path is None else str(found.path)),
            ("began", found.began or "not run"),
            ("seeds", ", ".join(map(str, found.seeds)) or "none"),
            ("CPU time", duration(found.cpu_seconds)),
            ("headline", found.headline),
        ],
        "findings": [_finding(line, names, pairs) for line in study.findings],
        "figure": figure,
        "svg": inline_svg(figures.get(figure)),
    }


def _finding(line: FindingLine, names: Sequence[str], pairs: Sequence[Pair]) -> dict[str, Any]:
    outcome = line.outcome
    return {
        "name": line.name,
        "statement": line.statement,
        "headline": line.is_headline,
        "estimate": "not known" if outcome is None else number(outcome.estimate),
        "interval": "" if outcome is None else interval(outcome.low, outcome.high),
        "unscored": line.unscored,
        "said": [(name, _said(line.said[name])) for name in names if name in line.said],
        "between": [_between(line.between[pair]) for pair in pairs],
    }


def _said(said: Statements) -> list[dict[str, str]]:
    """Return what a school predicted: what counts first, then what it says otherwise now."""
    return [
        {
            "because": stated.because,
            "shape": words.shape(stated.distribution),
            "score": words.nats(None if stated.score is None else stated.score.nats),
            "status": stated.status,
            "counts": "yes" if stated is said.counted else "no",
            "sha256": stated.sha256,
        }
        for stated in (said.counted, said.apart)
        if stated is not None
    ]


def _between(between: Between) -> dict[str, str]:
    found = between.clean or between.apart
    return {
        "decibans": "–" if found is None else words.decibans(found.decibans),
        "range": "" if found is None else words.decibans_range(found),
        "counts": "yes" if between.clean is not None else "no",
    }
