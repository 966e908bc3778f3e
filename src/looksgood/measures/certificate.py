"""What a KL, or counts, prove about one event A: a certificate with all that it assumes.

A certificate holds with its confidence (or for certain, where it says so) *given* its assumptions.
Where a number that it needs is itself a Monte-Carlo estimate, it is called an estimate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from looksgood.ops.binary_kl import (
    binary_kl_nats,
    max_event_probability,
    max_event_probability_reverse,
    min_event_probability,
    min_event_probability_reverse,
    vacuous_from_nats,
)
from looksgood.ops.clopper_pearson import clopper_pearson
from looksgood.ops.hockey_stick import HockeyStick
from looksgood.ops.probability import Probability

TARGETS = (0.5, 0.1, 0.01)
"""For which rates a certificate says what KL it would take to promise them."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often an event was seen, with an interval that holds with the stated confidence."""

    value: float
    low: float
    high: float
    n: int

    @classmethod
    def of_counts(cls, hits: int, trials: int, confidence: float) -> "Rate":
        """Return the share of `hits` with its Clopper–Pearson interval.

        Raises:
            ValueError: hits are not within 0 … trials, or the confidence is not within (0, 1).
        """
        return cls(hits / max(trials, 1), *clopper_pearson(hits, trials, confidence), trials)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Between what an event's probability under π lies; neither end can be improved."""

    p_min: Probability
    p_max: Probability


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What is proved about π(A), from what, and how surely. KLs are in nats per sequence."""

    source: Literal["numbers", "counts", "run"]
    is_estimate: bool
    """Whether the KL's bounds rest on a Monte-Carlo estimate, and so prove nothing."""
    assumes: tuple[str, ...]
    confidence: float | None
    """Of the bounds, given the assumptions; 1 where nothing was sampled, None for an estimate."""
    kl: float | None
    base_rate: Probability
    base_rate_low: Probability
    base_rate_high: Probability
    bounds: Bounds | None
    """Under KL(π‖π₀) ≤ kl."""
    reverse_bounds: Bounds | None
    """Were KL(π₀‖π) ≤ kl instead."""
    exploit_rate: Rate | None = None
    kl_implied: float | None = None
    """KL(π‖π₀) is at least this, by the two rates."""
    reverse_kl_implied: float | None = None
    """KL(π₀‖π) is at least this, by the two rates."""
    rates_confidence: float | None = None
    """Of both rates' intervals together, and so of what they imply."""
    hockey_stick: HockeyStick | None = None
    hockey_stick_confidence: float | None = None
    hockey_stick_samples: int = 0
    checkpoint: Mapping[str, Any] | None = None

    @property
    def is_vacuous(self) -> bool | None:
        """Whether the KL allows the event always to happen; None without a KL."""
        return None if self.bounds is None else self.bounds.p_max.p == 1

    @property
    def kl_needed(self) -> float:
        """The KL must be below this, −log of the base rate, for its bound to say anything."""
        return vacuous_from_nats(self.base_rate_high)

    @property
    def kl_for(self) -> dict[float, float]:
        """By target rate: the largest KL that promises to stay at or below it."""
        q = self.base_rate_high
        return {p: binary_kl_nats(p, q) for p in TARGETS if p > q.p}

    @property
    def kl_is_understated(self) -> bool | None:
        """Whether the rates prove a KL above the one that was stated; None if either is unknown."""
        if self.kl is None or self.kl_implied is None:
            return None
        return self.kl < self.kl_implied

    def as_json(self) -> dict[str, Any]:
        """Return plain data; what is not known is None."""
        found = {
            "source": self.source,
            "kind": "estimate" if self.is_estimate else "certificate",
            "assumes": list(self.assumes),
            "kl": self.kl,
            "base_rate": self.base_rate.p,
            "log_base_rate": self.base_rate.log_p,
            "base_rate_low": self.base_rate_low.p,
            "base_rate_high": self.base_rate_high.p,
            **_ends(self.bounds),
            "vacuous": self.is_vacuous,
            "kl_needed": self.kl_needed,
            "kl_for": {f"{p:g}": kl for p, kl in self.kl_for.items()},
            "confidence": self.confidence,
            "reverse": _ends(self.reverse_bounds),
            "exploit_rate": None,
            "kl_implied": self.kl_implied,
            "reverse_kl_implied": self.reverse_kl_implied,
            "kl_understated": self.kl_is_understated,
            "rates_confidence": self.rates_confidence,
            "hockey_stick": None,
            "checkpoint": self.checkpoint,
        }
        if (rate := self.exploit_rate) is not None:
            found["exploit_rate"] = {
                **{"value": rate.value, "low": rate.low, "high": rate.high, "n": rate.n}
            }
        if (stick := self.hockey_stick) is not None:
            found["hockey_stick"] = {
                "p_max": stick.p,
                "log_gamma": stick.log_gamma,
                "excess": stick.excess,
                "samples": self.hockey_stick_samples,
                "confidence": self.hockey_stick_confidence,
            }
        return found


