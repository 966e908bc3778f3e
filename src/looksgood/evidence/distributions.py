"""The distributions a prediction may be: normal, lognormal, beta on an interval, or a mixture."""

import math
from collections.abc import Callable
from typing import Annotated, Literal, TypeVar

import numpy as np
from jaxtyping import Float
from pydantic import Field, model_validator
from scipy import special

from looksgood.core.spec import Spec
from looksgood.ops.log_scores import (
    lognormal_log_score_nats,
    normal_log_score_nats,
    scaled_beta_log_score_nats,
)

Values = Float[np.ndarray, " values"]
Positive = Annotated[float, Field(gt=0)]


class Normal(Spec):
    """N(mean, sd²)."""

    kind: Literal["normal"] = "normal"
    mean: float
    sd: Positive

    def log_score_nats(self, outcome: float, error_sd: float = 0.0) -> float:
        """Return the log density at `outcome`, convolved with a normal error."""
        return normal_log_score_nats(outcome, self.mean, self.sd, error_sd)

    def widened(self, factor: float) -> "Normal":
        """Return the same with its sd times `factor`."""
        return Normal(mean=self.mean, sd=self.sd * factor)

    def quantiles(self, probabilities: Values) -> Values:
        """Return the values below which these probabilities lie."""
        return self.mean + self.sd * special.ndtri(probabilities)

    @property
    def mode(self) -> float:
        """Where the density is highest."""
        return self.mean

    @property
    def support(self) -> tuple[float, float]:
        """Beyond these ends the density is 0."""
        return -math.inf, math.inf


class LogNormal(Spec):
    """exp N(log median, log_sd²): for what is positive and judged by ratios."""

    kind: Literal["lognormal"] = "lognormal"
    median: Positive
    log_sd: Annotated[float, Field(gt=0, description="sd of the natural logarithm")]

    def log_score_nats(self, outcome: float, error_sd: float = 0.0) -> float:
        """Return the log density at `outcome`, convolved with a normal error."""
        return lognormal_log_score_nats(outcome, math.log(self.median), self.log_sd, error_sd)

    def widened(self, factor: float) -> "LogNormal":
        """Return the same with the sd of its logarithm times `factor`."""
        return LogNormal(median=self.median, log_sd=self.log_sd * factor)

    def quantiles(self, probabilities: Values) -> Values:
        """Return the values below which these probabilities lie."""
        return self.median * np.exp(self.log_sd * special.ndtri(probabilities))

    @property
    def mode(self) -> float:
        """Where the density is highest."""
        return self.median * math.exp(-(self.log_sd**2))

    @property
    def support(self) -> tuple[float, float]:
        """Beyond these ends the density is 0."""
        return 0.0, math.inf


class Beta(Spec):
    """low + (high − low) Beta(alpha, beta); alpha = beta = 1 is the uniform distribution.

    Both are at least 1: a density that is infinite at an end scores nothing sensible there. Who
    expects either of two ends says so with a mixture.
    """

    kind: Literal["beta"] = "beta"
    alpha: Annotated[float, Field(ge=1)]
    beta: Annotated[float, Field(ge=1)]
    low: float = 0.0
    high: float = 1.0

    @model_validator(mode="after")
    def _ordered(self) -> "Beta":
        if self.high <= self.low:
            raise ValueError(f"high = {self.high:g} must be above low = {self.low:g}")
        return self

    def log_score_nats(self, outcome: float, error_sd: float = 0.0) -> float:
        """Return the log density at `outcome`, convolved with a normal error."""
        return scaled_beta_log_score_nats(
            outcome, self.alpha, self.beta, self.low, self.high, error_sd
        )

    def widened(self, factor: float) -> "Beta":
        """Return its density to the power 1/factor², as for a normal one; wide, it is uniform."""
        power = 1 / factor**2
        return self.model_copy(
            update={"alpha": 1 + (self.alpha - 1) * power, "beta": 1 + (self.beta - 1) * power}
        )

    def quantiles(self, probabilities: Values) -> Values:
        """Return the values below which these probabilities lie."""
        shares = special.betaincinv(self.alpha, self.beta, probabilities)
        return self.low + (self.high - self.low) * shares

    @property
    def mode(self) -> float:
        """Where the density is highest; the middle of a uniform one."""
        total = self.alpha + self.beta - 2
        share = (self.alpha - 1) / total if total > 0 else 0.5
        return self.low + (self.high - self.low) * share

    @property
    def support(self) -> tuple[float, float]:
        """Beyond these ends the density is 0."""
        return self.low, self.high


Simple = Annotated[Normal | LogNormal | Beta, Field(discriminator="kind")]


class Part(Spec):
    """One part of a mixture."""

    weight: Positive
    distribution: Simple


class Mixture(Spec):
    """Several distributions, each with its probability: two camps, or a heavy tail."""

    kind: Literal["mixture"] = "mixture"
    parts: Annotated[tuple[Part, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _whole(self) -> "Mixture":
        total = sum(part.weight for part in self.parts)
        if abs(total - 1) > 1e-9:
            raise ValueError(f"weights sum to {total:g}: they must sum to 1")
        return self

    def log_score_nats(self, outcome: float, error_sd: float = 0.0) -> float:
        """Return the log density at `outcome`, convolved with a normal error."""
        scores = [part.distribution.log_score_nats(outcome, error_sd) for part in self.parts]
        weights = [part.weight for part in self.parts]
        return float(np.asarray(special.logsumexp(scores, b=weights)))

    def widened(self, factor: float) -> "Mixture":
        """Return the same with every part widened where it stands."""
        parts = (
            part.model_copy(update={"distribution": part.distribution.widened(factor)})
            for part in self.parts
        )
        return self.model_copy(update={"parts": tuple(parts)})


Distribution = Annotated[Normal | LogNormal | Beta | Mixture, Field(discriminator="kind")]
_T = TypeVar("_T")


def _of_parts(
    distribution: "Normal | LogNormal | Beta | Mixture",
    read: Callable[["Normal | LogNormal | Beta"], _T],
) -> list[tuple[float, _T]]:
    if isinstance(distribution, Mixture):
        return [(part.weight, read(part.distribution)) for part in distribution.parts]
    return [(1.0, read(distribution))]


def support(distribution: "Normal | LogNormal | Beta | Mixture") -> tuple[float, float]:
    """Return the least interval beyond which the density is 0."""
    ends = [found for _, found in _of_parts(distribution, lambda part: part.support)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def modes(distribution: "Normal | LogNormal | Beta | Mixture") -> list[float]:
    """Return where the parts are highest."""
    return [found for _, found in _of_parts(distribution, lambda part: part.mode)]


def equal_points(
    distribution: "Normal | LogNormal | Beta | Mixture", count: int
) -> tuple[Values, Values]:
    """Return `count` values per part, in the middles of equally likely slices, and their weights.

    Sums over them approximate expectations under the distribution.
    """
    middles = (np.arange(count) + 0.5) / count
    found = _of_parts(distribution, lambda part: part.quantiles(middles))
    return (
        np.concatenate([values for _, values in found]),
        np.concatenate([np.full(count, weight / count) for weight, _ in found]),
    )


def span(distribution: "Normal | LogNormal | Beta | Mixture", tail: float) -> tuple[float, float]:
    """Return an interval with at most `tail` of the probability beyond either end."""
    ends = _of_parts(distribution, lambda part: part.quantiles(np.array([tail, 1 - tail])))
    return min(float(q[0]) for _, q in ends), max(float(q[1]) for _, q in ends)
