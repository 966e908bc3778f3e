"""A probability with its complement and both logarithms, so that neither end is rounded away."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Probability:
    """P(A) and P(not A), each as a number of its own, and their natural logarithms.

    As plain floats 1 − 1e-20 is 1, and e^−1000 is 0. Make one with `of`, `from_log` or `from_not`;
    the four fields then agree. `p` and `not_p` underflow to 0 where their logarithms do not.
    """

    p: float
    not_p: float
    log_p: float
    log_not_p: float

    @classmethod
    def of(cls, p: "float | Probability", name: str = "probability") -> "Probability":
        """Return `p` with its complement 1 − p; a Probability as it is.

        Raises:
            ValueError: p is NaN or outside [0, 1]; names it by `name`.
        """
        if isinstance(p, Probability):
            return p
        if not 0 <= p <= 1:  # also NaN
            raise ValueError(f"{name} = {p:g} is not a probability: it must lie within [0, 1]")
        log_not_p = math.log1p(-p) if p < 1 else -math.inf
        return cls(float(p), 1.0 - p, math.log(p) if p > 0 else -math.inf, log_not_p)

    @classmethod
    def from_log(cls, log_p: float, name: str = "log probability") -> "Probability":
        """Return the probability e^log_p: exact in the logarithm where it underflows.

        Raises:
            ValueError: log_p is NaN or above 0.
        """
        if not log_p <= 0:  # also NaN
            raise ValueError(f"{name} = {log_p:g}: the log of a probability is at most 0")
        not_p = -math.expm1(log_p)
        # near log_p = 0 from not_p, elsewhere from p: each is the accurate one there
        if not_p == 0:
            log_not_p = -math.inf
        else:
            log_not_p = math.log(not_p) if log_p > -0.5 else math.log1p(-math.exp(log_p))
        return cls(math.exp(log_p), not_p, log_p + 0.0, log_not_p)

    @classmethod
    def from_not(cls, not_p: float, name: str = "probability") -> "Probability":
        """Return the event whose complement has probability `not_p`.

        Raises:
            ValueError: not_p is NaN or outside [0, 1].
        """
        return cls.of(not_p, name).complement()

    def complement(self) -> "Probability":
        """Return the probability of the other outcome."""
        return Probability(self.not_p, self.p, self.log_not_p, self.log_p)

    def shifted(self, log_odds: float) -> "Probability":
        """Return the probability whose log-odds are higher by `log_odds` (finite).

        Relative changes p'/p and (1 − p')/(1 − p) are accurate however small the shift.
        """
        up, down = self.log_ratios_after(log_odds)
        p = _scaled(self.p, self.log_p, up)
        not_p = _scaled(self.not_p, self.log_not_p, down)
        p, not_p = (1 - not_p, not_p) if not_p < p else (p, 1 - p)
        # the sum of logarithms cancels where the probability is close to 1
        log_p = math.log1p(-not_p) if not_p < 0.5 else self.log_p + up
        log_not_p = math.log1p(-p) if p < 0.5 else self.log_not_p + down
        return Probability(p, not_p, log_p, log_not_p)

    def log_ratios_after(self, log_odds: float) -> tuple[float, float]:
        """Return log p'/p and log (1 − p')/(1 − p) after a shift of the log-odds.

        They are −log(p + (1 − p) e^−shift) and −log(1 − p + p e^shift).
        """
        return (
            -_log_mix(self.complement(), -log_odds),
            -_log_mix(self, log_odds),
        )


def log_ratios(p: Probability, q: Probability) -> tuple[float, float]:
    """Return log p/q and log (1−p)/(1−q), keeping digits where p is close to q."""
    # the difference from the smaller sides, where its digits are
    rise = p.p - q.p if max(p.p, q.p) <= 0.5 else q.not_p - p.not_p
    return (
        _log_ratio(rise, q.p, p.log_p, q.log_p),
        _log_ratio(-rise, q.not_p, p.log_not_p, q.log_not_p),
    )


def _log_ratio(rise: float, q: float, log_p: float, log_q: float) -> float:
    if log_p == log_q == -math.inf:
        return 0.0
    if q > 1e-300 and abs(rise) < q / 2:
        return math.log1p(rise / q)
    return log_p - log_q


def _log_mix(q: Probability, shift: float) -> float:
    """Return log(1 − q + q e^shift)."""
    if abs(shift) < 1 or (q.p < 0.5 and shift < 30):
        return math.log1p(q.p * math.expm1(shift))
    moved = q.log_p + shift
    high, low = max(q.log_not_p, moved), min(q.log_not_p, moved)
    return high + math.log1p(math.exp(low - high))


def _scaled(p: float, log_p: float, log_ratio: float) -> float:
    # the product keeps small relative changes; the logarithm survives where p underflows
    if p > 1e-300 and log_ratio < 700:
        return min(p * math.exp(log_ratio), 1.0)
    return math.exp(min(log_p + log_ratio, 0.0))
