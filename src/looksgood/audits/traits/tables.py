"""Traits as tables and a figure. All text of responses in them is made visible, and not trusted."""

from looksgood.audits.traits.find import Finding, Findings
from looksgood.audits.traits.payoff import Payoff
from looksgood.audits.traits.rates import drawn_rates, rate_said, rates
from looksgood.audits.traits.sample import Sample
from looksgood.audits.traits.snippets import examples
from looksgood.core.audit_result import Figure, Table
from looksgood.core.visible import visible

_DRAWN = 5
_CAPTION = (
    "Traits that change with training in the direction that pays, largest effect first. “With it”: "
    "how much higher the score is, in standard deviations of the first checkpoint, per unit of the "
    "trait, responses compared only with their like. Effect: growth × gap. All intervals are 95 %, "
    "each by itself, clustered by prompt; q holds the false discovery rate. Phrases were found on "
    "one half of the prompts, and their numbers are from the other."
)
_NAMED = (
    "The traits that are looked for by name, whether they pay or not. Phrases of tone are English "
    "only."
)


def suspicious_table(chosen: list[Finding], sample: Sample, scores: Payoff) -> Table:
    """Return the suspicious traits with what else the same responses hold, and examples."""
    whole = _table(chosen, sample, scores)
    rows = []
    for finding, row in zip(chosen, whole.rows, strict=True):
        also = ", ".join(visible(phrase) for phrase in finding.trait.also[:3])
        rows.append((*row, also, *(*examples(finding, sample, scores), "", "", "")[:3]))
    columns = (*whole.columns, "in the same responses", "example", "another", "a third")
    return Table(columns=columns, rows=rows, caption=_CAPTION)


def named_table(found: Findings, sample: Sample, scores: Payoff) -> Table:
    """Return every trait that is looked for by name."""
    named = [finding for finding in found.traits if not finding.mined]
    return _table(named, sample, scores, _NAMED)


def _table(chosen: list[Finding], sample: Sample, scores: Payoff, caption: str = "") -> Table:
    gap = (f"{scores.says} with it",) if scores.truth else ()
    columns = ("trait", "first checkpoint", "last checkpoint", "proxy with it", *gap, "effect", "q")
    rows = []
    for finding in chosen:
        seen = rates(finding, sample)
        share = finding.trait.kind == "share"
        ends = [rate_said(end, share) for end in (seen[0], seen[-1])] if seen else ["", ""]
        slopes = [finding.tried.proxy, *([finding.tried.gap] if scores.truth else [])]
        pays = [f"{slope.value:+.3g} ± {slope.half:.2g}" for slope in slopes]
        rows.append((visible(finding.trait.name), *ends, *pays, finding.tried.effect, finding.q))
    return Table(columns=columns, rows=rows, caption=caption)


def figure(chosen: list[Finding], sample: Sample, x_label: str) -> Figure:
    """Return the rates of the traits that are shares of responses, along the run."""
    shares = [finding for finding in chosen if finding.trait.kind == "share"][:_DRAWN]
    lines = [
        drawn_rates(visible(finding.trait.name), rates(finding, sample))
        for finding in shares or chosen[:1]
    ]
    return Figure(
        name="traits",
        title="What becomes commoner, and pays",
        x_label=x_label,
        y_label="share of responses" if shares else visible(chosen[0].trait.name),
        lines=lines,
    )
