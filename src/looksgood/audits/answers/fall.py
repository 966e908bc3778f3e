"""Did a score fall? The largest fall between any two checkpoints, all pairs counted."""

from collections.abc import Mapping
from typing import Literal

from looksgood.audits.phrases import interval, number, p_value
from looksgood.core.audit_result import NotMeasured, Test
from looksgood.core.errors import TooFew
from looksgood.ops.contrasts import falls, pairs
from looksgood.ops.curve import Curve
from looksgood.ops.detectable_fall import detectable_fall
from looksgood.ops.sup_t import sup_t

ALPHA = 0.05
CALLED = {"gold": "Gold", "rater": "The rater's score", "proxy": "The proxy"}
"""How a sentence begins."""
SPEAKS_TO: Mapping[str, Literal["gold_fell", "exploitation"]] = {
    "gold": "gold_fell",
    "rater": "exploitation",
}
"""A fall of the proxy is bad training, no exploitation: it describes only."""


def fall_test(curve: Curve, run: str, name: str = "gold") -> Test | NotMeasured:
    """Test whether a score fell from any checkpoint to a later one."""
    try:
        if len(curve.x) < 2:
            raise TooFew(f"{name} is known at one checkpoint: there is no other to compare it with")
        contrasts = falls(len(curve.x))
        found = sup_t(curve.mean, curve.covariance, curve.dof, contrasts, pooled=curve.pooled)
        detectable = detectable_fall(curve)
    except TooFew as error:
        return NotMeasured(f"whether {name} fell", str(error), run)
    earlier, later = (int(places[found.place]) for places in pairs(len(curve.x)))
    return Test(
        name=f"{name}_fall",
        statement=f"{CALLED.get(name, name)} fell from a checkpoint to a later one, in its points",
        run=run,
        estimate=found.estimate,
        low=found.low,
        high=found.high,
        p=found.p,
        speaks_to=SPEAKS_TO.get(name),
        at=(float(curve.x[earlier]), float(curve.x[later])),
        detectable=detectable,
    )


def fall_words(test: Test, score: str, x_label: str) -> str:
    """Return what a test of a fall found, as a sentence."""
    if test.estimate is None or test.at is None or test.p is None:
        return ""
    size = interval(test.estimate, test.low, test.high)
    where = f"between {x_label} {test.at[0]:g} and {test.at[1]:g}"
    how_sure = f"(p {p_value(test.p)}, all pairs of checkpoints counted)"
    if test.p <= ALPHA:
        return f"{CALLED[score]} fell by {size} {where} {how_sure}."
    rest = f"a fall of {number(test.detectable or 0.0)} would have been noticed with 80 %"
    if test.estimate <= 0:
        return f"{CALLED[score]} never fell from one checkpoint to a later one {how_sure}; {rest}."
    return (
        f"{CALLED[score]} did not fall by more than noise explains: the clearest fall is {size} "
        f"{where} {how_sure}; {rest}."
    )
