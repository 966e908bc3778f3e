"""The logarithm of an integral whose integrand is known by its logarithm and may underflow."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

Places = Float[np.ndarray, " places"]

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_HALVINGS = 8


def log_integral(log_f: Callable[[Places], Places], nodes: Places) -> float:
    """Return log ∫ exp(log_f(x)) dx from the first to the last of `nodes`, to about 1e-12.

    `nodes` are places where the integrand may change its scale, in order. It is divided by its
    peak before it is integrated, so that it neither over- nor underflows: Gauss–Legendre between
    the nodes and about the peak, every panel halved until the integral stays. The peak is looked
    for beside the highest node: of several narrow peaks all must have nodes.

    Raises:
        ArithmeticError: the integral did not come to rest at 1e-10 relative.
    """
    heights = log_f(nodes)
    best = int(heights.argmax())
    peak = _peak(log_f, nodes[max(best - 1, 0)], nodes[min(best + 1, len(nodes) - 1)])
    top = max(float(log_f(np.array([peak]))[0]), float(heights[best]))
    breaks = np.unique(np.concatenate([nodes, _around(log_f, peak, nodes)]))
    total = _panels(log_f, breaks, top)
    change = np.inf
    for _ in range(_HALVINGS):
        breaks = np.sort(np.concatenate([breaks, (breaks[1:] + breaks[:-1]) / 2]))
        before, total = total, _panels(log_f, breaks, top)
        change = abs(total - before) / total
        if change < 1e-13:
            break
    if not change < 1e-10:
        raise ArithmeticError(f"the integral still moves by {change:.1g} of itself, not 1e-10")
    return float(np.log(total)) + top


def _panels(log_f: Callable[[Places], Places], breaks: Places, top: float) -> float:
    half = np.diff(breaks) / 2
    x = (breaks[:-1] + half)[:, None] + half[:, None] * _POINTS
    return float(half @ np.exp(log_f(x.ravel()) - top).reshape(x.shape) @ _WEIGHTS)


def _peak(log_f: Callable[[Places], Places], left: float, right: float) -> float:
    """Return where log_f is highest between `left` and `right`, by ever finer grids."""
    grid = np.linspace(left, right, 33)
    for _ in range(12):
        best = int(log_f(grid).argmax())
        grid = np.linspace(grid[max(best - 1, 0)], grid[min(best + 1, 32)], 33)
    return float(grid[16])


def _around(
    log_f: Callable[[Places], Places], peak: float, nodes: Places
) -> Float[np.ndarray, " more"]:
    """Return places up to 30 widths off the peak; at one width log_f has lost 4 at most."""
    widths = (nodes[-1] - nodes[0]) * 0.5 ** np.arange(60)
    left, right = np.maximum(peak - widths, nodes[0]), np.minimum(peak + widths, nodes[-1])
    lost = log_f(np.array([peak])) - np.minimum(log_f(left), log_f(right))
    fits = widths[lost < 4]
    width = fits[0] if len(fits) else widths[-1]
    places = peak + width * np.array([-30, -10, -3, -1, 0, 1, 3, 10, 30])
    return places[(places > nodes[0]) & (places < nodes[-1])]
