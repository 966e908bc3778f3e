"""The claims of design-loop, written before the run, and the lines they are held against."""

from typing import Any

from looksgood.studies.asked import Asked, ClaimsOfRows
from looksgood.studies.catalogue.design_loop import FEW, MANY
from looksgood.studies.chains import loop_statistics as of
from looksgood.studies.chains.loop_channels import ALL, illegible_to, legible_to
from looksgood.studies.chains.loop_settings import LoopSpec
from looksgood.studies.chains.statistics import LAST, at, gap_growth, line_of
from looksgood.studies.findings import POSITIVE, Claim

REMOVED = "removed in the later half of the rounds, of what they cost in these without audits"


def claims(lines: Any, spec: LoopSpec) -> list[Asked]:
    """Return the claims; their statistics read `lines`, a `Lines` (None if there is none)."""
    return [
        *_of_the_legible(lines, spec),
        *_of_the_illegible(lines, spec),
        *_of_approval(lines, spec),
        *_of_budgets(lines, spec),
        *_of_carrying_over(lines, spec),
        _of_a_more_capable_policy(lines, spec),
    ]


def _of_the_legible(lines: Any, spec: LoopSpec) -> list[Asked]:
    unlooked = line_of("no-audit", spec)
    return [
        Asked(
            Claim(
                f"legible-fixed-{who}",
                f"An audit by {who} removes failures that it sees.",
                lambda c, line=line, cost=cost: of.fixed_share(lines, c, cost, line, unlooked),
                f"share of the failures legible to the auditor {REMOVED}, > 0, by the interval",
                at_least=POSITIVE,
                controls="held beside no-audit: training again on nothing new",
            ),
            [line, unlooked],
            lambda _, lines, line=line: of.by_trait(lines, line, unlooked),
        )
        for who, line, cost in (
            ("raters", line_of("raters-again", spec), legible_to("ordinary")),
            ("experts", line_of("expert", spec), legible_to("expert")),
            ("truth", line_of("truth", spec), ALL),
        )
    ]


def _of_the_illegible(lines: Any, spec: LoopSpec) -> list[Asked]:
    unlooked, again, truth = (line_of(arm, spec) for arm in ("no-audit", "raters-again", "truth"))
    hidden = illegible_to("ordinary")
    return [
        *(
            Asked(
                Claim(
                    f"illegible-stays-{who}",
                    f"Of what an audit by {who} cannot see it fixes less than half as much as of "
                    "what it sees.",
                    lambda c, line=line, name=name: (
                        of.fixed_share(lines, c, legible_to(name), line, unlooked) / 2
                        - of.fixed_share(lines, c, illegible_to(name), line, unlooked)
                    ),
                    f"half of the share of legible failures {REMOVED}, less the share of illegible "
                    "ones > 0, by the interval",
                    at_least=POSITIVE,
                    controls="an audit that knows the truth: truth-fixes-the-illegible",
                ),
                [line, unlooked],
            )
            for who, line, name in (
                ("raters", line_of("raters-again", spec), "ordinary"),
                ("experts", line_of("expert", spec), "expert"),
            )
        ),
        Asked(
            Claim(
                "truth-fixes-the-illegible",
                "As many labels by the truth fix more of what is illegible to the raters.",
                lambda c: (
                    of.fixed_share(lines, c, hidden, truth, unlooked)
                    - of.fixed_share(lines, c, hidden, again, unlooked)
                ),
                f"share of the failures illegible to raters {REMOVED}: under an audit by the truth "
                "less under one by the raters > 0, by the interval",
                at_least=POSITIVE,
                controls="the control of illegible-stays-raters: the limit is removed",
            ),
            [truth, again, unlooked],
        ),
    ]


def _of_approval(lines: Any, spec: LoopSpec) -> list[Asked]:
    again, truth = line_of("raters-again", spec), line_of("truth", spec)
    parted = "(raters' score − gold) in the later half of the rounds less the same after the first"
    return [
        Asked(
            Claim(
                "approval-parts",
                "Round by round, what its raters find better parts from what is better.",
                lambda c: gap_growth(lines, c, "rater", "gold", again),
                f"{parted} > 0 base sd where raters audit, by the interval",
                at_least=POSITIVE,
                controls="its control, audits by the truth: truth-closes-the-gap",
            ),
            [again],
        ),
        Asked(
            Claim(
                "truth-closes-the-gap",
                "Where the truth audits, they come together.",
                lambda c: gap_growth(lines, c, "rater", "gold", truth),
                f"{parted} < 0 base sd where the truth audits, by the interval",
                below=0.0,
                controls="the control of approval-parts",
            ),
            [truth],
        ),
    ]


