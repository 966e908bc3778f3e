"""A test of a curve, as an audit states it: the contrast that stands out most, all counted."""

import numpy as np
from jaxtyping import Float

from looksgood.core.audit_result import Speaks, Test
from looksgood.ops.curve import Curve
from looksgood.ops.sup_t import SupT, sup_t


def curve_test(
    curve: Curve,
    contrasts: Float[np.ndarray, "contrasts checkpoints"],
    *,
    name: str,
    statement: str,
    run: str,
    bound: float = 0.0,
    since: float | None = None,
    speaks_to: Speaks | None = None,
) -> Test:
    """Test whether any of `contrasts` @ curve is above `bound` (`sup_t`).

    `since` is the step that a curve of changes is compared with; else a contrast names both.

    Raises:
        TooFew: errors are unknown, there are no degrees of freedom, or nothing varies.
    """
    found = sup_t(curve, contrasts, bound=bound)
    looked_at = curve.x[contrasts[found.place] != 0]
    first = looked_at[0] if since is None else since
    at = (float(first), float(looked_at[-1]))
    return as_test(found, name=name, statement=statement, run=run, at=at, speaks_to=speaks_to)


def as_test(
    found: SupT,
    *,
    name: str,
    statement: str,
    run: str,
    at: tuple[float, float],
    speaks_to: Speaks | None = None,
) -> Test:
    """Return what `sup_t` found as a test of the audit."""
    return Test(
        name=name,
        statement=statement,
        run=run,
        estimate=found.estimate,
        low=found.low,
        high=found.high,
        p=found.p,
        speaks_to=speaks_to,
        at=at,
        detectable=found.detectable,
    )
