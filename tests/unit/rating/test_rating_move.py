"""A database moves whole, both ways, and goes on where it was."""

import pytest
from sqlalchemy import select

from looksgood.cli.main import main
from looksgood.core.errors import ConfigError
from looksgood.rating.campaigns import all_campaigns, campaign_named
from looksgood.rating.database import Database, open_database
from looksgood.rating.move import move
from looksgood.rating.pairs import add_clip, add_pairs
from looksgood.rating.people import invite, person_by_id
from looksgood.rating.schema import METADATA
from looksgood.rating.standing import standing_votes
from looksgood.rating.votes import progress, withdraw_vote
from tests.rating_store import (
    ask,
    campaign_of,
    check_store,
    rater,
    some_checks,
    some_pairs,
    vote,
)


def fill(database):
    """Two campaigns with everything that may be in one."""
    new = some_pairs(700, extra={"kl": 1.5, "of": "ü\0"}) + some_checks(9)
    campaign = campaign_of(database, new, votes_per_pair=2, check_every=4, asks_confidence=True)
    campaign_of(database, some_pairs(2), name="other")
    with database.writing() as connection:
        invite(connection, "Olga", None, "owner", expires_at=9e9)
        for number in range(20):
            add_clip(connection, bytes([number]) * 100_000)
    anna, bert = rater(database, campaign, "Anna"), rater(database, campaign, "Bert")
    for one in ask(database, campaign, anna, 12):
        vote(database, campaign, anna, one, key=f"k{one.showing_id}", note="é\0", tags=("a",))
    with database.writing() as connection:
        withdraw_vote(connection, campaign, anna, f"k{one.showing_id}")
    ask(database, campaign, bert, 3)


def everything(database: Database):
    with database.reading() as connection:
        return {
            table.name: [
                dict(row)
                for row in connection.execute(
                    select(table).order_by(*table.primary_key.columns)
                ).mappings()
            ]
            for table in METADATA.sorted_tables
        }


@pytest.fixture(params=["to PostgreSQL", "to SQLite", "from file to file"])
def two(request, tmp_path):
    """A full database and the address of an empty one."""
    file, other = str(tmp_path / "votes.db"), str(tmp_path / "other.db")
    match request.param:
        case "to PostgreSQL":
            source, target = file, request.getfixturevalue("postgres_url")
        case "to SQLite":
            source, target = request.getfixturevalue("postgres_url"), file
        case _:
            source, target = file, other
    opened = open_database(source)
    fill(opened)
    opened.close()
    return source, target


def test_everything_arrives_and_work_goes_on(two):
    source, target = map(open_database, two)
    before = everything(source)
    arrived = move(source, target)
    assert everything(target) == everything(source) == before
    assert arrived == {name: len(rows) for name, rows in before.items()}
    assert min(arrived.values()) > 0
    # new rows get new numbers: "Key (id)=(1) already exists" is what others' users meet here
    with target.writing() as connection:
        campaign = campaign_named(connection, "c")
        add_pairs(connection, campaign, some_pairs(3, start=5000))
        cleo = invite(connection, "Cleo", campaign.id)
        add_clip(connection, b"new")
    for person in (cleo, next(p for p in people_of(target) if p.name == "Anna")):
        for one in ask(target, campaign, person, 5):
            assert vote(target, campaign, person, one, key=f"new-{one.showing_id}")
    campaign_of(target, some_pairs(1), name="third")
    check_store(target)
    with target.reading() as connection:
        assert len(all_campaigns(connection)) == 3
        assert progress(connection, campaign).filled == len(
            [v for v in standing_votes(connection, campaign) if v.role == "ordinary"]
        )
    source.close()
    target.close()


def people_of(database):
    ids = [row["id"] for row in everything(database)["people"]]
    with database.reading() as connection:
        return [person for id_ in ids if (person := person_by_id(connection, id_))]


def test_a_database_with_something_in_it_is_left_as_it_is(two):
    source, target = map(open_database, two)
    campaign_of(target, some_pairs(1), name="mine")
    before = everything(target)
    with pytest.raises(ConfigError, match=r"not empty \(1 campaigns, 1 pairs, 1 slots\)"):
        move(source, target)
    assert everything(target) == before
    source.close()
    target.close()


def test_a_move_that_breaks_off_leaves_nothing(two, monkeypatch):
    from looksgood.rating import move as module

    source, target = map(open_database, two)
    rows = module._rows

    def broken(connection, table):
        if table.name == "votes":
            raise OSError("the network is gone")
        yield from rows(connection, table)

    monkeypatch.setattr(module, "_rows", broken)
    with pytest.raises(OSError, match="network"):
        move(source, target)
    assert not any(everything(target).values())
    monkeypatch.undo()
    move(source, target)
    assert everything(target) == everything(source)
    source.close()
    target.close()


def test_rows_that_did_not_arrive_stop_the_move(two, monkeypatch):
    from looksgood.rating import move as module

    source, target = map(open_database, two)
    rows = module._rows

    def short(connection, table):
        if table.name != "votes":
            yield from rows(connection, table)

    monkeypatch.setattr(module, "_rows", short)
    with pytest.raises(ConfigError, match="nothing was moved"):
        move(source, target)
    assert not any(everything(target).values())
    source.close()
    target.close()


def test_the_command_moves_and_says_what_arrived(two, capsys):
    source, target = two
    main(["rate", "migrate", "--from", source, "--to", target])
    said = capsys.readouterr().out
    assert "2 campaigns, 20 clips" in said
    assert "12 votes" in said
    with pytest.raises(SystemExit) as stop:
        main(["rate", "migrate", "--from", source, "--to", target])
    assert stop.value.code == 2
    assert "not empty" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_not_made(tmp_path, capsys):
    source, target = tmp_path / "votes.db", tmp_path / "other.db"
    with pytest.raises(SystemExit):
        main(["rate", "migrate", "--from", str(source), "--to", str(target)])
    assert "there is no such file" in capsys.readouterr().err
    assert not source.exists()
    assert not target.exists()
