"""Settings of preferences: how many comparisons are made, and how raters may answer."""

from typing import Annotated

from pydantic import Field

from looksgood.core.spec import Spec


class PreferencesSpec(Spec):
    """At most rounds × prompts × pairs_per_prompt comparisons; `validation` of them train nothing.

    The first round compares samples of the base, each later one those of a policy optimised
    against r̂ of the rounds before: what r̂ has taught so far is put to the raters again.

    Source: Stiennon et al. (2020), arXiv:2009.01325 §3.1 and fig. 2; Bai et al. (2022),
    arXiv:2204.05862 §4.5 ("iterated online RLHF").
    """

    rounds: Annotated[int, Field(ge=1)] = 1
    round_beta: Annotated[float, Field(ge=0)] = 0.1
    """KL penalty of the policies that later rounds ask about."""
    prompts: Annotated[int, Field(ge=2, description="in each round")] = 500
    samples_per_prompt: Annotated[int, Field(ge=2)] = 8
    """Responses drawn for each prompt, from which pairs are made."""
    pairs_per_prompt: Annotated[int, Field(ge=1)] = 4
    validation: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Share of prompts whose comparisons are held out."""
    tie_logit: Annotated[float, Field(ge=0)] = 0.1
    """Log-odds within which responses look equal: 0.1 makes 5 % ties between equals."""
    cant_tell: Annotated[float, Field(ge=0, lt=1)] = 0.02
    """Share of comparisons that the rater declines to answer."""
