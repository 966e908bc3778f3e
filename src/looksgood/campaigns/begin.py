"""Begin a campaign with pairs from a source; the same again adds nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from looksgood.campaigns.checks import made_checks
from looksgood.campaigns.sources.drawn import Drawn
from looksgood.core.seeds import Seed
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import begin_campaign
from looksgood.rating.database import Database
from looksgood.rating.pairs import NewPair, add_clip, add_pairs

MADE_CHECKS = 20
"""Made by construction where checks are asked for and none are given: enough for 200 pairs of one
person at one check in ten."""


@dataclass(frozen=True, slots=True)
class Added:
    """What was added to a campaign now, and what was there already."""

    pairs: int
    checks: int
    known: int


def begin_with(
    database: Database, spec: CampaignSpec, drawn: Drawn, given: Sequence[NewPair], seed: Seed
) -> Added:
    """Begin the campaign, or go on with it, and add the pairs that it does not have yet.

    Where `spec` asks for checks and `given` has none, some are made of the pairs themselves.

    Raises:
        ConfigError: there is a campaign of that name with other settings.
    """
    checks = list(given)
    if spec.check_every and not checks:
        checks = made_checks(drawn.pairs, MADE_CHECKS, seed.child("checks"))
    with database.writing() as connection:
        campaign = begin_campaign(connection, spec)
        for content in drawn.films.values():
            add_clip(connection, content)
        pairs = add_pairs(connection, campaign, drawn.pairs)
        added = add_pairs(connection, campaign, checks)
    return Added(pairs, added, len(drawn.pairs) + len(checks) - pairs - added)
