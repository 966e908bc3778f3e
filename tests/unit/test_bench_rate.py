"""The benchmark of the rating page, in small: the server is killed, nothing is lost."""

import dataclasses
import json

import pytest

from looksgood.bench import rate
from looksgood.bench.options import RateOptions
from looksgood.bench.rate import AIM_MS, Kept, run
from looksgood.bench.rate_raters import Vote
from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.rating.database import open_database
from looksgood.rating.schema import votes
from tests.rating_store import ask, campaign_of, check_store, rater, some_pairs, vote

SMALL = {"raters": 5, "seconds": 3, "kills": 2, "think_seconds": 0.2, "pairs": 400}


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_the_server_is_killed(database_url):
    report = run(RateOptions(**SMALL, db=database_url))
    report.check()
    assert report.kills == 2
    assert report.kept.acknowledged >= report.smooth >= 5
    assert report.kept.stored >= report.kept.acknowledged
    assert 0 < report.p50_ms <= report.p95_ms <= report.max_ms
    assert report.server_cpu_ms_per_vote > 0
    database = open_database(database_url)
    check_store(database)
    database.close()
    with pytest.raises(ConfigError, match="database of its own"):
        run(RateOptions(**SMALL, db=database_url))


@pytest.fixture
def report():
    return rate.Report(
        settings=RateOptions().model_dump(),
        database="sqlite",
        seconds=60.0,
        kills=0,
        start_seconds=0.5,
        smooth=1500,
        p50_ms=20.0,
        p95_ms=AIM_MS - 1,
        max_ms=150.0,
        server_cpu_ms_per_vote=14.0,
        kept=Kept(acknowledged=1500, stored=1500, lost=0, doubled=0),
    )


def test_a_lost_or_doubled_vote_is_an_error(report):
    report.check()
    for wrong in ({"lost": 1}, {"doubled": 1}):
        kept = dataclasses.replace(report.kept, **wrong)
        with pytest.raises(LooksgoodError, match="acknowledged votes are lost"):
            dataclasses.replace(report, kept=kept).check()


def test_json_and_table_say_the_same(report):
    data = json.loads(report.as_json())
    assert data["p95_ms"] == report.p95_ms
    assert data["kept"]["acknowledged"] == 1500
    assert f"p95 {report.p95_ms:.0f} ms" in report.as_table()
    assert "1500 (25.0 a second)" in report.as_table()
    assert "aim 100 ms: met" in report.as_table()
    assert "aim 100 ms: missed" in dataclasses.replace(report, p95_ms=AIM_MS).as_table()
    assert "aim 100" not in dataclasses.replace(report, kills=20).as_table()


def test_what_is_lost_or_doubled_is_found(database):
    campaign = campaign_of(database, some_pairs(3))
    anna = rater(database, campaign, "Anna")
    for one, key in zip(ask(database, campaign, anna, 2), "ab", strict=True):
        vote(database, campaign, anna, one, key=key)
    said = [Vote(key, 0.1, True, False) for key in "abc"]
    assert rate._kept(database, said) == Kept(acknowledged=3, stored=2, lost=1, doubled=0)
    with database.writing() as connection:  # as no server should
        row = connection.execute(votes.select().where(votes.c.key == "b")).mappings().one()
        again = {**row, "id": 77, "key": "c", "withdrawn_at": 1.0}
        connection.execute(votes.insert(), [again])
    assert rate._kept(database, said) == Kept(acknowledged=3, stored=3, lost=0, doubled=1)
    twice = [dataclasses.replace(said[0], was_kept_twice=True)]
    assert rate._kept(database, twice).doubled == 2
