"""What the page says in words and tables: question, verdict, findings, settings, machine."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from looksgood.core.in_words import interval, number
from looksgood.reports import lines as chosen
from looksgood.reports.interval_words import findings_note
from looksgood.reports.student_lines import is_of_students
from looksgood.reports.unsaid import is_unsaid, unsaid_by_reason
from looksgood.reports.wording import CANNOT_SAY, answer, duration, flat
from looksgood.runs import RunFolder

Row = Mapping[str, Any]


def content(run: RunFolder, curves: Sequence[Row]) -> dict[str, Any]:
    """Return what every page says: the question, the findings, settings and machine."""
    findings = run.findings() if (run.path / "findings.json").exists() else []
    shown = [_finding(finding) for finding in findings if not is_unsaid(finding)]
    return {
        "study": run.study,
        "about": _about(run),
        "verdict": verdict([answer(finding["met"]) for finding in findings]),
        "findings": shown,
        "unsaid": unsaid_by_reason(findings),
        "coverage": _coverage(run, findings),
        "warnings": _warnings(run, curves),
        "seeds": chosen.most_seeds(curves),
        "settings": flat(run.config),
        "made_with": _made_with(run),
        "command": _command(run),
    }


def verdict(met: Sequence[str]) -> str:
    """Say in one sentence how many criteria were met."""
    if not met:
        return "No findings were written: nothing was tested yet."
    sentence = f"{met.count('yes')} of {len(met)} criteria met"
    unsaid = met.count(CANNOT_SAY)
    return f"{sentence}; {unsaid} cannot be said from these data." if unsaid else f"{sentence}."


def numbers(
    rows: Sequence[Row],
    heads: Mapping[str, str],
    level: Callable[[Row], str],
    counted: Sequence[str] = (),
) -> dict[str, Any]:
    """Return a table of means with their intervals; `counted` columns are known without one."""
    shown = []
    for row in rows:
        cells = []
        for name in heads:
            sure = row[f"{name}_low"] is not None and name not in counted
            ends = interval(row[f"{name}_low"], row[f"{name}_high"]) if sure else ""
            cells.append((number(row[name]), ends))
        shown.append(
            {"arm": row["arm"], "level": level(row), "seeds": row["seeds"], "cells": cells}
        )
    return {"heads": list(heads.values()), "rows": shown}


def rewards(run: RunFolder) -> list[tuple[str, list[str]]]:
    """Return, by cell, how well its reward model predicted comparisons it was not fitted to."""
    names = ("pairs", "accuracy", "loss_nats", "calibration_error")
    return [
        (cell, [number(result["reward_quality"].get(name)) for name in names])
        for cell, result in (run.info.get("results") or {}).items()
        if isinstance(result, Mapping) and "reward_quality" in result
    ]


def _finding(finding: Row) -> dict[str, Any]:
    return {
        "name": finding["name"],
        "statement": finding["statement"],
        "estimate": number(finding["estimate"]),
        "interval": interval(finding["low"], finding["high"]),
        "criterion": finding["criterion"],
        "met": answer(finding["met"]),
        "controls": _controls(finding["controls"]),
    }


def _coverage(run: RunFolder, findings: Sequence[Row]) -> str:
    sure = any(finding["low"] is not None for finding in findings)
    return findings_note(len(run.info["seeds"])) if sure else ""


def _controls(controls: Any) -> list[str]:
    """Write a finding's controls, which may be text, a list or named values, line by line."""
    if controls is None or controls == "":
        return []
    if isinstance(controls, Mapping):
        return [f"{name}: {_value(value)}" for name, value in controls.items()]
    if isinstance(controls, list):
        return [line for item in controls for line in _controls(item)]
    return [number(controls)]


def _value(value: Any) -> str:
    if isinstance(value, Mapping) and {"estimate", "low", "high"} <= value.keys():
        return f"{number(value['estimate'])} {interval(value['low'], value['high'])}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(item)}" for name, item in value.items())
    if isinstance(value, list):
        return ", ".join(_value(item) for item in value)
    return number(value)


def _about(run: RunFolder) -> dict[str, str]:
    """Return what the study said of itself before the run, if the run kept it."""
    names = ("question", "expectation", "falsified_if", "source")
    for place in (run.config.get("study"), run.info.get("about"), run.config):
        if isinstance(place, Mapping) and place.get("question"):
            return {name: str(place.get(name) or "") for name in names}
    return dict.fromkeys(names, "")


def _warnings(run: RunFolder, curves: Sequence[Row]) -> list[str]:
    warnings = []
    status = run.info.get("status")
    if status not in (None, "done"):
        warnings.append(f"This run's status is “{status}”: the tables may not be complete.")
    failed = [(cell.path.name, reason) for cell in run.cells() if (reason := cell.failure)]
    if failed:
        count = "1 cell" if len(failed) == 1 else f"{len(failed)} cells"
        warnings.append(f"{count} failed. No number below holds what failed here:")
        warnings += [f"{name}: {reason}" for name, reason in failed]
    if curves and chosen.most_seeds(curves) == 1:
        warnings.append(
            "One seed only: no interval can be shown, and differences may be chance. Add seeds."
        )
    scored = not is_of_students(curves)  # what students are examined on is the truth
    if curves and scored and all(row["gold"] is None for row in curves):
        warnings.append("Gold is unknown in this world: gap 2 cannot be seen.")
    if not curves:
        warnings.append("No points were measured, so there are no figures.")
    return warnings


def _made_with(run: RunFolder) -> list[tuple[str, str]]:
    info = run.info
    commit = info.get("git_commit") or "unknown (an installed copy)"
    changed = ", with uncommitted changes" if info.get("git_changed") else ""
    machine = dict(info.get("machine") or {})
    memory = machine.pop("memory_bytes", None)
    if memory:
        machine["memory"] = f"{memory / 1e9:.1f} GB"
    return [
        ("run folder", run.path.resolve().name),
        ("looksgood", str(info.get("version") or "unknown")),
        ("git commit", f"{commit}{changed}"),
        ("seeds", ", ".join(map(str, info["seeds"])) or "none named"),
        ("started", str(info.get("started") or "unknown")),
        ("finished", str(info.get("finished") or "not yet")),
        ("wall time", duration(info.get("wall_seconds"))),
        ("CPU time", duration(info.get("cpu_seconds"))),
        ("sessions", str(len(info.get("sessions") or [1]))),
        *((f"machine: {name}", str(value)) for name, value in machine.items()),
        *((f"version: {name}", str(v)) for name, v in (info.get("packages") or {}).items()),
    ]


def _command(run: RunFolder) -> str:
    """Return the command that makes this run again: as it was given, or the nearest there is."""
    given = run.info.get("command") or run.config.get("command")
    if given:
        return str(given)
    seeds = len(run.info["seeds"])
    preset = run.config.get("preset")
    parts = ["looksgood run", run.study, f"--preset {preset}" if preset else ""]
    return " ".join(part for part in (*parts, f"--seeds {seeds}" if seeds else "") if part)
