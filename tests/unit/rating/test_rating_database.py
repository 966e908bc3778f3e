"""A database is opened by its address, and its tables come to their newest form, or stay."""

import os
import re
import signal
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from looksgood.core.errors import ConfigError
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import begin_campaign, campaign_named
from looksgood.rating.claims import claim
from looksgood.rating.database import Database, as_argument, connect, open_database
from looksgood.rating.migrate import upgrade
from looksgood.rating.people import Person
from looksgood.rating.schema import METADATA, slots
from looksgood.rating.votes import progress
from tests.rating_store import campaign_of, check_store, rater, some_pairs


def test_migrations_give_exactly_the_tables_of_the_schema(database):
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        found = inspect(connection)
        for table in METADATA.tables.values():
            made = {index["name"] for index in found.get_indexes(table.name)}
            assert {index.name for index in table.indexes} <= made


def test_migrations_filter_partial_indexes_as_the_schema_does(database_url):
    """Alembic compares no WHERE: so compare what each database says of the index itself."""
    opened = open_database(database_url)
    if database_url.startswith("postgresql"):
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(ARRAY[%s])"
        query %= ", ".join(f"'{name}'" for name in METADATA.tables)
    else:
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    with opened.reading() as connection:
        migrated = dict(connection.execute(text(query)).all())
    with opened.writing() as connection:
        METADATA.drop_all(connection)
        METADATA.create_all(connection)
    with opened.reading() as connection:
        plain = dict(connection.execute(text(query)).all())
    opened.close()
    assert {k: v.replace('"', "") for k, v in migrated.items()} == {
        k: v.replace('"', "") for k, v in plain.items()
    }


def test_opening_again_changes_nothing(database_url):
    first = open_database(database_url)
    campaign = campaign_of(first, some_pairs(2))
    first.close()
    again = open_database(database_url)
    with again.reading() as connection:
        assert campaign_named(connection, "c") == campaign
    again.close()


def old_form(url):
    """Return an engine of a database whose tables have their first form, with something in them."""
    engine = connect(url)
    upgrade(engine, "0001")
    with Database(engine).writing() as connection:
        for statement in (
            "INSERT INTO campaigns (id, name, settings, created_at) "
            "VALUES (1, 'c', '{\"name\": \"c\"}', 5.0)",
            "INSERT INTO campaigns (id, name, settings, created_at) "
            "VALUES (2, 'd', '{\"name\": \"d\"}', 6.0)",
            "INSERT INTO pairs (id, campaign_id, key, batch, role, prompt, first, second, "
            "are_clips, source, extra) "
            "VALUES (1, 1, 'k', '', 'ordinary', 'p', 'a', 'b', false, '', '{}')",
            "INSERT INTO slots (campaign_id, pair_id, number, leased_until, is_filled) "
            "VALUES (1, 1, 0, 0, true), (1, 1, 1, 0, false), (1, 1, 2, 0, true)",
        ):
            connection.execute(text(statement))
    return engine


def test_what_an_older_version_kept_is_taken_along(database_url):
    old_form(database_url).dispose()
    opened = open_database(database_url)
    with opened.reading() as connection:
        campaign, other = campaign_named(connection, "c"), campaign_named(connection, "d")
        assert progress(connection, campaign).wanted == 3
        assert progress(connection, campaign).filled == 2
        assert progress(connection, other).wanted == 0
        assert len(campaign.salt) == len(other.salt) == 32
        assert campaign.salt != other.salt
    opened.close()


