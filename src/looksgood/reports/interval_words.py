"""What is said beside intervals of how often they hold the truth."""

from collections.abc import Mapping

from looksgood.measures.interval_coverage import resampled_coverage_percent

STUDENT = (
    "Where a criterion says “over seeds” the interval is Student's t, which covers 95 % if seeds "
    "are normal."
)
RANGES = (
    "Ranges of evidence are no confidence intervals and have no coverage: they are what evidence "
    "becomes if predictions and errors were half to twice as wide."
)


def findings_note(seeds: int) -> str:
    """Say how often a study's intervals held the truth in simulations; "" where there are none."""
    percent = resampled_coverage_percent(seeds)
    if percent is None:
        return ""
    return (
        f"95 % is nominal: resampling {seeds} seeds and their prompts held the truth in {percent} "
        "% of simulations of a mean of normal seeds, and in fewer where seeds are skewed or go one "
        f"of two ways, or where the least of several is taken. {STUDENT}"
    )


def ledger_note(seeds_of: Mapping[str, int]) -> str:
    """Say the same of several studies, by name."""
    told = [
        f"{percent} % ({study}, {seeds} seeds)"
        for study, seeds in seeds_of.items()
        if (percent := resampled_coverage_percent(seeds)) is not None
    ]
    if not told:
        return ""
    return (
        "95 % is nominal: resampling as many seeds held the truth in simulations of a mean of "
        f"normal seeds in {', '.join(told)}. {STUDENT}"
    )
