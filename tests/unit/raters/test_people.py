"""People who are asked: what is handed over, waited for, found again, and what comes back."""

import math
import os
import subprocess
import sys
import threading

import pytest

from looksgood.core.errors import ConfigError, LooksgoodError
from looksgood.core.spec import parse_spec
from looksgood.raters.people import Pace, People
from looksgood.raters.people_spec import PeopleSpec, simulated
from looksgood.raters.spec import OracleSpec
from looksgood.rating.campaign import CampaignSpec
from looksgood.rating.campaigns import begin_campaign, campaign_named, close_campaign
from looksgood.rating.database import open_database
from looksgood.rating.pairs import NewPair
from looksgood.rating.standing import standing_votes
from tests.people import rate_all

PAIRS = [NewPair(f"prompt {n}", f"one {n}", f"two {n}") for n in range(4)]
SAYS = {"prompt 0": "first", "prompt 1": "second", "prompt 2": "tie", "prompt 3": "cant_tell"}


def by_prompt(shown):
    return SAYS[shown.prompt]


class Stopped(BaseException):
    """Stands for Ctrl-C or a SIGTERM: nothing of ours catches it."""


class Ear:
    """Hears what is waited for; after so much of it, does something."""

    def __init__(self, after=2, then=None):
        self.heard, self.after, self.then = [], after, then

    def __call__(self, line):
        self.heard.append(line)
        if len(self.heard) == self.after and self.then is not None:
            self.then()


def stop():
    raise Stopped


def people(where, tell=lambda _: None, **settings):
    return PeopleSpec(campaign="tea", db=str(where), **settings).people("Which?", tell)


def rating(where, rule, limit=None, name="ann"):
    def rate():
        database = open_database(where)
        rate_all(database, name, rule, limit)
        database.close()

    return rate


def test_every_vote_comes_back_once_with_its_pair(database_url):
    ear = Ear(2, rating(database_url, by_prompt))
    votes = people(database_url, ear).ask("batch", lambda _: PAIRS)
    assert [vote.pair for vote in votes] == [0, 1, 2, 3]
    assert [vote.choice for vote in votes[:3]] == [1.0, 0.0, 0.5]
    assert math.isnan(votes[3].choice)
    assert "campaign tea: 0 of 4 votes, time left not known yet; people rate with: " in ear.heard[0]


def test_whoever_was_stopped_finds_the_same_pairs_and_what_was_said_meanwhile(database_url):
    made = []

    def make(_):
        made.append(1)
        return PAIRS

    with pytest.raises(Stopped):
        people(database_url, Ear(1, stop)).ask("batch", make)
    rating(database_url, by_prompt, limit=3)()
    ear = Ear(2, rating(database_url, by_prompt))
    votes = people(database_url, ear).ask("batch", make)
    assert "3 of 4 votes" in ear.heard[0]
    assert len(made) == 1
    assert [vote.pair for vote in votes] == [0, 1, 2, 3]
    again = people(database_url, Ear(1, stop)).ask("batch", make)  # and nobody is asked again
    assert str(again) == str(votes)


def test_stopped_while_pairs_are_prepared_nothing_is_half_there(database_url):
    def dies(_):
        raise Stopped

    with pytest.raises(Stopped):
        people(database_url).ask("batch", dies)
    votes = people(database_url, Ear(1, rating(database_url, by_prompt))).ask(
        "batch", lambda _: PAIRS
    )
    assert len(votes) == 4


def test_a_database_that_goes_away_for_a_while_is_asked_again(postgres_url):
    def throw_out():
        """As a server that is restarted does with whoever is connected."""
        import psycopg

        with psycopg.connect(postgres_url) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )

    ear = Ear(1, throw_out)

    def tell(line):
        ear(line)
        if len(ear.heard) == 3:
            rating(postgres_url, by_prompt)()

    votes = people(postgres_url, tell).ask("batch", lambda _: PAIRS)
    assert "does not answer, and is asked again" in ear.heard[1]
    assert "0 of 4 votes" in ear.heard[2]
    assert len(votes) == 4


def test_two_batches_of_one_campaign_do_not_mix(database_url):
    ear = Ear(1, rating(database_url, by_prompt))
    one = people(database_url, ear).ask("one", lambda _: PAIRS[:2])
    other = people(database_url, Ear(1, rating(database_url, by_prompt))).ask(
        "other", lambda _: PAIRS[1:]
    )
    assert [vote.choice for vote in one] == [1.0, 0.0]
    assert [vote.choice for vote in other[:2]] == [0.0, 0.5]


def test_two_processes_that_ask_the_same_share_the_answers(database_url):
    found = {}
    asked = threading.Barrier(2, timeout=20)

    def ask(name):
        def make(_):
            asked.wait()  # both found no batch of that name
            return PAIRS

        found[name] = people(database_url).ask("batch", make)

    threads = [threading.Thread(target=ask, args=(name,)) for name in "ab"]
    people(database_url)
    for thread in threads:
        thread.start()
    database = open_database(database_url)
    while any(thread.is_alive() for thread in threads):
        rate_all(database, "ann", by_prompt)
    with database.reading() as connection:
        kept = standing_votes(connection, campaign_named(connection, "tea"))
    database.close()
    assert len(kept) == 4
    assert str(found["a"]) == str(found["b"])


