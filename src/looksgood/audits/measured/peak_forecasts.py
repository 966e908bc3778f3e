"""Where gold will peak, foretold from the points so far: distributions over √KL, none of them sure.

In our own study of forecasts (docs/studies.md, forecast) none was better than saying "now".
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.ops.curve import Curve
from looksgood.ops.gaussian_process import fit_gaussian_process
from looksgood.ops.peak_forecast import (
    covariance_shape,
    evenly_ahead,
    peak_by_process,
    peak_by_shape,
    rl_form_shape,
)

LEAST = 4
"""Checkpoints with gold and KL."""
AHEAD = 2.0
"""How many times the present √KL one looks ahead."""
NEAR_BASE = 0.2
"""Of the present √KL: the first checkpoint lies within it, or gold at the base is not known."""
GRID = 200

Draws = Float[np.ndarray, " draws"]


def peak_forecasts(gold: Curve, slope: Curve | None) -> Mapping[str, Draws]:
    """Return draws of √KL at gold's peak, by forecaster; all take it to lie ahead.

    `slope` is gold per point of proxy within prompts, where it is known.

    Raises:
        TooFew: fewer than 4 checkpoints, errors that are not known, or no KL above 0.
    """
    now = float(gold.x.max(initial=0.0))
    sd = gold.se
    if len(gold.x) < LEAST or not now > 0:
        raise TooFew(f"{len(gold.x)} checkpoints, {LEAST} with a KL above 0 are needed")
    if not gold.errors_known or not (sd > 0).all():
        raise TooFew("gold's errors are not known")
    far = AHEAD * now
    found = {"no idea": evenly_ahead(now, far)}
    if gold.x[0] <= NEAR_BASE * now:
        gain, errors = _gains(gold)
        found["Gao's RL form"] = peak_by_shape(rl_form_shape, gold.x[1:], gain, errors, now, far)
    try:
        process = fit_gaussian_process(gold.x, gold.mean, sd=sd)
    except (TooFew, ValueError):  # all scores alike: nothing to tell from
        pass
    else:
        normals = Seed(("audit forecast",)).numpy().standard_normal((len(found["no idea"]), GRID))
        found["Gaussian process"] = peak_by_process(process, now, far, normals)
    if slope is not None and (slope.se > 0).all():
        found["covariance's line to 0"] = peak_by_shape(
            covariance_shape, slope.x, slope.mean, slope.se, now, far
        )
    return found


def _gains(gold: Curve) -> tuple[Draws, Draws]:
    """Return gold less that of the first checkpoint, taken for the base, with errors."""
    covariance = gold.covariance
    variance = np.diag(covariance)[1:] + covariance[0, 0] - 2 * covariance[0, 1:]
    return gold.mean[1:] - gold.mean[0], np.sqrt(np.maximum(variance, 1e-300))
