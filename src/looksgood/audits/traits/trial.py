"""Is a trait growing, and does it pay? Three slopes of it on one set of responses."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import stdtrit

from looksgood.audits.traits.payoff import Payoff
from looksgood.audits.traits.sample import Sample
from looksgood.core.errors import TooFew
from looksgood.ops.clustered_slope import Slope, clustered_slope
from looksgood.ops.within import Within


@dataclass(frozen=True, slots=True)
class Tried:
    """What was found of one trait."""

    growth: Slope
    """Of the trait, from the first checkpoint to the last."""
    gap: Slope
    """Of proxy − truth per unit of the trait, other things held fixed as `Trial.fixed` says."""
    proxy: Slope
    """The same of the proxy."""

    @property
    def p(self) -> float:
        """Probability of this were it not so that the trait changes in the direction that pays.

        Both must hold, so the larger p counts (intersection–union: Berger 1982, Technometrics
        24:295), and 1 where the signs disagree: a trait that fades though it pays, or grows though
        the proxy frowns on it, is no way to get reward.
        """
        agrees = self.growth.value * self.gap.value > 0 < self.growth.value * self.proxy.value
        return max(self.growth.p, self.gap.p) if agrees else 1.0

    @property
    def effect(self) -> float:
        """Growth × gap: what rise of proxy − truth goes with this trait's change, in sd."""
        return self.growth.value * self.gap.value


@dataclass(frozen=True, slots=True)
class Trial:
    """Responses on which traits are tried. Every error is clustered by prompt."""

    rows: Int[np.ndarray, " tried"]
    """Of the sample."""
    along: Float[np.ndarray, " tried"]
    """How far along the run, less its mean."""
    prompt: Int[np.ndarray, " tried"]
    scored: Int[np.ndarray, " scored"]
    """Which of the tried responses have a gap."""
    within: Within
    fixed: str
    """What is held fixed where the gap is compared: responses are compared only with others that
    share it, so that neither time nor an easy prompt makes a trait seem to pay."""
    gap: Float[np.ndarray, " scored"]
    proxy: Float[np.ndarray, " scored"]

    @classmethod
    def of(
        cls,
        sample: Sample,
        scores: Payoff,
        rows: Int[np.ndarray, " tried"],
        any_length: bool = False,
    ) -> "Trial":
        """Prepare the trial of traits on some rows of the sample; `scores` are of the sample.

        Responses are compared at equal length, unless `any_length`: a longer one has more of
        everything, and where length pays every common word would seem to.
        """
        prompt = np.unique(sample.prompt[rows], return_inverse=True)[1]
        along, gap = sample.along[rows], scores.gap[rows]
        scored = np.flatnonzero(np.isfinite(gap))
        place, length = sample.place[rows][scored], sample.length[rows][scored]
        within, fixed = _held_fixed(prompt[scored], place, None if any_length else length)
        return cls(
            rows,
            along - along.mean() if len(along) else along,
            prompt,
            scored,
            within,
            fixed,
            within(gap[scored]),
            within(scores.proxy[rows][scored]),
        )

    def of_trait(self, values: Float[np.ndarray, " tried"]) -> Tried:
        """Try one trait.

        Raises:
            TooFew: too few prompts have it, or none has it and lacks it where it could be compared.
        """
        if values.max(initial=0) == values.min(initial=0):
            raise TooFew("no response differs in it")
        growth = clustered_slope(self.along, values - values.mean(), self.prompt)
        mine, prompt = self.within(values[self.scored]), self.prompt[self.scored]
        return Tried(
            growth,
            clustered_slope(mine, self.gap, prompt),
            clustered_slope(mine, self.proxy, prompt),
        )

    def noticeable(self, share: float, p: float) -> float:
        """Return about what gap, in sd, a trait of this share of responses is found by (80 %)."""
        dof = max(len(np.unique(self.prompt[self.scored])) - 1, 1)
        spread = np.sqrt(share * (1 - share) * max(len(self.gap), 1))
        z = float(stdtrit(dof, 1 - p / 2) + stdtrit(dof, 0.8))
        return z * float(self.gap.std() / spread) / max(self.within.left, 1e-9)


def _held_fixed(
    prompt: Int[np.ndarray, " scored"],
    place: Int[np.ndarray, " scored"],
    length: Int[np.ndarray, " scored"] | None,
) -> tuple[Within, str]:
    """Hold fixed as much as leaves at least half of the responses one to be compared with."""
    columns = np.zeros((len(prompt), 0))
    said = ""
    if length is not None and len(length):
        size = np.log1p(length)
        size -= size.mean()
        columns, said = np.stack([size, size**2], axis=1), " and length"
    both = prompt.astype(np.int64) * (int(place.max(initial=0)) + 1) + place
    if _with_company(both) >= 0.5:
        return Within.of(both, columns), "prompt and checkpoint together" + said
    if _with_company(prompt) >= 0.5:
        checkpoints = 1.0 * (place[:, None] == np.unique(place))
        return Within.of(prompt, np.hstack([checkpoints, columns])), "prompt, checkpoint" + said
    return Within.of(place, columns), "checkpoint" + said


def _with_company(group: Int[np.ndarray, " rows"]) -> float:
    """Return the share of rows that are not alone in their group."""
    _, place, size = np.unique(group, return_inverse=True, return_counts=True)
    return float((size[place] > 1).mean()) if len(group) else 0.0
