"""What somebody says of a pair, by name and by value, as preference files spell it."""

import math
from collections.abc import Mapping
from typing import Literal

Choice = Literal["first", "second", "tie", "cant_tell"]
"""Of the pair, whichever side it was shown on."""
DECIDED: Mapping[str, float] = {"first": 1.0, "second": 0.0, "tie": 0.5}
"""As a share of a vote for the pair's first response."""
CHOICES: Mapping[str, float] = {**DECIDED, "cant_tell": math.nan}
"""With "can't tell", which is no share."""


def choice_name(value: float) -> Choice | None:
    """Return the name of 1, 0, ½ or NaN; None of another number."""
    if math.isnan(value):
        return "cant_tell"
    names: dict[float, Choice] = {1.0: "first", 0.0: "second", 0.5: "tie"}
    return names.get(value)
