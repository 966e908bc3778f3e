"""What an audit of so many labels could notice: from numbers, or with a judge that a run measured.

One-sided test at α of "the base is better", by the normal formula of `ops.power`, which agrees with
simulated audits of 50 labels or more (`measures.audits`; the study `power` says how well).
"""

from dataclasses import asdict, dataclass
from typing import Any

from looksgood.measures.audit_sight import TARGET, FullSight, Sight
from looksgood.ops.checks import inside, positive
from looksgood.ops.power import labels_needed, power_of

NOTHING = 1e-6
"""What a judge sees less of than this, in base sd or votes, they do not see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPower:
    """What an audit could notice, and all that this rests on."""

    drop: float
    """Base sd of gold, on the prompts that are audited."""
    labels: int
    alpha: float
    power: float
    detectable_drop: float | None
    """The smallest fall noticed with 80 %; None: none that was measured."""
    labels_needed: int | None
    """To notice `drop` with 80 %; None: no number of labels would."""
    judge: str = "truth"
    form: str = "paired"
    blind_spot: str | None = None
    seen: float
    """What a label shows of the fall in the mean: base sd of the judge, or share of votes − ½."""
    sd: float
    """What a label varies by, before a cheap judge beside takes its part."""
    judge_correlation: float
    """Of a cheap judge beside, whose labels on very many more prompts are known; 0: nobody."""
    measured_up_to: float | None = None
    """The largest fall that every seed of the run has; None: from numbers."""
    prompts_share: float | None = None
    """On which share of all prompts the blind spot can matter: there the audit looks."""
    rater_correlation: float | None = None
    """Of the run's raters with the truth, in paired scores at the nearest fall measured."""
    seeds: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain data; what is not known is None."""
        return asdict(self)


def audit_power(
    sight: Sight, drop: float, labels: int, alpha: float, correlation: float = 0.0, **about: Any
) -> AuditPower:
    """Return what an audit by a judge of this sight notices of a fall.

    Raises:
        ValueError: a number is out of range; it is named as the command's option.
    """
    positive("--drop", drop)
    if labels < 2:
        raise ValueError(f"--labels={labels}: at least 2 are needed")
    if inside("--alpha", alpha) >= TARGET:
        raise ValueError(f"--alpha={alpha}: so many false alarms are no audit; give 0.05, say")
    if not -1 < correlation < 1:
        raise ValueError(f"--correlation={correlation}: strictly between -1 and 1")
    told = sight.beside(correlation)
    seen, sd = told.seen(drop), positive("--sd", told.sd(drop))
    return AuditPower(
        drop=drop,
        labels=labels,
        alpha=alpha,
        power=power_of(labels, sd, seen, alpha),
        detectable_drop=told.detectable(labels, alpha),
        labels_needed=labels_needed(sd, seen, alpha, TARGET) if seen > NOTHING else None,
        seen=seen,
        sd=sight.sd(drop),
        judge_correlation=correlation,
        **about,
    )


def from_numbers(
    drop: float, labels: int, sd: float, alpha: float, correlation: float = 0.0
) -> AuditPower:
    """Return what an audit notices whose labels show the whole fall: checks against the truth.

    Raises:
        ValueError: as `audit_power`.
    """
    return audit_power(FullSight(positive("--sd", sd)), drop, labels, alpha, correlation)
