"""The tables, the same in SQLite and PostgreSQL. Times are seconds since 1970, UTC."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

campaigns = Table(
    "campaigns",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("settings", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("closed_at", Double),  # null: open, whether or not anything is to be rated now
    # draws orders and hidden checks: who reads our code and their own number cannot guess them
    Column("salt", String(32), nullable=False, server_default=""),
    # how many slots there are, and how many are filled: counting them takes a walk over all
    Column("wanted", Integer, nullable=False, server_default="0"),
    Column("filled", Integer, nullable=False, server_default="0"),
)

clips = Table(  # films, by the hash of their bytes: a database that is moved takes them along
    "clips",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("media_type", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

pairs = Table(
    "pairs",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("key", String(64), nullable=False),  # adding the same pair again changes nothing
    Column("batch", String(64), nullable=False),  # which pairs are waited for together; "" none
    Column("role", String(16), nullable=False),  # ordinary, attention or gold
    Column("prompt", Text, nullable=False),
    Column("first", Text, nullable=False),  # a response's text, or its clip's digest
    Column("second", Text, nullable=False),
    Column("are_clips", Boolean, nullable=False),
    Column("source", Text, nullable=False),  # shown after the first impression; "" nothing
    Column("extra", JSON, nullable=False),  # what an export gives back: prompt_id, kl, policy …
    UniqueConstraint("campaign_id", "key"),
)

truths = Table(  # what experts or a check say: no page shows it beside a pair
    "truths",
    METADATA,
    Column("pair_id", ForeignKey("pairs.id"), primary_key=True),
    Column("choice", String(16), nullable=False),  # first, second or tie
    Column("told_by", String(64), nullable=False),  # expert, check, construction …
    Column("first_is_good", Boolean),  # whether a response should be approved at all
    Column("second_is_good", Boolean),
    Column("detail", JSON, nullable=False),  # what is wrong with either, for "how did I do?"
)

people = Table(
    "people",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id")),  # null: an owner, of all campaigns
    Column("name", String(64), nullable=False),
    Column("role", String(16), nullable=False),  # rater, owner or simulated
    Column("created_at", Double, nullable=False),  # or let in anew, after `revoked_at`
    Column("expires_at", Double),
    Column("revoked_at", Double),
    UniqueConstraint("campaign_id", "name"),
)
Index(  # null is not equal to null, so the constraint above lets owners be twice
    "uq_people_owners",
    people.c.name,
    unique=True,
    sqlite_where=people.c.campaign_id.is_(None),
    postgresql_where=people.c.campaign_id.is_(None),
)

slots = Table(  # one for each vote that is wanted of an ordinary pair
    "slots",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("pair_id", ForeignKey("pairs.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("showing_id", Integer),  # who holds it, or filled it
    Column("leased_until", Double, nullable=False),  # 0: nobody holds it
    Column("is_filled", Boolean, nullable=False),
    UniqueConstraint("pair_id", "number"),
    Index(None, "showing_id"),
)
Index(  # what is left to do, in order: a claim reads its first entries, however much is done
    "ix_slots_open",
    slots.c.campaign_id,
    slots.c.id,
    sqlite_where=~slots.c.is_filled,
    postgresql_where=~slots.c.is_filled,
)

showings = Table(  # one person is shown one pair, in one order
    "showings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("campaign_id", ForeignKey("campaigns.id"), nullable=False),
    Column("pair_id", ForeignKey("pairs.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("is_repeat", Boolean, nullable=False),  # asked again, on purpose
    Column("first_is_left", Boolean, nullable=False),
    Column("shown_at", Double, nullable=False),
    UniqueConstraint("pair_id", "person_id", "is_repeat"),
    Index(None, "campaign_id", "person_id"),
)

votes = Table(  # never changed but for `withdrawn_at`, never deleted
    "votes",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),  # the browser's: twice is once
    Column("showing_id", ForeignKey("showings.id"), nullable=False),
    Column("choice", String(16), nullable=False),  # first, second, tie or cant_tell: of the pair
    Column("impression", String(16)),  # the choice before the source was seen
    Column("confidence", Integer),  # 1 to 5, as stated
    Column("tags", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("seconds", Double),  # from the pair's appearance to the choice, in the browser
    Column("watched", Double),  # share of the longer clip that was played
    Column("voted_at", Double, nullable=False),
    Column("withdrawn_at", Double),
)
Index(
    "uq_votes_standing",
    votes.c.showing_id,
    unique=True,
    sqlite_where=votes.c.withdrawn_at.is_(None),
    postgresql_where=votes.c.withdrawn_at.is_(None),
)
