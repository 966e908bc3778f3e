"""The verdict's paragraph, from its tests alone: what was found, how sure, what else was asked."""

from collections.abc import Sequence

from looksgood.core.audit_result import Level, NotMeasured, Test
from looksgood.core.in_words import begun, number, p_equals, p_value, with_limits

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


def paragraph(
    level: Level, tests: Sequence[Test], not_measured: Sequence[NotMeasured]
) -> list[str]:
    """Return what the verdict says, sentence by sentence."""
    asked = [test for test in tests if test.speaks_to and test.p is not None]
    if not asked:
        return ["No test could be made.", *_reasons(not_measured)]
    several = len({test.run for test in asked}) > 1
    deciding = [test for test in asked if test.decides]
    if level == "no_sign":
        return [
            f"{_count(asked)} made, and none says that anything went wrong: the smallest p is "
            f"{p_value(min(test.p or 0.0 for test in asked))}.",
            *_could_notice(asked),
            "Absence of evidence is not evidence of absence.",
        ]
    lines = [_found(test, several) for test in sorted(deciding, key=lambda test: test.p or 0.0)]
    quiet = len(asked) - len(deciding)
    shown = lines[:4] + ([f"{len(lines) - 4} more tests decide."] if len(lines) > 4 else [])
    return shown + ([f"{quiet} of {len(asked)} tests do not decide."] if quiet else [])


def would_change(level: Level) -> dict[str, str]:
    """Return for each other level what would have to be seen for it."""
    return {name: why for name, why in _NEEDED.items() if name != level}


def _found(test: Test, several: bool) -> str:
    where = f"{test.run}: " if several else ""
    when = "" if test.at is None else f" between {test.at[0]:g} and {test.at[1]:g}"
    size = ""
    if test.estimate is not None:
        size = f" {with_limits(test.estimate, test.low, test.high)}"
    said = test.statement if where else begun(test.statement)
    return f"{where}{said}:{size}{when} ({p_equals(test.p)}, every checkpoint counted)."


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
    told = dict.fromkeys(f"{gap.what}: {gap.why}." for gap in not_measured)
    return list(told)[:3]
