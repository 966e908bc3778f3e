"""What a page can show of an audit of many runs: the gravest runs in full, all of them by level."""

import math
from collections.abc import Iterable, Sequence

from looksgood.core.audit_result import Level, Section, Test, Verdict

MOST_RUNS = 12
"""Runs with their sections and figures: each takes seconds to draw and 0.3 MB of page."""
MOST_TESTS = 200
MOST_GAPS = 200

_ORDER: tuple[Level, ...] = ("gold_fell", "exploitation", "no_sign", "cannot_say")


def by_gravity(verdict: Verdict) -> list[str]:
    """Return the runs: gravest level first, then the smallest p; else in their order."""
    least: dict[str, float] = {}
    for test in verdict.tests:
        if test.speaks_to and test.p is not None:
            least[test.run] = min(least.get(test.run, math.inf), test.p)
    return sorted(
        verdict.runs,
        key=lambda run: (_ORDER.index(verdict.runs[run]), least.get(run, math.inf)),
    )


def runs_in_full(verdict: Verdict) -> list[str]:
    """Return the runs whose sections are shown, in their own order."""
    kept = set(by_gravity(verdict)[:MOST_RUNS])
    return [run for run in verdict.runs if run in kept]


def of_runs(sections: Iterable[Section], runs: Sequence[str]) -> list[Section]:
    """Return the sections of these runs, and those that are of no single one."""
    return [section for section in sections if not section.run or section.run in runs]


def tests_shown(tests: Sequence[Test]) -> list[Test]:
    """Return all tests in their order, or of very many those that decide and the smallest p."""
    if len(tests) <= MOST_TESTS:
        return list(tests)
    clearest = sorted(
        tests, key=lambda test: (not test.decides, math.inf if test.p is None else test.p)
    )
    return clearest[:MOST_TESTS]
