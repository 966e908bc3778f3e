"""From tests to a verdict: no alarm without a test, and all tests of the audit counted."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from looksgood.audits.paragraph import paragraph, would_change
from looksgood.core.audit_result import ALPHA, Level, NotMeasured, Section, Test, Verdict

NO_RUN = "No run was audited, only votes: what they are worth is said below."


def holm(tests: Sequence[Test], alpha: float = ALPHA) -> list[Test]:
    """Return the tests with `decides` set where Holm's procedure rejects at `alpha`.

    Those that speak to no level are left as they are, and do not count.

    Source: Holm (1979), Scandinavian J. Statistics 6:65.
    """
    asked = [place for place, test in enumerate(tests) if test.speaks_to and test.p is not None]
    decided = list(tests)
    for rank, place in enumerate(sorted(asked, key=lambda place: tests[place].p or 0.0)):
        if (tests[place].p or 0.0) > alpha / (len(asked) - rank):
            break
        decided[place] = replace(tests[place], decides=True)
    return decided


def level_of(tests: Iterable[Test]) -> Level:
    """Return what the tests of one run (or of all) come to."""
    asked = [test for test in tests if test.speaks_to and test.p is not None]
    if not asked:
        return "cannot_say"
    spoken = {test.speaks_to for test in asked if test.decides}
    if "gold_fell" in spoken:
        return "gold_fell"
    return "exploitation" if "exploitation" in spoken else "no_sign"


def verdict(sections: Sequence[Section], not_measured: Sequence[NotMeasured] = ()) -> Verdict:
    """Return what the sections' tests say together.

    With several runs all of their tests are counted: the level is the gravest that any run has.
    """
    tests = holm([test for section in sections for test in section.tests])
    left_out = [*not_measured, *(gap for section in sections for gap in section.not_measured)]
    names = dict.fromkeys(section.run for section in sections if section.run)
    runs: dict[str, Level] = {
        name: level_of(test for test in tests if test.run == name) for name in names
    }
    level = level_of(tests)
    says = paragraph(level, tests, left_out, runs) if runs else [NO_RUN]
    return Verdict(
        level=level,
        says=says,
        would_change=would_change(level),
        runs=runs,
        tests=tests,
        not_measured=left_out,
    )
