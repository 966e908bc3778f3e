"""CPU-seconds on one thread, and their median and spread."""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with the smallest and the largest of `n` values."""

    median: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Summarise values.

        Raises:
            ValueError: there are none.
        """
        if not values:
            raise ValueError("no value was measured, so there is no median")
        return cls(statistics.median(values), min(values), max(values), len(values))

    def __str__(self) -> str:
        """Show the range only where there is one."""
        if self.n == 1:
            return f"{self.median:.3g}"
        return f"{self.median:.3g} ({self.low:.3g} to {self.high:.3g})"


def ratio(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Summarise the ratios of values measured in the same round: a slow moment slows both."""
    return Spread.of([a / b for a, b in zip(above, below, strict=True)])


def cpu_seconds(call: Callable[[], object]) -> float:
    """Run `call`; return the CPU time this process used meanwhile."""
    start = time.process_time()
    call()
    return time.process_time() - start


@contextmanager
def one_thread() -> Iterator[None]:
    """Let PyTorch use one thread within."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
