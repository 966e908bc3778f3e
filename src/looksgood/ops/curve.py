"""A mean at each of several checkpoints, with the joint error of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int
from scipy.special import stdtrit

from looksgood.core.errors import TooFew
from looksgood.ops.checks import finite, same_length
from looksgood.ops.kept_rows import kept_rows
from looksgood.ops.prompt_shares import PromptShares, prompt_shares

Ratio = tuple[
    Float[np.ndarray, " _"],
    Float[np.ndarray, " _"],
    Int[np.ndarray, " _"],
    Int[np.ndarray, " _"],
]
"""Of each row: top, bottom, checkpoint, prompt."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Estimates along a run; `covariance` is of the estimates, shared prompts counted."""

    x: Float[np.ndarray, " checkpoints"]
    """Where: steps, ascending; or √KL, in the order of the run."""
    mean: Float[np.ndarray, " checkpoints"]
    covariance: Float[np.ndarray, "checkpoints checkpoints"]
    """NaN throughout where nothing tells how large the errors are: unknown, not 0."""
    dof: Float[np.ndarray, " checkpoints"]
    """Of each variance: prompts less one where they weigh alike; infinite where it is known."""
    n: Int[np.ndarray, " checkpoints"]
    """Responses behind each estimate; 0 where a log does not say."""
    pooled: bool = False
    """One noise was estimated for all checkpoints, so that all errors are too small together."""

    @property
    def se(self) -> Float[np.ndarray, " checkpoints"]:
        """Standard error of each estimate."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def errors_known(self) -> bool:
        """Whether there is anything to test with."""
        return bool(np.isfinite(self.covariance).all())

    def at(self, places: Int[np.ndarray, " chosen"]) -> "Curve":
        """Return the curve at some of its checkpoints, in the order given."""
        return replace(
            self,
            x=self.x[places],
            mean=self.mean[places],
            covariance=self.covariance[np.ix_(places, places)],
            dof=self.dof[places],
            n=self.n[places],
        )

    def limits(
        self, confidence: float = 0.95
    ) -> tuple[Float[np.ndarray, " checkpoints"], Float[np.ndarray, " checkpoints"]]:
        """Return the ends of Student's t interval of each checkpoint by itself; NaN where unknown.

        Raises:
            TooFew: a checkpoint has less than 1 degree of freedom.
        """
        if not (self.dof >= 1).all():
            raise TooFew(f"{self.dof.min():.3g} degrees of freedom give no interval: add prompts")
        half = stdtrit(self.dof, (1 + confidence) / 2) * self.se
        return self.mean - half, self.mean + half


def curve_of_means(
    x: Float[np.ndarray, " checkpoints"],
    values: Float[np.ndarray, " rows"],
    checkpoint: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
) -> Curve:
    """Return the mean of `values` at each checkpoint; errors are clustered by prompt.

    A prompt's share of a mean's error is the sum of its residuals over the checkpoint's rows
    (`prompt_shares`); products over prompts are the covariances, so a prompt seen at two
    checkpoints is counted as the same prompt in their difference. Prompts are numbers from 0.

    Source: Liang & Zeger (1986), Biometrika 73:13; Cameron & Miller (2015), J. Human Resources
    50:317.

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
        ValueError: a value is not finite, a bottom is negative, or lengths differ.
    """
    return curve_of_several(x, [(top, bottom, checkpoint, prompt)])


def curve_of_several(x: Float[np.ndarray, " checkpoints"], ratios: Iterable[Ratio]) -> Curve:
    """Return several ratios of the same run as one curve: its checkpoints for each in turn.

    A prompt counts as the same in all of them, so that what they share is in their covariance.
    `ratios` may be made one by one: no two are held at once.

    Raises:
        TooFew, ValueError: as `curve_of_ratios`.
    """
    parts = [_Part.of(*ratio, len(x)) for ratio in ratios]
    height = max(part.height for part in parts)
    for part in parts:
        part.shares.table.resize(height, len(x))
    tables = [part.shares.table for part in parts]
    covariance = np.block([[(one.T @ other).toarray() for other in tables] for one in tables])
    prompts = np.concatenate([part.shares.prompts for part in parts])
    span = max(part.highest for part in parts) - min(part.lowest for part in parts)
    return Curve(
        np.tile(np.asarray(x, dtype=np.float64), len(parts)),
        np.concatenate([part.shares.mean for part in parts]),
        with_constants(covariance, span, prompts),
        np.concatenate([part.shares.dof for part in parts]),
        np.concatenate([part.n for part in parts]),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One ratio, with what its error is made of."""

    shares: PromptShares
    n: Int[np.ndarray, " checkpoints"]
    height: int
    """Prompts are numbers below it."""
    lowest: float
    highest: float

    @classmethod
    def of(
        cls,
        top: Float[np.ndarray, " rows"],
        bottom: Float[np.ndarray, " rows"],
        checkpoint: Int[np.ndarray, " rows"],
        prompt: Int[np.ndarray, " rows"],
        size: int,
    ) -> "_Part":
        same_length(top=top, bottom=bottom, checkpoint=checkpoint, prompt=prompt)
        top, bottom = finite("top", top), finite("bottom", bottom)
        if bottom.min() < 0:
            raise ValueError(f"bottom={bottom.min():g}: a ratio of means has no negative weights")
        top, bottom, checkpoint, prompt = kept_rows(bottom > 0, top, bottom, checkpoint, prompt)
        values = top / bottom
        ends = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
        shape = int(prompt.max(initial=-1)) + 1, size
        shares = prompt_shares(values, bottom, checkpoint, prompt, shape)
        return cls(shares, np.bincount(checkpoint, minlength=size), shape[0], *ends)


def with_constants(
    covariance: Float[np.ndarray, "checkpoints checkpoints"],
    span: float,
    prompts: Int[np.ndarray, " checkpoints"],
) -> Float[np.ndarray, "checkpoints checkpoints"]:
    """Return the covariance with an error for checkpoints at which all values are equal.

    50 right of 50 is not known without error: it gets the variance of half a prompt in G + 1 at the
    other end of the `span` of all values. (0 would hide the plainest fall of all, from all right to
    all wrong, as it has no error to be compared with.)
    """
    constant = np.diag(covariance) <= 1e-24 * span**2
    share = 0.5 / (prompts + 1)
    return covariance + np.diag(constant * span**2 * share * (1 - share) / prompts)
