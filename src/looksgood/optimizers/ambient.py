"""A fence around code that draws from ambient randomness: inside, its draws have an address."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

from looksgood.core.seeds import Seed


@contextmanager
def ambient_randomness(seed: Seed) -> Iterator[None]:
    """Let torch's (CPU) and NumPy's global generators start at `seed`; put both back afterwards.

    For other people's code only, such as Stable-Baselines3: ours takes a Seed.
    """
    state = seed.child("numpy").numpy().integers(2**32, size=624, dtype=np.uint32)
    before = np.random.get_state()  # noqa: NPY002 - the fence itself
    with torch.random.fork_rng(devices=[]):
        torch.random.set_rng_state(seed.child("torch").torch().get_state())
        np.random.set_state(("MT19937", state, 624, 0, 0.0))  # noqa: NPY002
        try:
            yield
        finally:
            np.random.set_state(before)  # noqa: NPY002
