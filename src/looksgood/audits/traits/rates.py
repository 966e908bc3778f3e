"""How common a trait is at each checkpoint, with its interval."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from looksgood.audits.subjects.checkpoints import prompts_seen
from looksgood.audits.traits.find import Finding
from looksgood.audits.traits.sample import Sample
from looksgood.core.audit_result import Drawn
from looksgood.core.in_words import percent, with_limits
from looksgood.ops.clustered_rate import clustered_rate_interval
from looksgood.ops.curve import curve_of_means
from looksgood.ops.kept_rows import kept_rows


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of responses, or a mean count, and its 95 % interval clustered by prompt."""

    step: float
    value: float
    low: float
    high: float


def rates(finding: Finding, sample: Sample) -> list[Rate]:
    """Return a trait's rate at each checkpoint where at least 2 prompts were seen."""
    return rates_of(
        finding.trait.values,
        sample.place[finding.rows],
        sample.prompt[finding.rows],
        sample.steps,
        share=finding.trait.kind == "share",
    )


def rates_of(
    values: Float[np.ndarray, " rows"],
    place: Int[np.ndarray, " rows"],
    prompt: Int[np.ndarray, " rows"],
    steps: Float[np.ndarray, " checkpoints"],
    *,
    share: bool,
) -> list[Rate]:
    """Return the mean at each checkpoint where at least 2 prompts were seen, with its interval."""
    size = len(steps)
    seen = prompts_seen(prompt, place, size) >= 2
    rows = seen[place]
    if not rows.any():
        return []
    values, place, prompt = kept_rows(rows, values, place, prompt)
    if not seen.all():
        place = (np.cumsum(seen) - 1)[place]
    curve = curve_of_means(steps[seen], values, place, prompt)
    low, high = curve.limits()
    found = []
    for at, (step, mean, se) in enumerate(zip(curve.x, curve.mean, curve.se, strict=True)):
        value, ends = float(mean), (float(low[at]), float(high[at]))
        if share:
            value = min(max(value, 0.0), 1.0)
            prompts = float(curve.dof[at]) + 1
            ends = clustered_rate_interval(value, float(se), int(curve.n[at]), prompts)
        found.append(Rate(float(step), value, *ends))
    return found


def rate_said(rate: Rate, share: bool) -> str:
    """Return a rate with its limits: "2 % [1.1, 3.4]" of a share."""
    return (percent if share else with_limits)(rate.value, rate.low, rate.high)


def drawn_rates(label: str, seen: list[Rate]) -> Drawn:
    """Return the rates along the run as a line with its limits."""
    return Drawn(
        label=label,
        x=[rate.step for rate in seen],
        y=[rate.value for rate in seen],
        low=[rate.low for rate in seen],
        high=[rate.high for rate in seen],
    )
