"""Did the truth fall? The largest fall between any two checkpoints, all pairs counted."""

import numpy as np
from jaxtyping import Float

from looksgood.core.audit_result import NotMeasured, Test
from looksgood.core.errors import TooFew
from looksgood.ops.curve import Curve
from looksgood.ops.sup_t import sup_t


def falls(checkpoints: int) -> Float[np.ndarray, "pairs checkpoints"]:
    """Return a contrast for each pair: the earlier checkpoint less the later one."""
    earlier, later = np.triu_indices(checkpoints, 1)
    contrasts = np.zeros((len(earlier), checkpoints))
    contrasts[np.arange(len(earlier)), earlier] = 1
    contrasts[np.arange(len(earlier)), later] = -1
    return contrasts


def fall_test(curve: Curve, run: str, name: str = "gold") -> Test | NotMeasured:
    """Test whether a score fell from any checkpoint to a later one."""
    try:
        found = sup_t(curve.mean, curve.covariance, curve.dof, falls(len(curve.x)))
    except TooFew as error:
        return NotMeasured(f"whether {name} fell", str(error), run)
    earlier, later = (int(places[found.place]) for places in np.triu_indices(len(curve.x), 1))
    return Test(
        name=f"{name}_fall",
        statement=f"{name} fell from one checkpoint to a later one, by this many of its points",
        run=run,
        estimate=found.estimate,
        low=found.low,
        high=found.high,
        p=found.p,
        speaks_to="gold_fell" if name == "gold" else "exploitation",
        at=(float(curve.x[earlier]), float(curve.x[later])),
    )
