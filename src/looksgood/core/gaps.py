"""What was not measured, put together: a reason, all that it kept from being said, its runs."""

from collections.abc import Iterable

from looksgood.core.audit_result import NotMeasured

Runs = tuple[str, ...]


def by_reason(gaps: Iterable[NotMeasured]) -> list[tuple[list[str], str, Runs]]:
    """Return what, why and the runs it is true of; what has one reason in the same runs together.

    In the order in which reasons are met; a gap of no run has none.
    """
    runs: dict[tuple[str, str], dict[str, None]] = {}
    for gap in gaps:
        runs.setdefault((gap.why, gap.what), {})[gap.run] = None
    found: dict[tuple[str, Runs], list[str]] = {}
    for (why, what), of in runs.items():
        found.setdefault((why, tuple(filter(None, of))), []).append(what)
    return [(whats, why, of) for (why, of), whats in found.items()]
