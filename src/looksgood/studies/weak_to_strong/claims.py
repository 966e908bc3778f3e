"""The claims of weak-to-strong, written before the run, and the examinations they are held to."""

from collections.abc import Sequence
from typing import Any

from looksgood.studies.asked import Asked, ClaimsOfRows
from looksgood.studies.catalogue.weak_to_strong import LARGEST, LOWEST, arm_of
from looksgood.studies.findings import POSITIVE, Claim, Finding, Statistic
from looksgood.studies.weak_to_strong.examined import ACCURACY, ZERO_SHOT, Curves, Examined, Taught

SHARE = "share of the gap between supervisor and ceiling that is recovered"
UNTAUGHT = (
    "accuracy of the largest student on claims, less that of P(“true .”) > P(“false .”) before it "
    "was taught"
)
NULL = 0.2
"""By how much of the gap errors with a cause must be harder than noise."""


def taught(supervision: str, task: str = "claims", width: int = LARGEST) -> Taught:
    """Return a student, its supervisor (of noise: whom it mimics) and its ceiling."""
    weak = supervision.removesuffix("-noise").removesuffix("-confident")
    return Taught(*(arm_of(task, who, width) for who in (supervision, weak, "truth")))


def claims(examined: Any) -> list[Asked]:
    """Return the claims; their statistics read `examined`, an `Examined` (None: names only)."""
    return [
        *_of_the_null(examined),
        *_of_recovery(examined),
        *_of_errors(examined),
        *_of_confidence(examined),
        *_of_gaps(examined),
    ]


def _of_the_null(examined: Any) -> list[Asked]:
    """At equal accuracy, is noise recovered by more than errors that have a cause?"""

    def more(errors: Taught, noise: Taught) -> Statistic:
        return lambda c: examined.recovered(c, noise) - examined.recovered(c, errors)

    return [
        _claim(
            f"noise-beats-{who}",
            f"Errors {whose} are not averaged away as random ones are.",
            more(taught(who), taught(f"{who}-noise")),
            f"{SHARE} from random errors, less that from as many {whose}, ≥ {NULL}",
            (taught(who), taught(f"{who}-noise")),
            at_least=NULL,
            controls="random errors are recovered at all: noise-is-averaged",
        )
        for who, whose in (("rater", "that people share"), ("model", "of a small model"))
    ]


def _of_recovery(examined: Any) -> list[Asked]:
    model, rater, compared = taught("model"), taught("rater"), taught("model", "comparisons")

    def better_than_untaught(c: Curves, who: Taught) -> Any:
        untaught = examined.at(c, ZERO_SHOT, who.student)
        return examined.at(c, ACCURACY, who.student) - untaught

    return [
        _claim(
            "naive-recovers",
            "A large student of a small model's labels is better than the small model.",
            lambda c: examined.recovered(c, model),
            f"{SHARE}, largest student, claims, > 0",
            (model,),
            at_least=POSITIVE,
            controls="what it knows untaught: beats-zero-shot",
        ),
        _claim(
            "rater-is-imitated",
            "A large student of people's labels learns their errors.",
            lambda c: examined.recovered(c, rater),
            f"{SHARE}, largest student, claims, < {NULL}",
            (rater,),
            below=NULL,
        ),
        _claim(
            "comparisons-recover-less",
            "Of comparisons it recovers less than of claims.",
            lambda c: examined.recovered(c, model) - examined.recovered(c, compared),
            f"{SHARE} from a small model's labels of claims, less that of comparisons, > 0",
            (model, compared),
            at_least=POSITIVE,
        ),
        _claim(
            "beats-zero-shot",
            "A large student of a small model's labels is better than the same model untaught.",
            lambda c: better_than_untaught(c, model),
            f"{UNTAUGHT}, small model's labels, > 0",
            (model.student,),
            at_least=POSITIVE,
            controls="what it knew before it was taught is no generalisation",
            shown=model,
        ),
        _claim(
            "rater-unteaches",
            "A large student of people's labels is worse than the same model untaught.",
            lambda c: better_than_untaught(c, rater),
            f"{UNTAUGHT}, people's labels, < 0",
            (rater.student,),
            below=0.0,
            shown=rater,
        ),
        _claim(
            "noise-is-averaged",
            "Random errors, as many as people's, are averaged away.",
            lambda c: examined.recovered(c, taught("rater-noise")),
            f"{SHARE} from random errors, largest student, claims, > 0",
            (taught("rater-noise"),),
            at_least=POSITIVE,
            controls="the control of noise-beats-rater",
        ),
    ]