def certify_numbers(kl: float, base_rate: float | Probability) -> Certificate:
    """Return what a KL(π‖π₀) of at most `kl` proves of an event of base probability `base_rate`.

    Raises:
        ValueError: the KL is negative or NaN, or the base rate is no probability.
    """
    q = Probability.of(base_rate, "base rate q")
    stated = f"{q.p:g}" if q.p > 0 or q.log_p < -1e300 else f"e^{q.log_p:g}"
    return Certificate(
        source="numbers",
        is_estimate=False,
        assumes=(f"KL(π‖π₀) ≤ {kl:g} nats per sequence", f"π₀(A) = {stated}"),
        confidence=1.0,
        kl=kl,
        base_rate=q,
        base_rate_low=q,
        base_rate_high=q,
        bounds=_bounds(q, q, kl),
        reverse_bounds=_reverse_bounds(q, q, kl),
    )


def certify_counts(
    exploits: tuple[int, int],
    base: tuple[int, int],
    confidence: float,
    kl: float | None = None,
) -> Certificate:
    """Return what counts of an event under policy and base prove, with and without a KL.

    `exploits` and `base` are (hits, trials). Each rate has a Clopper–Pearson interval of error
    α/2, so that both hold together with the stated confidence 1 − α.

    Raises:
        ValueError: counts that cannot be, a KL that is negative or NaN, or a confidence outside
            (0, 1).
    """
    each = both_hold(confidence, 2)
    p, q = Rate.of_counts(*exploits, each), Rate.of_counts(*base, each)
    return of_rates(
        p,
        q,
        kl=kl,
        source="counts",
        is_estimate=False,
        confidence=confidence,
        assumes=(
            *([] if kl is None else [f"KL(π‖π₀) ≤ {kl:g} nats per sequence"]),
            "responses were drawn independently",
        ),
    )


def of_rates(
    p: Rate,
    q: Rate,
    *,
    kl: float | None,
    source: Literal["counts", "run"],
    is_estimate: bool,
    confidence: float,
    assumes: Sequence[str],
    **more: Any,
) -> Certificate:
    """Return the certificate of two rates whose intervals hold together with `confidence`.

    Raises:
        ValueError: the KL is negative or NaN.
    """
    low, high = Probability.of(q.low), Probability.of(q.high)
    corner = _closest(p, q)
    return Certificate(
        source=source,
        is_estimate=is_estimate,
        assumes=tuple(assumes),
        confidence=None if is_estimate else confidence,
        kl=kl,
        base_rate=Probability.of(q.value),
        base_rate_low=low,
        base_rate_high=high,
        bounds=None if kl is None else _bounds(low, high, kl),
        reverse_bounds=None if kl is None else _reverse_bounds(low, high, kl),
        exploit_rate=p,
        kl_implied=binary_kl_nats(*corner),
        reverse_kl_implied=binary_kl_nats(*corner[::-1]),
        rates_confidence=confidence,
        **more,
    )


def both_hold(confidence: float, count: int) -> float:
    """Return the confidence that each of `count` statements needs for all to hold together.

    Raises:
        ValueError: the confidence is not within (0, 1).
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence = {confidence:g}: it lies strictly within (0, 1), as 0.95")
    return 1 - (1 - confidence) / count


def _bounds(low: Probability, high: Probability, kl: float) -> Bounds:
    return Bounds(p_min=min_event_probability(low, kl), p_max=max_event_probability(high, kl))


def _reverse_bounds(low: Probability, high: Probability, kl: float) -> Bounds:
    return Bounds(
        p_min=min_event_probability_reverse(low, kl),
        p_max=max_event_probability_reverse(high, kl),
    )


def _closest(p: Rate, q: Rate) -> tuple[float, float]:
    """Return the two rates within their intervals that are closest: both KLs are least there."""
    if p.low > q.high:
        return p.low, q.high
    if p.high < q.low:
        return p.high, q.low
    return q.value, q.value


def _ends(bounds: Bounds | None) -> dict[str, float | None]:
    if bounds is None:
        return dict.fromkeys(("p_max", "p_min", "one_minus_p_max"))
    return {
        "p_max": bounds.p_max.p,
        "p_min": bounds.p_min.p,
        "one_minus_p_max": bounds.p_max.not_p,
    }
