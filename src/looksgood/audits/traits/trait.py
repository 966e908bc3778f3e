"""A trait: one number per response."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, slots=True)
class Trait:
    """What is counted, and what each response counts."""

    name: str
    """For a phrase, the phrase itself: text that is not trusted."""
    values: Float[np.ndarray, " texts"]
    kind: Literal["share", "mean"] = "mean"
    """share: each value is 0 or 1, and its mean a share of responses."""
    phrases: tuple[tuple[str, ...], ...] = ()
    """What to show of a response that has it; none: its beginning."""
    also: tuple[str, ...] = ()
    """Other phrases of the same responses, merged into this one."""
