"""What is costly to compute, kept a while: pages that refresh themselves must not slow raters."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

SHARE = 0.05
"""Of the time, at most, is spent on computing one of them anew."""


class Kept(Generic[T]):
    """Results by key, each computed again only when its own cost has been waited for 19 times."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._found: dict[Hashable, tuple[T, float]] = {}
        self._turn = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the result of `compute`, now or a short while ago."""
        with self._turn:
            before = self._found.get(key)
            began = self._clock()
            if before is not None and began < before[1]:
                return before[0]
            found = compute()
            ended = self._clock()
            self._found[key] = found, ended + (ended - began) * (1 / SHARE - 1)
            return found
