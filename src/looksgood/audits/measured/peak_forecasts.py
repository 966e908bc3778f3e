"""Where gold will peak, foretold from the points so far: distributions over √KL, none of them sure.

In our own study of forecasts (docs/studies.md, forecast) none was better than saying "now".
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from looksgood.audits.measured.over_kl import OverKl
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
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


def peak_forecasts(gold: OverKl, slope: OverKl | None) -> Mapping[str, Draws]:
    """Return draws of √KL at gold's peak, by forecaster; all take it to lie ahead.

    `slope` is gold per point of proxy within prompts, where it is known.

    Raises:
        TooFew: fewer than 4 checkpoints, errors that are not known, or no KL above 0.
    """
    now = float(gold.d.max(initial=0.0))
    sd = gold.score.se
    if len(gold.d) < LEAST or not now > 0:
        raise TooFew(f"{len(gold.d)} checkpoints, {LEAST} with a KL above 0 are needed")
    if not gold.score.errors_known or not (sd > 0).all():
        raise TooFew("gold's errors are not known")
    far = AHEAD * now
    found = {"no idea": evenly_ahead(now, far)}
    if gold.d[0] <= NEAR_BASE * now:
        gain, errors = _gains(gold)
        found["Gao's RL form"] = peak_by_shape(rl_form_shape, gold.d[1:], gain, errors, now, far)
    try:
        process = fit_gaussian_process(gold.d, gold.score.mean, sd=sd)
    except (TooFew, ValueError):  # all scores alike: nothing to tell from
        pass
    else:
        normals = Seed(("audit forecast",)).numpy().standard_normal((len(found["no idea"]), GRID))
        found["Gaussian process"] = peak_by_process(process, now, far, normals)
    if slope is not None and (slope.score.se > 0).all():
        found["covariance's line to 0"] = peak_by_shape(
            covariance_shape, slope.d, slope.score.mean, slope.score.se, now, far
        )
    return found


def _gains(gold: OverKl) -> tuple[Draws, Draws]:
    """Return gold less that of the first checkpoint, taken for the base, with errors."""
    covariance = gold.score.covariance
    variance = np.diag(covariance)[1:] + covariance[0, 0] - 2 * covariance[0, 1:]
    return gold.score.mean[1:] - gold.score.mean[0], np.sqrt(np.maximum(variance, 1e-300))
