"""How often one person or one address may ask: a bucket each that fills at a steady rate."""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


class Buckets:
    """Token buckets by key, in memory; of very many keys the longest unused is forgotten."""

    def __init__(
        self,
        burst: int,
        per_second: float,
        *,
        most: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst, self._per_second, self._most = burst, per_second, most
        self._clock = clock
        self._left: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()
        self._turn = threading.Lock()

    def wait_seconds(self, key: Hashable) -> int:
        """Take one token of `key` and return 0, or say in how many seconds there will be one."""
        with self._turn:
            now = self._clock()
            left, then = self._left.pop(key, (float(self._burst), now))
            left = min(float(self._burst), left + (now - then) * self._per_second)
            wait = 0 if left >= 1 else math.ceil((1 - left) / self._per_second)
            self._left[key] = (left if wait else left - 1, now)
            if len(self._left) > self._most:
                self._left.popitem(last=False)
            return wait

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._left)


@dataclass(frozen=True, slots=True)
class Limits:
    """What is counted, each by itself."""

    requests: Buckets = field(default_factory=lambda: Buckets(burst=120, per_second=30))
    """Of one person: a page asks some times a second at most, whoever presses the keys."""
    costly: Buckets = field(default_factory=lambda: Buckets(burst=10, per_second=0.2))
    """Of one person: pages that read every vote of a campaign."""
    joins: Buckets = field(default_factory=lambda: Buckets(burst=120, per_second=2))
    """From one address: a class behind one router may come in at once."""
    forgeries: Buckets = field(default_factory=lambda: Buckets(burst=20, per_second=0.2))
    """From one address: links and cookies that nobody signed here. Good ones are not held up."""


def network_of(address: str) -> str:
    """Return what counts as one address: of IPv6 the /64, which is one household's."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 6 and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
