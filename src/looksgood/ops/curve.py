"""A mean at each of several checkpoints, with the joint error of all of them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import stdtrit

from looksgood.core.errors import TooFew
from looksgood.ops.checks import finite, same_length


@dataclass(frozen=True, slots=True)
class Curve:
    """Estimates along a run; `covariance` is of the estimates, shared prompts counted."""

    x: Float[np.ndarray, " checkpoints"]
    """Where: steps, ascending."""
    mean: Float[np.ndarray, " checkpoints"]
    covariance: Float[np.ndarray, "checkpoints checkpoints"]
    dof: float
    """Of the covariance: clusters less one; infinite where it is known."""
    n: Int[np.ndarray, " checkpoints"]
    """Responses behind each estimate."""

    @property
    def se(self) -> Float[np.ndarray, " checkpoints"]:
        """Standard error of each estimate."""
        return np.sqrt(np.diag(self.covariance))

    def limits(
        self, confidence: float = 0.95
    ) -> tuple[Float[np.ndarray, " checkpoints"], Float[np.ndarray, " checkpoints"]]:
        """Return the ends of Student's t interval of each checkpoint by itself.

        Raises:
            TooFew: there are less than 1 degrees of freedom.
        """
        if not self.dof >= 1:
            raise TooFew(f"{self.dof:.3g} degrees of freedom: no interval below 1. Add prompts.")
        half = float(stdtrit(self.dof, (1 + confidence) / 2)) * self.se
        return self.mean - half, self.mean + half


def curve_of_means(
    x: Float[np.ndarray, " checkpoints"],
    values: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
) -> Curve:
    """Return the mean of `values` at each checkpoint; errors are clustered by prompt.

    A prompt's share of a mean's error is the sum of its residuals over the checkpoint's rows; its
    products over prompts are the covariances, so a prompt seen at two checkpoints is counted as
    the same prompt in their difference. CR1: times G/(G − 1), with G the prompts of the rarer of
    the two checkpoints.

    Source: Liang & Zeger (1986), Biometrika 73:13; Cameron & Miller (2015), J. Human Resources
    50:317, §II.

    Raises:
        TooFew: a checkpoint has fewer than 2 prompts.
        ValueError: a value is not finite, or lengths differ.
    """
    same_length(values=values, checkpoint=checkpoint, prompt=prompt)
    values = finite("values", values)
    return curve_of_ratios(x, values, np.ones_like(values), checkpoint, prompt)


def curve_of_ratios(
    x: Float[np.ndarray, " checkpoints"],
    top: Float[np.ndarray, " rows"],
    bottom: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
) -> Curve:
    """Return Σ top / Σ bottom at each checkpoint, with errors as `curve_of_means` has them.

    Rows with bottom 0 do not count. A rate among wrong responses has top = wrong and approved,
    bottom = wrong.

    Raises:
        TooFew: a checkpoint has fewer than 2 prompts whose bottom is not 0.
        ValueError: a value is not finite, or lengths differ.
    """
    same_length(top=top, bottom=bottom, checkpoint=checkpoint, prompt=prompt)
    counts = bottom != 0
    top, bottom = finite("top", top)[counts], finite("bottom", bottom)[counts]
    checkpoint, prompt = checkpoint[counts], prompt[counts]
    size = len(x)
    total = np.bincount(checkpoint, weights=bottom, minlength=size)
    names, place = np.unique(prompt, return_inverse=True)
    cells, inverse = np.unique(place * size + checkpoint, return_inverse=True)
    seen = np.bincount(cells % size, minlength=size)
    if (seen < 2).any():
        worst = int(seen.argmin())
        raise TooFew(
            f"checkpoint {x[worst]:g} has {int(seen[worst])} prompts: how prompts differ is "
            "unknown, not 0"
        )
    mean = np.bincount(checkpoint, weights=top, minlength=size) / total
    residuals = (top - mean[checkpoint] * bottom) / total[checkpoint]
    shares = np.bincount(inverse, weights=residuals)
    table = np.zeros((len(names), size))
    table[cells // size, cells % size] = shares
    fewest = np.minimum.outer(seen, seen)
    return Curve(
        np.asarray(x, dtype=np.float64),
        mean,
        table.T @ table * fewest / (fewest - 1),
        float(seen.min() - 1),
        np.bincount(checkpoint, minlength=size),
    )
