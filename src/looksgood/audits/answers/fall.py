"""Did a score fall? The largest fall between any two checkpoints, all pairs counted."""

from collections.abc import Mapping

from looksgood.audits.answers.curve_test import curve_test
from looksgood.core.audit_result import NotMeasured, Speaks, Test
from looksgood.core.errors import TooFew
from looksgood.core.in_words import begun, number, p_equals, step, with_limits
from looksgood.ops.contrasts import falls
from looksgood.ops.curve import Curve

CALLED = {"gold": "gold", "rater": "the rater's score", "proxy": "the proxy"}
"""In a sentence."""
SPEAKS_TO: Mapping[str, Speaks] = {"gold": "gold_fell", "rater": "exploitation"}
"""A fall of the proxy is bad training, no exploitation: it describes only."""


def fall_test(curve: Curve, run: str, score: str = "gold") -> Test | NotMeasured:
    """Test whether a score fell from any checkpoint to a later one; else say why it cannot."""
    try:
        if len(curve.x) < 2:
            raise TooFew(f"{score} is known at one checkpoint: there is no other to compare with")
        return curve_test(
            curve,
            falls(len(curve.x)),
            name=f"{score}_fall",
            statement=f"{CALLED[score]} fell from a checkpoint to a later one, in its points",
            run=run,
            speaks_to=SPEAKS_TO.get(score),
        )
    except TooFew as error:
        return NotMeasured(f"whether {score} fell", str(error), run)


def fall_words(test: Test, score: str, x_label: str) -> str:
    """Return what a test of a fall found, as a sentence."""
    if test.estimate is None or test.at is None:
        return ""
    size = with_limits(test.estimate, test.low, test.high)
    where = f"between {x_label} {step(test.at[0])} and {step(test.at[1])}"
    how_sure = f"({p_equals(test.p)}, all pairs of checkpoints counted)"
    if test.rejects:
        return f"{begun(CALLED[score])} fell by {size} {where} {how_sure}."
    rest = f"a fall of {number(test.detectable)} would have been noticed with 80 %"
    if test.estimate <= 0:
        never = "never fell from one checkpoint to a later one"
        return f"{begun(CALLED[score])} {never} {how_sure}; {rest}."
    return (
        f"{begun(CALLED[score])} did not fall by more than noise explains: the clearest fall is "
        f"{size} {where} {how_sure}; {rest}."
    )
