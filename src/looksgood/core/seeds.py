"""Randomness as an argument: a path of names is a seed, and every draw has an address.

Because each draw is addressed (`seed.child("step", 12)`), a resumed run needs no stored random
state: its position *is* its random state.
"""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # both are imported where they are drawn: specs must stay light
    import numpy as np
    import torch


@dataclass(frozen=True, slots=True)
class Seed:
    """Equal paths give equal seeds on every machine; adding a sibling moves nobody.

    Equal seeds give equal draws on one kind of device only: torch promises no more.
    """

    path: tuple[str | int, ...]

    def child(self, *steps: str | int) -> "Seed":
        """Return the seed `steps` further down the tree."""
        return Seed((*self.path, *steps))

    @property
    def number(self) -> int:
        """A 63-bit integer that stands for this place."""
        digest = hashlib.blake2b(repr(self.path).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 1

    def torch(self, device: str = "cpu") -> "torch.Generator":
        """Return a fresh torch generator for this place."""
        import torch

        return torch.Generator(device).manual_seed(self.number)

    def numpy(self) -> "np.random.Generator":
        """Return a fresh NumPy generator for this place."""
        import numpy as np

        return np.random.default_rng(self.number)
