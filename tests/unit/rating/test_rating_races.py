"""Many processes at once, and processes that are killed: each vote is there, and once."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
from sqlalchemy import func, select

from looksgood.rating.claims import claim
from looksgood.rating.database import open_database
from looksgood.rating.people import invite
from looksgood.rating.schema import people, showings, votes
from looksgood.rating.votes import progress
from tests.rating_store import ask, campaign_of, check_store, rater, some_pairs, vote, votes_by_pair

WORKERS = 8


def started(work, url, name):
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return subprocess.Popen(
        [sys.executable, "-m", "tests.rating_workers", work, url, name],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )


def test_all_votes_arrive_none_short_none_doubled(database, database_url):
    """Who takes an empty claim for "done" ends short: 4 of 40 runs did (libraries.md, A.5)."""
    lasting = {"votes_per_pair": 3, "lease_seconds": 120.0}
    short = {**lasting, "lease_seconds": 0.02}  # they run out while somebody answers
    every = [
        campaign_of(database, some_pairs(10), name=f"c{number}", **settings)
        for number, settings in enumerate([lasting, short] * 3)
    ]
    workers = [started("race", database_url, f"r{n}") for n in range(WORKERS)]
    said = [worker.communicate(timeout=200) for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * WORKERS, said
    for campaign in every:
        with database.reading() as connection:
            assert progress(connection, campaign).filled == 30
        counts = votes_by_pair(database, campaign).values()
        assert len(counts) == 10
        assert min(counts) >= 3
        if campaign.spec.lease_seconds == 120.0:  # else late ones are kept beside them
            assert max(counts) == 3
    check_store(database)


def test_acknowledged_votes_survive_sigkill(database, database_url):
    campaign_of(database, some_pairs(2000), lease_seconds=0.001)
    draw = np.random.default_rng(0)
    acknowledged = []
    for life in range(6):
        worker = started("vote", database_url, f"r{life % 2}")
        acknowledged.append(worker.stdout.readline().strip())  # it has begun
        time.sleep(float(draw.uniform(0.0, 0.15)))
        worker.send_signal(signal.SIGKILL)
        rest, errors = worker.communicate(timeout=60)
        assert worker.returncode == -signal.SIGKILL, errors
        acknowledged += rest.split()
    assert len(acknowledged) == len(set(acknowledged)) >= 6
    with database.reading() as connection:
        kept = connection.execute(select(votes.c.key)).scalars().all()
        doubled = connection.execute(
            select(showings.c.pair_id)
            .join(votes, votes.c.showing_id == showings.c.id)
            .group_by(showings.c.pair_id, showings.c.person_id)
            .having(func.count() > 1)
        ).all()
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept)) <= len(acknowledged) + 6  # one may be on its way at a kill
    assert doubled == []
    check_store(database)


def test_two_windows_of_one_person_are_shown_the_same(database):
    campaign = campaign_of(database, some_pairs(20))
    anna = rater(database, campaign, "Anna")
    said, gate = [], threading.Barrier(6)

    def window():
        gate.wait()
        said.append(ask(database, campaign, anna, 3))

    threads = [threading.Thread(target=window) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(said) == 6
    assert all(each == said[0] for each in said)
    check_store(database)


def test_a_name_that_is_invited_twice_at_once_is_one_person(database):
    said, gate = [], threading.Barrier(6)

    def join():
        gate.wait()
        with database.writing() as connection:
            said.append(invite(connection, "Olga", None, "owner"))

    threads = [threading.Thread(target=join) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(said) == 6
    assert len(set(said)) == 1
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(people)).scalar_one() == 1


def test_a_slot_that_is_locked_for_a_moment_is_no_reason_to_stop(postgres_url):
    """PostgreSQL skips rows that somebody else has locked: an empty claim, and work to do."""
    database = open_database(postgres_url)
    campaign = campaign_of(database, some_pairs(1))
    anna, bert = rater(database, campaign, "Anna"), rater(database, campaign, "Bert")
    with database.writing() as connection:
        assert len(claim(connection, campaign, anna, 1)) == 1
        assert ask(database, campaign, bert) == []
        connection.rollback()  # Anna's page never heard of it
    (one,) = ask(database, campaign, bert)
    assert vote(database, campaign, bert, one)
    database.close()
