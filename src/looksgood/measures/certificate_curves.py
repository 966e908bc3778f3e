"""What a figure of the event bound draws: the largest rate against KL for several base rates."""

from dataclasses import dataclass

from looksgood.measures.certificate import Certificate
from looksgood.ops.binary_kl import max_event_probability, vacuous_from_nats
from looksgood.ops.probability import Probability

RATES = (1e-2, 1e-4, 1e-6, 1e-9, 1e-12)


@dataclass(frozen=True, slots=True)
class EventBoundCurves:
    """p_max at each of `kls` by base rate, and the case at hand as (KL, p_max) where it has one."""

    kls: tuple[float, ...]
    p_max: dict[str, tuple[float, ...]]
    here: tuple[float, float] | None


def event_bound_curves(found: Certificate) -> EventBoundCurves:
    """Return curves from 0.01 to 100 nats for `RATES` and the certificate's own base rate."""
    rates = {f"{q:.3g}": Probability.of(q) for q in RATES}
    here = None
    if found.kl is not None and found.bounds is not None:
        q = found.base_rate_high
        rates[f"{q.p:.3g}" if q.p > 0 or q.log_p < -1e300 else f"e^{q.log_p:.4g}"] = q
        here = (found.kl, found.bounds.p_max.p)
    edges = [vacuous_from_nats(q) for q in rates.values()]  # where a curve bends
    kls = sorted({10 ** (i / 25 - 2) for i in range(101)} | {x for x in edges if 0.01 <= x <= 100})
    curves = {
        label: tuple(max_event_probability(q, kl).p for kl in kls) for label, q in rates.items()
    }
    return EventBoundCurves(tuple(kls), curves, here)
