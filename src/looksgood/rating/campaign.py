"""Settings of a campaign: what people are asked about each pair, and how many of them."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from looksgood.core.spec import Spec

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


def _addressable(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", name):
        raise ValueError(
            "give 1 to 63 lower-case letters, digits and hyphens, no hyphen first: it is part of "
            "addresses"
        )
    return name


CampaignName = Annotated[str, AfterValidator(_addressable)]


class CampaignSpec(Spec):
    """What raters are asked. The pairs come later, and may come for as long as it is open."""

    name: CampaignName
    """Lower-case letters, digits and hyphens: it is part of addresses."""
    question: Annotated[str, Field(min_length=1, max_length=500)] = "Which response is better?"
    instructions: Annotated[str, Field(max_length=20_000)] = ""
    """Plain text, in a panel beside the pairs."""
    votes_per_pair: Count = 1
    """By different people."""
    asks_confidence: bool = False
    """Whether a second question follows: how sure are you, 1 to 5?"""
    asks_impression: bool = False
    """Whether a first choice is asked for before the source is shown.

    It separates fooled at once from fooled after checking. Source: Stiennon et al. (2020),
    arXiv:2009.01325, appendix C: their raters wrote down a naive reading before seeing the source.
    """
    tags: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = ()
    """Reasons that may be ticked."""
    asks_note: bool = True
    """Whether a free note may be left."""
    check_every: Annotated[int, Field(ge=0)] = 0
    """One of so many pairs is an attention check or an item that experts have judged; 0: none."""
    repeats: Share = 0.0
    """Share of a person's pairs that the person is asked about again, for self-agreement."""
    least_checks_passed: Share = 0.0
    """Who passes fewer attention checks, after five, is asked no more."""
    stop_after: Count | None = None
    """Close when there are so many votes."""
    tell_after: Count | None = None
    """After so many votes of their own, raters may see how they did; null: never."""
    lease_seconds: Annotated[float, Field(gt=0)] = 120.0
    """How long a pair is kept for somebody who does not answer."""


Side = Literal["left", "right", "tie", "cant_tell"]
"""What a page says where `core.choices` says first or second: which side was chosen."""
Role = Literal["ordinary", "attention", "gold"]
"""An attention check anybody who looks gets right; a gold item experts have judged."""
