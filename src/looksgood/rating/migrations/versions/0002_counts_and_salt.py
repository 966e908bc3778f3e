"""Campaigns count their slots and have a salt; open slots are found in order; owners are once."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add them, with the values of campaigns that are there."""
    for column in (
        sa.Column("salt", sa.String(length=32), nullable=False, server_default=""),
        sa.Column("wanted", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("filled", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("campaigns", column)
    _fill_in(op.get_bind())
    op.drop_index("ix_slots_campaign_id_is_filled_leased_until", table_name="slots")
    op.create_index(
        "ix_slots_open",
        "slots",
        ["campaign_id", "id"],
        sqlite_where=sa.text("is_filled = 0"),
        postgresql_where=sa.text("NOT is_filled"),
    )
    op.create_index(
        "uq_people_owners",
        "people",
        ["name"],
        unique=True,
        sqlite_where=sa.text("campaign_id IS NULL"),
        postgresql_where=sa.text("campaign_id IS NULL"),
    )


def _fill_in(connection: sa.Connection) -> None:
    campaigns = sa.table("campaigns", *map(sa.column, ("id", "salt", "wanted", "filled")))
    slots = sa.table("slots", sa.column("campaign_id"), sa.column("is_filled", sa.Boolean))
    for campaign_id in connection.execute(sa.select(campaigns.c.id)).scalars().all():
        here = sa.select(sa.func.count()).where(slots.c.campaign_id == campaign_id)
        connection.execute(
            sa.update(campaigns)
            .where(campaigns.c.id == campaign_id)
            .values(
                salt=secrets.token_hex(16),
                wanted=here.scalar_subquery(),
                filled=here.where(slots.c.is_filled).scalar_subquery(),
            )
        )
