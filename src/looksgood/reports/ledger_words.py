"""How the ledger is put in words: decibans, verdicts, what counts and what does not."""

import math

from looksgood.core.in_words import number
from looksgood.evidence.distributions import Beta, LogNormal, Mixture, Normal
from looksgood.evidence.informative import Informative
from looksgood.evidence.ledger import Ledger, Pair
from looksgood.evidence.scores import Evidence
from looksgood.evidence.stated import Statements
from looksgood.reports.interval_words import ledger_note

READING = (
    "The schools' numbers are a reading of the debate, not the truth: somebody wrote them down. "
    "Another reader would write others, and the ledger would say something else."
)
SEEN = (
    "The author of the two schools that come with the program had seen standard runs of "
    "ball-and-camera and of an earlier kl-sweep, with another corpus, before writing; and no run "
    "of best-of-n-law, or of grasp-map as it is now."
)
ONE_EACH = (
    "Findings of one study come from the same seeds, so they are not added up: one of each study, "
    "its headline, which was fixed before the run, enters the total."
)
SIGNS = {math.inf: "+∞", -math.inf: "−∞"}


def decibans(value: float) -> str:
    """Write decibans with a sign; ±∞ where one side excluded what happened."""
    if math.isnan(value):
        return "undefined"
    return SIGNS.get(value) or f"{value:+.1f}".replace("-", "−")


def decibans_range(found: Evidence) -> str:
    """Write the range that evidence may have."""
    return f"{decibans(found.low)} … {decibans(found.high)}"


def nats(value: float | None) -> str:
    """Write a log score; −∞ where the outcome lies outside what was held possible."""
    if value is None:
        return "–"
    return SIGNS.get(value) or f"{value:.2f}".replace("-", "−")


def verdict(ledger: Ledger, pair: Pair) -> str:
    """Say in one or two sentences what the ledger says between two schools."""
    steps = ledger.running[pair]
    if not steps:
        return (
            f"Nothing counts between {pair[0]} and {pair[1]} yet: no headline was predicted by "
            "both before its run and measured with an error."
        )
    total = ledger.total(pair)
    studies = "one study" if len(steps) == 1 else f"{len(steps)} studies"
    return f"{_favour(total, pair)} over {studies} ({decibans_range(total)})."


def _favour(total: Evidence, pair: Pair) -> str:
    if math.isnan(total.decibans):
        return "Undefined: each school excluded something that happened,"
    if total.decibans == 0:
        return f"0 decibans: {pair[0]} and {pair[1]} stand level"
    favoured, other = pair if total.decibans > 0 else pair[::-1]
    size = abs(total.decibans)
    if math.isinf(size):
        return f"∞ decibans for {favoured}: {other} excluded something that happened,"
    is_sure = total.low > 0 or total.high < 0
    doubt = "" if is_sure else ", which other widths could turn around,"
    odds = number(10 ** (size / 10)) if size < 100 else f"10^{size / 10:.0f}"
    return f"{size:.1f} decibans for {favoured} against {other}, odds of {odds} to 1{doubt}"


def notes(said: Statements) -> list[str]:
    """Say what is not as it was stated before the run."""
    found = [said.counted, said.apart]
    return [s.status for s in found if s is not None and s.status != "stated before the run"]


def cost(study: Informative) -> tuple[str, str]:
    """Write CPU-minutes, and decibans per CPU-minute."""
    if study.cpu_minutes is None or study.per_minute is None:
        return "unknown", "unknown"
    return number(study.cpu_minutes), number(study.per_minute)


def coverage(ledger: Ledger) -> str:
    """Say how often intervals of as many seeds held the truth in simulations."""
    run = [line.measured for line in ledger.studies if line.measured.is_run]
    return ledger_note({one.study: len(one.seeds) for one in run})


def advice(ledger: Ledger, pair: Pair) -> str:
    """Say which study would be most informative next."""
    ranked = ledger.informative[pair]
    todo = [study for study in ranked if not study.is_run]
    if todo:
        return f"Not run yet: {', '.join(study.study for study in todo)}."
    if not ranked or ranked[0].per_minute is None:
        return "The cost of no study is known yet."
    return (
        f"All were run. On fresh seeds ({ranked[0].study} first) the schools would have to state "
        "anew what they expect, given what is known by now."
    )


def shape(distribution: Normal | LogNormal | Beta | Mixture) -> str:
    """Write a distribution on one line."""
    if isinstance(distribution, Normal):
        return f"normal {number(distribution.mean)} ± {number(distribution.sd)}"
    if isinstance(distribution, LogNormal):
        factor = number(math.exp(distribution.log_sd))
        return f"lognormal {number(distribution.median)} ×÷ {factor}"
    if isinstance(distribution, Beta):
        ends = f"[{number(distribution.low)}, {number(distribution.high)}]"
        return f"beta({number(distribution.alpha)}, {number(distribution.beta)}) on {ends}"
    return " or ".join(
        f"{part.weight:.0%} {shape(part.distribution)}" for part in distribution.parts
    )