def _of_errors(examined: Any) -> list[Asked]:
    large, small = taught("model"), taught("model", width=LOWEST)
    rater, rater_small = taught("rater"), taught("rater", width=LOWEST)

    def agreement(c: Curves, who: Taught) -> Any:
        return examined.agreement_on_errors(c, who.student)

    def of_raters(_: Finding, found: Examined) -> str:
        arms = (rater.student, rater_small.student)
        if any(map(found.lacks, arms)):
            return ""
        shares = [float(found.agreement_on_errors(found.columns.mean, arm)) for arm in arms]
        return (
            f"with people's errors: {shares[0]:.2f} of the largest, {shares[1]:.2f} of the smallest"
        )

    return [
        Asked(
            Claim(
                "agreement-falls",
                "Larger students share fewer of a small model's errors.",
                lambda c: agreement(c, large) - agreement(c, small),
                "share of the supervisor's errors that the largest student makes too, less that of "
                "the smallest, < 0, by the interval",
                below=0.0,
                needs=(),
            ),
            (large.student, small.student),
            of_raters,
        )
    ]


def _of_confidence(examined: Any) -> list[Asked]:
    plain, sure = taught("model"), taught("model-confident")
    small, small_sure = (taught(who, width=LOWEST) for who in ("model", "model-confident"))

    def accuracy(c: Curves, who: Taught) -> Any:
        return examined.at(c, ACCURACY, who.student)

    return [
        _claim(
            "confidence-helps",
            "Trusting itself, a large student recovers more.",
            lambda c: examined.recovered(c, sure) - examined.recovered(c, plain),
            f"{SHARE} with the confidence loss, less that without, > 0",
            (plain, sure),
            at_least=POSITIVE,
            controls="not expected of models this small",
        ),
        _claim(
            "confidence-hurts-the-smallest",
            "Trusting itself, a student as small as its supervisor does worse.",
            lambda c: accuracy(c, small_sure) - accuracy(c, small),
            "accuracy with the confidence loss, less that without, < 0",
            (small.student, small_sure.student),
            below=0.0,
        ),
        _claim(
            "confidence-lowers-agreement",
            "Trusting itself, a large student shares fewer of its supervisor's errors.",
            lambda c: (
                examined.agreement_on_errors(c, sure.student)
                - examined.agreement_on_errors(c, plain.student)
            ),
            "share of the supervisor's errors that it makes too, less that without the loss, < 0",
            (plain.student, sure.student),
            below=0.0,
        ),
    ]


def _of_gaps(examined: Any) -> list[Asked]:
    """The gaps themselves: where one is small its shares mean nothing, and none is taken."""
    whose = {
        "gap-to-model": ("a small model", taught("model")),
        "gap-to-rater": ("people", taught("rater")),
        "gap-to-model-comparisons": ("a small model's comparisons", taught("model", "comparisons")),
    }
    return [
        Asked(
            Claim(
                name,
                f"The truth would teach the largest student more than the labels of {who} hold.",
                lambda c, student=student: examined.missing(c, student),
                "accuracy of the ceiling less that of the supervisor ≥ 0.05, by the interval",
                at_least=0.05,
                controls="a share of the gap is told where it is 5 points and 3 SE or more",
                needs=(),
            ),
            (student.student, student.ceiling),
            lambda _, found, student=student: f"{found.gap(student)}; {found.said(student)}",
        )
        for name, (who, student) in whose.items()
    ]


def _claim(
    name: str,
    statement: str,
    statistic: Statistic,
    criterion: str,
    needs: Sequence[Any],
    shown: Taught | None = None,
    **ends: Any,
) -> Asked:
    """Return a claim beside which each gap that it needs is shown, with its error and its parts."""
    gaps = [need for need in (shown, *needs) if isinstance(need, Taught)]

    def beside(_: Finding, found: Examined) -> str:
        known = [gap for gap in gaps if not found.lacks(gap)]
        return "; ".join(f"{gap.student}: {found.gap(gap)}; {found.said(gap)}" for gap in known)

    claim = Claim(name, statement, statistic, f"{criterion}, by the interval", needs=(), **ends)
    return Asked(claim, tuple(needs), beside)


_CLAIMS = ClaimsOfRows(lambda rows, _: Examined.of_rows(rows), lambda examined, _: claims(examined))
weak_to_strong_findings, weak_to_strong_statistics, findings = (
    _CLAIMS.of_run,
    _CLAIMS.names,
    _CLAIMS.of_rows,
)
