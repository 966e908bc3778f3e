"""How common a trait is at each checkpoint, with its interval."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.traits.find import Finding
from looksgood.audits.traits.sample import Sample
from looksgood.ops.clustered_rate import clustered_rate_interval
from looksgood.ops.curve import curve_of_means


@dataclass(frozen=True, slots=True)
class Level:
    """A share of responses, or a mean, and its 95 % interval clustered by prompt."""

    step: float
    value: float
    low: float
    high: float


def levels(finding: Finding, sample: Sample) -> list[Level]:
    """Return a trait's level at each checkpoint where at least 2 prompts were seen."""
    return levels_of(
        finding.trait.values,
        sample.place[finding.rows],
        sample.prompt[finding.rows],
        sample.steps,
        share=finding.trait.kind == "share",
    )


def levels_of(
    values: Float[np.ndarray, " rows"],
    place: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    steps: Float[np.ndarray, " checkpoints"],
    *,
    share: bool,
) -> list[Level]:
    """Return the mean at each checkpoint where at least 2 prompts were seen, with its interval."""
    size = len(steps)
    cells = np.unique(prompt.astype(np.int64) * size + place)
    seen = np.bincount(cells % size, minlength=size) >= 2
    rows = seen[place]
    if not rows.any():
        return []
    number = np.cumsum(seen) - 1
    curve = curve_of_means(steps[seen], values[rows], number[place[rows]], prompt[rows])
    low, high = curve.limits()
    found = []
    for at, (step, mean, se) in enumerate(zip(curve.x, curve.mean, curve.se, strict=True)):
        value, ends = float(mean), (float(low[at]), float(high[at]))
        if share:
            value = min(max(value, 0.0), 1.0)
            prompts = float(curve.dof[at]) + 1
            ends = clustered_rate_interval(value, float(se), int(curve.n[at]), prompts)
        found.append(Level(float(step), value, *ends))
    return found
