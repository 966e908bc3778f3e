"""Batches: pairs that are handed over together, and waited for together."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, func, select

from looksgood.rating.campaigns import Campaign
from looksgood.rating.pairs import NewPair, add_pairs
from looksgood.rating.schema import campaigns, pairs, slots
from looksgood.rating.votes import Progress


def hand_over(
    connection: Connection, campaign: Campaign, batch: str, new: Sequence[NewPair]
) -> None:
    """Add pairs as a batch, unless somebody has handed over a batch of that name before."""
    # two processes that hand over the same batch do it one after the other
    this = select(campaigns.c.id).where(campaigns.c.id == campaign.id)
    connection.execute(this.with_for_update(key_share=True))
    if not has_batch(connection, campaign, batch):
        add_pairs(connection, campaign, [replace(pair, batch=batch) for pair in new])


def has_batch(connection: Connection, campaign: Campaign, batch: str) -> bool:
    """Tell whether a batch has been handed over: all of it, as that is one transaction."""
    query = select(pairs.c.id).where(pairs.c.campaign_id == campaign.id, pairs.c.batch == batch)
    return connection.execute(query.limit(1)).first() is not None


def batch_progress(connection: Connection, campaign: Campaign, batch: str) -> Progress:
    """Return how many votes of a batch are wanted, and how many are there (`mine` is 0)."""
    of_batch = (
        select(func.count())
        .select_from(slots.join(pairs, pairs.c.id == slots.c.pair_id))
        .where(pairs.c.campaign_id == campaign.id, pairs.c.batch == batch)
    )
    wanted = connection.execute(of_batch).scalar_one()
    filled = connection.execute(of_batch.where(slots.c.is_filled)).scalar_one()
    return Progress(wanted, filled, mine=0)
