"""Settings of preferences: how many comparisons are made, and how raters may answer."""

from typing import Annotated

from pydantic import Field

from looksgood.core.spec import Spec


class PreferencesSpec(Spec):
    """At most prompts × pairs_per_prompt comparisons, of which `validation` train nothing."""

    prompts: Annotated[int, Field(ge=2)] = 500
    samples_per_prompt: Annotated[int, Field(ge=2)] = 8
    """Responses drawn from the base for each prompt, from which pairs are made."""
    pairs_per_prompt: Annotated[int, Field(ge=1)] = 4
    validation: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Share of prompts whose comparisons are held out."""
    tie_logit: Annotated[float, Field(ge=0)] = 0.1
    """Log-odds within which responses look equal: 0.1 makes 5 % ties between equals."""
    cant_tell: Annotated[float, Field(ge=0, lt=1)] = 0.02
    """Share of comparisons that the rater declines to answer."""
