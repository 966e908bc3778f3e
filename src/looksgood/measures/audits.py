"""Audits of a policy, simulated: who is asked, how, how often; and how often a fall is noticed.

Three forms, all one-sided tests at α of "the base is better", each told by its number of labels n:

* `unpaired`: n scores of the policy's responses and n of the base's to other prompts; Welch's t.
* `paired`: scores of both responses to each of n prompts; Student's t of the n differences.
* `votes`: n times, which of two responses to one prompt is better; the exact sign test.

And `beside.paired`: paired checks against the truth, with many paired scores of a cheap judge on
other prompts beside them (PPI++; `ops.ppi`). Prompts and responses are drawn independently.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from looksgood.core.seeds import Seed
from looksgood.measures.audit_forms import BESIDE
from looksgood.measures.audit_judges import Judge
from looksgood.measures.audit_moments import Moments
from looksgood.measures.audit_tests import (
    Prefixes,
    Scores,
    beside_says,
    paired_says,
    unpaired_says,
)
from looksgood.ops.power import power_of
from looksgood.ops.sign_test import sign_test_power

AT_ONCE = 400_000
"""Labels in memory at a time."""

Weights = Float[np.ndarray, "prompts pool"]
Places = Int[np.ndarray, "audits labels"]


class Found(NamedTuple):
    """What audits of one design find, by number of labels."""

    power: Float[np.ndarray, " sizes"]
    """Share of audits that say the base is better: simulated, of votes exact."""
    formula: Float[np.ndarray, " sizes"]
    """The same by the normal formula (`ops.power`) from the next two; NaN where sd is 0."""
    seen: float
    """Mean difference that the judge sees, base less policy: base sd, or share of votes − ½."""
    sd: float
    """Of one label; of an unpaired one, of its two scores together."""


@dataclass(frozen=True)
class Audits:
    """How audits are simulated."""

    labels: Sequence[int]
    """Sizes of 3 or more, smallest first: an audit of 200 labels begins with the one of 100."""
    count: int
    """How many audits of each design."""
    alpha: float = 0.05
    beside: int = 10
    """Cheap labels beside each check against the truth."""

    def of(self, judges: Mapping[str, Judge], weights: Weights, seed: Seed) -> dict[str, Found]:
        """Audit the policy that draws from the pool with these weights (each prompt's sum to 1).

        Returns what each design finds, by `judge.form`; with judges called "truth" and "rater" also
        `BESIDE`, the rater beside the truth.
        """
        has_both = "truth" in judges and "rater" in judges
        simulated = [f"{name}.{form}" for name in judges for form in ("unpaired", "paired")]
        says = {design: [] for design in simulated + [BESIDE] * has_both}
        draws, moments, sizes = _Draws(weights, seed.numpy()), Moments(weights), self._sizes
        for count in self._pieces():
            shown, paired = draws.responses((count, self.labels[-1])), {}
            for name, judge in judges.items():
                policy, base, other = (draws.scores(judge, places) for places in shown)
                paired[name] = base - policy
                one, two = Prefixes.of(policy, sizes), Prefixes.of(other, sizes)
                says[f"{name}.unpaired"].append(unpaired_says(one, two, sizes, self.alpha))
                differences = Prefixes.of(paired[name], sizes)
                says[f"{name}.paired"].append(paired_says(differences, sizes, self.alpha))
            if has_both:
                says[BESIDE].append(self._beside(paired, judges["rater"], moments, draws))
        power = {design: np.concatenate(pieces).mean(0) for design, pieces in says.items()}
        found = {}
        for name, judge in judges.items():
            seen = moments.seen(judge)
            spread = moments.unpaired_variance(judge), moments.covariance(judge, judge)
            for form, variance in zip(("unpaired", "paired"), spread, strict=True):
                design = f"{name}.{form}"
                found[design] = self._found(power[design], seen, variance)
            found[f"{name}.votes"] = self._votes(judge, weights)
        if has_both:
            truth, rater = judges["truth"], judges["rater"]
            rho = max(np.nan_to_num(moments.correlation(truth, rater)), 0.0)
            left = 1 - rho**2 * self.beside / (1 + self.beside)
            variance = moments.covariance(truth, truth) * left
            found[BESIDE] = self._found(power[BESIDE], moments.seen(truth), variance)
        return found

    @cached_property
    def _sizes(self) -> Int[np.ndarray, " sizes"]:
        return np.array(self.labels)

    def _pieces(self) -> Iterator[int]:
        """Yield how many audits are simulated at a time."""
        size = max(1, AT_ONCE // self.labels[-1])
        for start in range(0, self.count, size):
            yield min(size, self.count - start)

    def _beside(
        self, paired: Mapping[str, Scores], cheap: Judge, moments: Moments, draws: "_Draws"
    ) -> np.ndarray:
        """Test with a cheap judge beside, whose mean over many labels has its normal limit."""
        variance = moments.covariance(cheap, cheap)
        errors = np.sqrt(max(variance, 0.0) / (self.beside * self._sizes))
        shape = len(paired["truth"]), len(errors)
        limit = draws.rng.normal(moments.seen(cheap), errors, shape)
        return beside_says(
            paired["truth"], paired["rater"], limit, variance, self.beside, self._sizes, self.alpha
        )

    def _votes(self, judge: Judge, weights: Weights) -> Found:
        share = float((weights * judge.base_preferred).sum(1).mean())
        power = np.array([sign_test_power(n, share, self.alpha) for n in self.labels])
        return self._found(power, share - 0.5, share * (1 - share))

    def _found(self, power: Float[np.ndarray, " sizes"], seen: float, variance: float) -> Found:
        sd = max(variance, 0.0) ** 0.5
        formula = [power_of(n, sd, seen, self.alpha) if sd > 1e-9 else np.nan for n in self.labels]
        return Found(power, np.array(formula), seen, sd)


@dataclass(frozen=True)
class _Draws:
    """Prompts and responses, and what judges say when these are shown."""

    weights: Weights
    rng: np.random.Generator

    @cached_property
    def _steps(self) -> Float[np.ndarray, " responses"]:
        steps = np.cumsum(self.weights)
        return steps / steps[-1]

    def responses(self, shape: tuple[int, int]) -> tuple[Places, Places, Places]:
        """Draw places in the pool: of the policy, of the base to its prompt, and to any prompt."""
        pool = self.weights.shape[1]
        policy = np.searchsorted(self._steps, self.rng.random(shape), "right")
        base = policy // pool * pool + self.rng.integers(pool, size=shape)
        return policy, base, self.rng.integers(self.weights.size, size=shape)

    def scores(self, judge: Judge, shown: Places) -> Scores:
        """Draw what the judge says of each response."""
        if judge.lapse:
            anything = self.rng.integers(self.weights.size, size=shown.shape)
            shown = np.where(self.rng.random(shown.shape) < judge.lapse, anything, shown)
        said = judge.opinion.ravel()[shown]
        if not judge.noise:
            return said
        return said + self.rng.gumbel(-np.euler_gamma * judge.noise, judge.noise, shown.shape)
