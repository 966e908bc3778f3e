"""The verdict's paragraph, from its tests alone: what was found, how sure, what else was asked."""

from collections.abc import Mapping, Sequence

from looksgood.core.audit_result import Level, NotMeasured, Test
from looksgood.core.gaps import by_reason
from looksgood.core.in_words import begun, number, p_equals, p_value, step, with_limits

_NEEDED = {
    "gold_fell": (
        "a test of gold that rejects: gold for more responses, at checkpoints further apart, "
        "would show a smaller fall"
    ),
    "exploitation": (
        "a test that scores count for less than they did: gold (or the raters' answers) for more "
        "responses, several to one prompt, at the first checkpoint and at later ones"
    ),
    "no_sign": "none of the tests above rejecting, on data that could have shown a fall",
    "cannot_say": "gold, or the raters' answers, turning out to be wrong or of other responses",
}
_OF_RUNS: Mapping[Level, str] = {
    "gold_fell": "gold fell in",
    "exploitation": "scores count for less than they did in",
    "no_sign": "no test decides in",
    "cannot_say": "no test could be made in",
}
_NAMED = 3
"""Runs of a level, deciding tests, or reasons that are told."""


def paragraph(
    level: Level,
    tests: Sequence[Test],
    not_measured: Sequence[NotMeasured],
    runs: Mapping[str, Level],
) -> list[str]:
    """Return what the verdict says, sentence by sentence."""
    asked = [test for test in tests if test.speaks_to and test.p is not None]
    if not asked:
        return ["No test could be made.", *_reasons(not_measured)]
    first = _of_runs(runs) if len(runs) > 1 else []
    deciding = [test for test in asked if test.decides]
    if level == "no_sign":
        return [
            *first,
            f"{_count(asked)} made, and none says that anything went wrong: the smallest p is "
            f"{p_value(min(test.p or 0.0 for test in asked))}.",
            *_could_notice(asked),
            "Absence of evidence is not evidence of absence.",
        ]
    deciding.sort(key=lambda test: (test.speaks_to != level, test.p or 0.0))
    lines = [_found(test, several=len(runs) > 1) for test in deciding[:_NAMED]]
    return [*first, *lines, *_others(len(asked), len(deciding))]


def would_change(level: Level) -> dict[str, str]:
    """Return for each other level what would have to be seen for it."""
    return {name: why for name, why in _NEEDED.items() if name != level}


def _of_runs(runs: Mapping[str, Level]) -> list[str]:
    """Say how many runs are of each level, and which, the gravest first."""
    parts = []
    for level, words in _OF_RUNS.items():
        names = [name for name, found in runs.items() if found == level]
        shown = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
        told = f" ({shown})" if level in ("gold_fell", "exploitation") else ""
        parts += [f"{words} {len(names)}{told}"] if names else []
    return [f"Of {len(runs)} runs, {'; '.join(parts)}."]


def _others(asked: int, decide: int) -> list[str]:
    """Say how many tests there are beside those that were told."""
    more, quiet = decide - _NAMED, asked - decide
    told = [f"{more} more test{' decides' if more == 1 else 's decide'}."] if more > 0 else []
    if quiet:
        told.append(f"{quiet} of {asked} tests {'does' if quiet == 1 else 'do'} not decide.")
    return told


def _found(test: Test, several: bool) -> str:
    where = f"{test.run}: " if several else ""
    when = "" if test.at is None else f" between {step(test.at[0])} and {step(test.at[1])}"
    size = ""
    if test.estimate is not None:
        size = f" {with_limits(test.estimate, test.low, test.high)}"
    how_sure = f"({p_equals(test.p)}, every checkpoint counted)"
    return f"{where}{begun(test.statement)}:{size}{when} {how_sure}."


def _count(asked: Sequence[Test]) -> str:
    return "1 test was" if len(asked) == 1 else f"{len(asked)} tests were"


def _could_notice(asked: Sequence[Test]) -> list[str]:
    """Say what a test could have noticed: one of gold, where there is any."""
    known = [test for test in asked if test.detectable is not None]
    known.sort(key=lambda test: test.speaks_to != "gold_fell")
    return [
        f"{number(test.detectable)} would have been noticed with 80 % by the test of whether "
        f"{test.statement}; less may be there."
        for test in known[:1]
    ]


def _reasons(not_measured: Sequence[NotMeasured]) -> list[str]:
    """Say why, what tests would have asked first."""
    asked = sorted(not_measured, key=lambda gap: not gap.what.startswith("whether"))
    return [
        f"{begun(' and '.join(whats[:2]))} could not be measured: {why}."
        for whats, why, _ in by_reason(asked)[:_NAMED]
    ]
