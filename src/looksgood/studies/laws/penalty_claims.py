"""The claims of kl-penalty, written before the run: what a penalty changes, and what not."""

from functools import partial
from typing import Any

import numpy as np

from looksgood.measures.interval_coverage import FORM_CHOICE_PERCENT
from looksgood.measures.resample import interval
from looksgood.measures.turning import least_step_ratio
from looksgood.studies.asked import Asked, ClaimsOfRows
from looksgood.studies.findings import POSITIVE, Claim, Finding
from looksgood.studies.laws import optimizer_claims as optimizers
from looksgood.studies.laws import penalty_statistics as of
from looksgood.studies.laws.penalty_settings import PenaltySpec
from looksgood.studies.run_lines import Line, Lines, lines_of

BAND = 0.1
"""Base sd within which gold at matched KL is called equal."""


def claims(lines: Any, spec: PenaltySpec) -> list[Asked]:
    """Return the claims; their statistics read `lines`, a `Lines` (None if there is none)."""
    kind = spec.optimizer.kind
    runs: list[Line] = [("ordinary", kind, beta) for beta in spec.penalties]
    slow: list[Line] = [("slow", kind, beta) for beta in spec.penalties]
    return [
        *_of_penalties(lines, runs, ""),
        *_of_penalties(lines, slow, "-slow"),
        *_of_form(lines, runs[-1]),
        *optimizers.of_equal_proxy(lines, 0.5),
        *optimizers.of_equal_proxy(lines, 1.0),
        optimizers.of_controller(lines),
        *optimizers.of_frontier(lines, runs),
        *optimizers.of_control_arms(lines, kind),
    ]


def _of_penalties(lines: Any, runs: list[Line], end: str) -> list[Asked]:
    rate = " at the lower learning rate" if end else ""

    def differences(_: Finding, lines: Lines) -> str:
        return "gold of each penalty less that of none: " + "; ".join(
            f"{run[2]:g}: {_gold_to(runs[-1], run, lines)}" for run in runs[:-1]
        )

    return [
        Asked(
            Claim(
                f"kl-monotone{end}",
                f"Final KL rises with every step to a weaker penalty{rate}.",
                lambda c: least_step_ratio(of.final_kls(lines, c, runs)),
                "smallest ratio of neighbouring KLs > 1, by the interval",
                at_least=1,
            ),
            runs,
        ),
        Asked(
            Claim(
                f"gold-matches{end}",
                f"Where KL is the same gold is the same, whatever the penalty{rate}.",
                lambda c: of.largest_gold_difference(lines, c, runs),
                f"largest |difference in gold| of two penalties, at the KL where the stronger one "
                f"ends, < {BAND:g} base sd, by the interval: an equivalence test",
                below=BAND,
            ),
            runs,
            differences,
        ),
        Asked(
            Claim(
                f"proxy-higher{end}",
                f"Where KL is the same proxy is higher with a penalty than without{rate}.",
                lambda c: of.least_proxy_lead(lines, c, runs),
                "smallest lead in proxy of a penalty over none, at the KL where it ends, > 0, by "
                "the interval",
                at_least=POSITIVE,
            ),
            runs,
        ),
    ]


def _of_form(lines: Any, free: Line) -> list[Asked]:
    return [
        Asked(
            Claim(
                "rl-form",
                "Without a penalty gold follows d(α − β log d) rather than d(α − βd), d = √KL.",
                lambda c: of.rl_form_lead(lines, c, free),
                "AIC of d(α − βd) less that of d(α − β log d), over all seeds, ≥ 4, by the "
                "interval; between −4 and 4: not distinguishable",
                at_least=4,
                controls="resampling draws it to 0: such intervals held the truth in "
                + ", ".join(f"{p} % ({n} seeds)" for n, p in FORM_CHOICE_PERCENT.items())
                + " of simulations",
            ),
            [free],
            lambda finding, _: _which_form(finding),
        ),
        Asked(
            Claim(
                "rl-form-held-out",
                "Fitted to every second checkpoint, it errs less at those between.",
                lambda c: of.rl_form_held_out_lead(lines, c, free),
                "held-out error of d(α − βd) less that of d(α − β log d), base sd, > 0, by the "
                "interval",
                at_least=POSITIVE,
            ),
            [free],
        ),
    ]


def _gold_to(free: Line, run: Line, lines: Lines) -> str:
    difference = partial(of.at_matched_kl, lines, column="gold", strong=run, weak=free)
    found = float(difference(lines.columns.mean))
    if np.isnan(found):
        return "unknown"
    low, high = interval(difference(lines.columns.draws))
    return f"{found:+.2f} [{low:+.2f}, {high:+.2f}]"


def _which_form(finding: Finding) -> str:
    low, high = finding.low, finding.high
    if low is not None and low >= 4:
        return "d(α − β log d) fits better"
    if high is not None and high <= -4:
        return "d(α − βd) fits better"
    return "not distinguishable"


_CLAIMS = ClaimsOfRows(lambda rows, _: lines_of(rows), claims)
penalty_findings, penalty_statistics, findings = _CLAIMS.of_run, _CLAIMS.names, _CLAIMS.of_rows