def test_pairs_that_are_alike_are_asked_about_once(tmp_path):
    where = tmp_path / "votes.db"
    turned = NewPair("prompt 0", "two 0", "one 0")
    ear = Ear(1, rating(where, by_prompt))
    votes = people(where, ear).ask("batch", lambda _: [PAIRS[1], PAIRS[0], turned, PAIRS[0]])
    assert [(vote.pair, vote.choice) for vote in votes] == [(0, 0.0), (1, 1.0)]


def test_several_votes_of_each_pair_are_waited_for(tmp_path):
    where = tmp_path / "votes.db"
    ear = Ear(1, rating(where, by_prompt, name="ann"))

    def tell(line):
        ear(line)
        if "4 of 8" in line:
            rating(where, lambda _: "first", name="bert")()

    votes = people(where, tell, votes=2).ask("batch", lambda _: PAIRS)
    assert [vote.pair for vote in votes] == [0, 0, 1, 1, 2, 2, 3, 3]
    assert [vote.choice for vote in votes[2:4]] == [0.0, 1.0]


def test_whom_a_pair_is_shown_again_counts_once(tmp_path):
    where = tmp_path / "votes.db"
    many = [NewPair(f"prompt {n}", f"one {n}", f"two {n}") for n in range(30)]
    database = open_database(where)
    with database.writing() as connection:
        begin_campaign(connection, CampaignSpec(name="tea", repeats=1.0))
    votes = people(where, Ear(1, rating(where, lambda _: "first"))).ask("batch", lambda _: many)
    with database.reading() as connection:
        kept = standing_votes(connection, campaign_named(connection, "tea"))
    database.close()
    assert any(vote.is_repeat for vote in kept)
    assert [vote.pair for vote in votes] == list(range(30))


def test_patience_has_an_end_and_votes_are_kept(tmp_path):
    where = tmp_path / "votes.db"
    ear = Ear(1, rating(where, by_prompt, limit=1))
    with pytest.raises(LooksgoodError, match=r"1 of 4 votes after 0\.0001 h .*patience") as ended:
        people(where, ear, patience_hours=1e-4).ask("batch", lambda _: PAIRS)
    assert not isinstance(ended.value, ConfigError)
    assert "\n" not in str(ended.value)


def test_a_campaign_that_was_closed_says_so_and_is_waited_for(tmp_path):
    where = tmp_path / "votes.db"
    asking = people(where, Ear(1, stop))
    database = open_database(where)
    with database.writing() as connection:
        close_campaign(connection, campaign_named(connection, "tea").id)
    database.close()
    ear = Ear(1, stop)
    with pytest.raises(Stopped):
        People(asking.spec, "Which?", ear).ask("batch", lambda _: PAIRS)
    assert "open it again on the owner's page" in ear.heard[0]


def test_the_campaign_is_begun_as_asked_and_another_one_s_settings_hold(tmp_path):
    where = tmp_path / "votes.db"
    people(where, votes=2)
    database = open_database(where)
    with database.reading() as connection:
        begun = campaign_named(connection, "tea").spec
    assert (begun.question, begun.votes_per_pair) == ("Which?", 2)
    with database.writing() as connection:
        begin_campaign(connection, CampaignSpec(name="mine", votes_per_pair=3, check_every=5))
    database.close()
    PeopleSpec(campaign="mine", db=str(where), votes=3).people("Which?")
    with pytest.raises(ConfigError, match=r"rater\.votes = 1, but campaign mine asks for 3"):
        PeopleSpec(campaign="mine", db=str(where)).people("Which?")


def test_the_pace_is_that_of_the_last_ten_minutes():
    pace = Pace()
    assert pace.seconds_left(0, 0, 100) is None
    assert pace.seconds_left(60, 6, 100) == pytest.approx(940)
    assert pace.seconds_left(3600, 6, 100) is None  # nobody was there for an hour
    assert pace.seconds_left(3720, 30, 100) == pytest.approx(70 * 120 / 24)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"campaign": "No spaces"}, "campaign"),
        ({}, "campaign: Field required"),
        ({"campaign": "a", "db": "postgresql://me:secret@host/votes"}, "LOOKSGOOD_DB"),
        ({"campaign": "a", "votes": 0}, "votes"),
    ],
)
def test_settings_are_refused_in_one_line(settings, said):
    with pytest.raises(ConfigError, match=said) as refused:
        parse_spec(PeopleSpec, settings)
    assert "\n" not in str(refused.value)


def test_a_password_is_never_shown(monkeypatch, database_url):
    spec = PeopleSpec(campaign="tea")
    assert spec.where == "votes.db"
    with_one = database_url.replace("looksgood@", "looksgood:secret@")
    monkeypatch.setenv("LOOKSGOOD_DB", with_one)
    assert spec.where == with_one
    ear = Ear(1, stop)
    with pytest.raises(Stopped):
        spec.people("Which?", ear).ask("batch", lambda _: PAIRS)
    assert "secret" not in ear.heard[0]
    assert "--db " in ear.heard[0]


def test_where_a_study_computes_with_its_raters_people_are_refused():
    assert simulated(OracleSpec()) == OracleSpec()
    with pytest.raises(ValueError, match="kl-sweep and ball-and-camera can ask them"):
        simulated(PeopleSpec(campaign="tea"))


def test_without_the_extra_one_line_says_what_to_install():
    script = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "from looksgood.core.errors import ConfigError\n"
        "from looksgood.raters.people_spec import PeopleSpec\n"
        "try: PeopleSpec(campaign='tea').people('Which?')\n"
        "except ConfigError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "kind='people' needs the extra rate: pip install 'looksgood[rate]'" in done.stdout
    assert done.stdout.count("\n") == 1