def _of_budgets(lines: Any, spec: LoopSpec) -> list[Asked]:
    none, few, main, many, against, truth, again = (
        line_of(arm, spec)
        for arm in (
            *("no-audit", "expert-few", "expert", "expert-many", "expert-against"),
            *("truth", "raters-again"),
        )
    )
    labels = spec.audit.labels
    lead = "gold in the later half of the rounds"
    return [
        Asked(
            Claim(
                name,
                statement,
                lambda c, one=one, other=other: of.gold_lead(lines, c, one, other),
                f"{lead} {criterion} > 0 base sd, by the interval",
                at_least=POSITIVE,
            ),
            [one, other],
        )
        for name, statement, one, other, criterion in (
            (
                "experts-pay",
                "Audits by experts buy gold.",
                *(main, none),
                "with them less without audits",
            ),
            (
                "truth-pays-more",
                "Audits by the truth buy more gold than asking the raters again.",
                *(truth, again),
                "with the ones less with the others",
            ),
            (
                "labels-pay",
                "More labels buy more gold.",
                *(many, few),
                f"with {MANY} labels a round less with {FEW}",
            ),
            (
                "comparing-pays-more",
                "To compare what was flagged buys more gold than to train against it.",
                *(main, against),
                "with the one less with the other",
            ),
        )
    ] + [
        Asked(
            Claim(
                "returns-diminish",
                "The first labels buy more, one by one, than those that follow.",
                lambda c: (
                    (
                        of.gold_lead(lines, c, main, none) / labels
                        - of.gold_lead(lines, c, many, main) / (MANY - labels)
                    )
                    * 100
                ),
                f"{lead}, per 100 labels a round, of the first {labels} less of the next "
                f"{MANY - labels} > 0 base sd, by the interval",
                at_least=POSITIVE,
            ),
            [none, main, many],
        )
    ]


def _of_carrying_over(lines: Any, spec: LoopSpec) -> list[Asked]:
    unlooked, main, everywhere = (
        line_of(arm, spec) for arm in ("no-audit", "expert", "expert-everywhere")
    )
    seen = legible_to("expert")
    share = (
        f"share of the failures legible to the auditor {REMOVED}: at prompts of "
        f"{', '.join(spec.audit.unaudited)} / at the others"
    )
    return [
        Asked(
            Claim(
                "fixes-stay-where-made",
                "Of a fix, less than half reaches a family of prompts that was never audited.",
                lambda c: of.carry_over(lines, c, seen, main, unlooked),
                f"{share} < 0.5, by the interval; from 0.5 on they carry over",
                below=0.5,
                controls="its control, audited there: audited-there-fixed-there",
            ),
            [main, unlooked],
        ),
        Asked(
            Claim(
                "audited-there-fixed-there",
                "Audited as well, that family is fixed as well.",
                lambda c: of.carry_over(lines, c, seen, everywhere, unlooked),
                f"{share} ≥ 0.5 where the audit looks everywhere, by the interval",
                at_least=0.5,
                controls="the control of fixes-stay-where-made",
            ),
            [everywhere, unlooked],
        ),
    ]


def _of_a_more_capable_policy(lines: Any, spec: LoopSpec) -> Asked:
    grown, main = line_of("more-capable", spec), line_of("expert", spec)
    new = spec.weaker_turns + 1

    def more(curves: of.Curves, turn: int) -> Any:
        return at(lines, curves, legible_to("expert"), grown, turn) - at(
            lines, curves, legible_to("expert"), main, turn
        )

    return Asked(
        Claim(
            "new-policy-new-failures",
            "Audits of a weaker policy leave failures of a more capable one that they would see.",
            lambda c: more(c, new),
            f"what failures legible to experts cost, after round {new}, whose policy is the first "
            "more capable one, less the same where all rounds had it > 0 points, by the interval",
            at_least=POSITIVE,
            controls="the same policy, rater, and number of labels: only whose outputs were "
            "audited differs",
        ),
        [grown, main],
        lambda _, lines: f"after the last round {more(lines.columns.mean, LAST):.2g}",
    )


_CLAIMS = ClaimsOfRows(lambda rows, spec: of.loop_lines(rows, tuple(spec.panel)), claims)
loop_findings, loop_statistics, findings = _CLAIMS.of_run, _CLAIMS.names, _CLAIMS.of_rows
