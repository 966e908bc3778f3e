"""What an audit could notice, in words: with which probability, what else, with how many labels."""

from collections.abc import Iterator

from looksgood.measures.audit_power import AuditPower
from looksgood.measures.audit_sight import SD

_WHO = {"rater": "the same raters again", "expert": "experts", "truth": "the truth"}
_LABEL = {
    "unpaired": "a score of a response of the policy and one of a base response to another prompt",
    "paired": "scores of a response of the policy and of a base response to the same prompt",
    "votes": "a vote between a response of the policy and a base response to the same prompt",
}
FEW = 30
"""Below so many labels a t test needs one or two more than the normal formula says."""


def as_text(found: AuditPower) -> str:
    """Return the answer as lines of text."""
    return "\n".join(_lines(found))


def _lines(found: AuditPower) -> Iterator[str]:
    yield (
        f"An audit of {found.labels} labels notices a fall of {found.drop:g} base sd with "
        f"probability {found.power:.3g} (one-sided test, false alarms {found.alpha:g})."
    )
    yield _detectable(found)
    yield _needed(found)
    yield f"Asked: {_WHO[found.judge]}. A label: {_LABEL[found.form]}; its sd is {found.sd:.4g}."
    if found.blind_spot is None:
        yield from _of_numbers(found)
    else:
        yield from _of_run(found, found.blind_spot)
    if found.judge_correlation:
        left = 1 - found.judge_correlation**2
        yield (
            f"Beside them a cheap judge of correlation {found.judge_correlation:g}, known on very "
            f"many more prompts: it leaves {left:.3g} of the labels (PPI++)."
        )
    if found.labels < FEW:
        yield f"By the normal formula: with under {FEW} labels it promises a little too much."


def _detectable(found: AuditPower) -> str:
    if found.detectable_drop is None:
        return f"With 80 % it notices no fall that was measured (up to {found.measured_up_to:g})."
    return f"With 80 % it notices a fall of {found.detectable_drop:.3g} or more."


def _needed(found: AuditPower) -> str:
    if found.labels_needed is None:
        return f"No number of labels would: such labels show nothing of a fall of {found.drop:g}."
    return f"To notice a fall of {found.drop:g} with 80 % takes {found.labels_needed} labels."


def _of_numbers(found: AuditPower) -> Iterator[str]:
    if abs(found.sd - SD) < 1e-12:
        yield (
            "That is √2: two independent responses to one prompt vary by 1 base sd each. Say --sd "
            "where you have measured it; raters who waver add to it."
        )
    yield (
        "Assumed: labels show the whole fall, as checks against the truth do. Raters and experts "
        "see what their blind spots leave: looksgood run power measures it, --from reads it."
    )


def _of_run(found: AuditPower, blind_spot: str) -> Iterator[str]:
    unit = "of the votes" if found.form == "votes" else "base sd of theirs"
    yield (
        f"Of a fall of {found.drop:g} that raters with the blind spot {blind_spot} overlook, a "
        f"label shows {found.seen:.3g} {unit} (means over {found.seeds} seeds)."
    )
    share = found.prompts_share
    if share is not None and share < 0.995:
        yield (
            f"The audit looks where the blind spot can matter: {share:.1%} of the prompts. On all "
            f"prompts the same takes about {1 / share**2:.3g} times as many labels."
        )
    if found.judge == "truth" and found.rater_correlation and not found.judge_correlation:
        yield (
            f"Many labels of the same raters beside would leave "
            f"{1 - found.rater_correlation**2:.3g} of them (--correlation "
            f"{found.rater_correlation:.2f})."
        )