def test_a_step_that_was_killed_half_way_leaves_the_old_form(database_url):
    old_form(database_url).dispose()
    code = (
        "import os, signal, sys\n"
        "from sqlalchemy import event\n"
        "from looksgood.rating.database import connect\n"
        "from looksgood.rating.migrate import upgrade\n"
        "engine = connect(sys.argv[1])\n"
        "@event.listens_for(engine, 'before_cursor_execute')\n"
        "def before(connection, cursor, statement, *_):\n"
        "    if 'uq_people_owners' in statement: os.kill(os.getpid(), signal.SIGKILL)\n"
        "upgrade(engine)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, database_url], env=environment())
    assert done.returncode == -signal.SIGKILL
    engine = connect(database_url)
    with engine.connect() as connection:
        found = inspect(connection)
        columns = {column["name"] for column in found.get_columns("campaigns")}
        names = {index["name"] for index in found.get_indexes("slots")}
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    engine.dispose()
    assert columns == {"id", "name", "settings", "created_at", "closed_at"}
    assert "ix_slots_campaign_id_is_filled_leased_until" in names
    assert version == "0001"
    opened = open_database(database_url)  # and the next start takes the step
    with opened.reading() as connection:
        assert progress(connection, campaign_named(connection, "c")).filled == 2
    opened.close()


def environment():
    return {**os.environ, "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry)}


def test_processes_that_open_a_fresh_database_at_once_find_the_same(database_url):
    command = [sys.executable, "-m", "tests.rating_workers", "begin", database_url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    workers = [subprocess.Popen(command, **pipes, text=True, env=environment()) for _ in range(3)]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=120) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 3, said
    assert len({out for out, _ in said}) == 1
    opened = open_database(database_url)
    with opened.reading() as connection:
        assert progress(connection, campaign_named(connection, "c")).wanted == 50
    check_store(opened)
    opened.close()


def test_a_transaction_that_fails_leaves_nothing(database):
    def fails():
        with database.writing() as connection:
            begin_campaign(connection, CampaignSpec(name="c"))
            raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        fails()
    with database.reading() as connection, pytest.raises(ConfigError, match="there are: none yet"):
        campaign_named(connection, "c")


def test_reading_writes_nothing(database):
    with database.reading() as connection, pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        begin_campaign(connection, CampaignSpec(name="c"))
    with database.writing() as connection:  # and a connection that was read with may write again
        begin_campaign(connection, CampaignSpec(name="c"))


def test_reading_sees_one_moment(database):
    campaign = campaign_of(database, some_pairs(2))
    with database.reading() as connection:
        assert progress(connection, campaign).wanted == 2
        campaign_of(database, some_pairs(3))
        assert progress(connection, campaign).wanted == 2
    with database.reading() as connection:
        assert progress(connection, campaign).wanted == 3


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("mysql://u:secret@h/d", "mysql://.*: give an SQLite file or a postgresql:// URL"),
        ("nonsense://", "give an SQLite file or a postgresql:// URL"),
        ("postgresql://u:secret@h:port/d", "is no database URL"),
        ("postgresql://u:secret", "is no database URL"),
        ("://", "is no database URL"),
        (":memory:", "kept in a file"),
        ("sqlite://", "kept in a file"),
        ("/nowhere/at/all/votes.db", "cannot be opened: unable to open"),
        ("postgresql://u:secret@/d?host=/nowhere", "cannot be opened"),
    ],
)
def test_an_address_that_will_not_do_is_refused_in_one_line(where, message):
    with pytest.raises(ConfigError, match=message) as refused:
        open_database(where)
    assert "secret" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("votes.db", "votes.db"),
        ("my votes.db", "'my votes.db'"),
        ("postgresql://team@host/votes", "postgresql://team@host/votes"),
        ("postgresql://team:secret@host:5/votes", "'postgresql://team:***@host:5/votes'"),
        ("postgresql://team@host/v?password=secret", "postgresql://team@host/v"),
        ("postgresql://team@host/v?sslpassword=secret&sslmode=require", "sslmode=require"),
    ],
)
def test_a_command_line_names_a_database_without_its_password(where, said):
    assert said in as_argument(where)
    assert "secret" not in as_argument(where)


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n" * 1000)
    with pytest.raises(ConfigError, match="not a database"):
        open_database(path)
    assert path.read_text() == "my notes\n" * 1000


def test_a_database_of_a_newer_version_is_left_as_it_is(database_url):
    opened = open_database(database_url)
    with opened.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    with pytest.raises(ConfigError, match="newer looksgood: update"):
        open_database(database_url)


@pytest.mark.parametrize("name", ["what?.db", "50%.db", "a b#c.db", "ü.db"])
def test_any_file_name_will_do(tmp_path, name):
    open_database(tmp_path / name).close()
    assert (tmp_path / name).exists()


def test_a_claim_reads_the_head_of_the_queue(database):
    """Neither database walks over slots that are filled, or sorts those that are free."""
    campaign = campaign_of(database, some_pairs(400), votes_per_pair=3)
    person = rater(database, campaign, "Anna")
    with database.writing() as connection:
        connection.execute(slots.update().where(slots.c.pair_id < 200).values(is_filled=True))
    plans = plans_of(database, campaign, person)
    assert re.search("SEARCH slots USING INDEX ix_slots_open|Index Scan using ix_slots_open", plans)
    assert "TEMP B-TREE" not in plans
    assert "Sort" not in plans


def plans_of(database, campaign, person: Person):
    """Return how the database would find a free slot."""
    from looksgood.rating.claims import _free, _is_known

    query = _free(campaign, 5.0).where(~_is_known(slots.c.pair_id, person))
    with database.writing() as connection:
        if database.engine.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
            explain = "EXPLAIN "
        else:
            explain = "EXPLAIN QUERY PLAN "
        said = query.compile(connection, compile_kwargs={"literal_binds": True})
        rows = connection.exec_driver_sql(explain + str(said).replace("%", "%%")).all()
        assert claim(connection, campaign, person, 1)[0].prompt == "prompt 199"
        return "\n".join(str(row) for row in rows)
