"""Findings without a number, by the reason: a preset that leaves arms out has dozens."""

from collections.abc import Mapping, Sequence
from typing import Any

from looksgood.reports.wording import CANNOT_SAY


def is_unsaid(finding: Mapping[str, Any]) -> bool:
    """Return whether the data said nothing of a finding, not even an estimate."""
    return finding["met"] is None and finding["estimate"] is None


def unsaid_by_reason(findings: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Return the findings of which the data said nothing, by the reason given."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for finding in findings:
        if is_unsaid(finding):
            told = str(finding["controls"] or "").removeprefix(f"{CANNOT_SAY}: ")
            found.setdefault(told or "no reason was given", []).append(finding)
    return found
