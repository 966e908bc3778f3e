"""The demonstration: what is shipped is what the almanac makes, it starts light, it tells well."""

import os
import re
import subprocess
import sys
import threading
from collections import Counter

import pytest

from looksgood.campaigns import demo_pairs
from looksgood.campaigns.crowd import Crowd, Member
from looksgood.campaigns.demo import MEMBERS, SPEC, demo_crowd, demo_pairs_shipped, fill_demo
from looksgood.campaigns.overview import PEOPLE, SIMULATED, overview_of
from looksgood.campaigns.told import OTHERS, told
from looksgood.core.seeds import Seed
from looksgood.rating.claims import claim
from looksgood.rating.database import open_database
from looksgood.rating.pairs import NewPair, Truth
from looksgood.rating.standing import standing_votes
from tests.campaign_votes import begun, vote_all

MYTH, MADE_UP = "popular falsehood", "made-up source"


@pytest.fixture
def database(tmp_path):
    found = open_database(tmp_path / "votes.db")
    yield found
    found.close()


@pytest.mark.slow
def test_made_again_the_pairs_are_the_shipped_bytes():
    assert demo_pairs.demo_pairs() == demo_pairs.FILE.read_bytes()


def test_what_is_shipped():
    pairs = demo_pairs_shipped()
    ordinary = [pair for pair in pairs if pair.role == "ordinary"]
    assert len(ordinary) == 60
    assert len({pair.key for pair in pairs}) == 64
    kinds = Counter(
        kind
        for pair in ordinary
        for side in ("first", "second")
        for kind in {one[0] for one in pair.truth.detail[side]}
    )
    assert kinds[MYTH] == 28
    assert kinds[MADE_UP] == 24
    for pair in pairs:
        # nothing that an export gives back tells the truth
        assert set(pair.extra) <= {"prompt_id", "family"}
        assert pair.truth.first_is_good or pair.truth.second_is_good
        assert not re.search(r" [.,!?]", pair.prompt + pair.first + pair.source)
    # the better side is on either side, so nobody is right by always taking the first
    sides = Counter(pair.truth.choice for pair in ordinary)
    assert 20 <= sides["first"] <= 40
    assert 20 <= sides["second"] <= 40


def test_every_source_names_the_truth_that_a_mistake_hides():
    for pair in demo_pairs_shipped():
        for side in ("first", "second"):
            for kind, says in pair.truth.detail[side]:
                known = says.split(", not ")[0]  # "Foatlas is by Riez and about Lailand"
                book = re.sub(" is (by .*) and about .*", r" \1", known)
                assert known in pair.source or book in pair.source, (kind, says)


def test_ordinary_raters_fall_for_popular_falsehoods_and_experts_do_not():
    by = {"simulated raters": [], "simulated experts": []}
    for pair in demo_pairs_shipped():
        wrong = {side: {one[0] for one in pair.truth.detail[side]} for side in ("first", "second")}
        for side, kinds in wrong.items():
            if kinds == {MYTH}:
                for who, chance in pair.truth.detail["chances"].items():
                    by[who].append(chance if side == "first" else 1 - chance)
    means = {who: sum(chances) / len(chances) for who, chances in by.items()}
    assert means["simulated raters"] > 0.7
    assert means["simulated experts"] < 0.2


def test_the_crowd_leaves_a_vote_of_each_pair_to_you(database):
    campaign, you = fill_demo(database)
    demo_crowd(database, campaign, seed=0).everybody()
    with database.reading() as connection:
        robots = overview_of(connection, campaign, SIMULATED)
        people = overview_of(connection, campaign, PEOPLE)
    assert people.pace.votes == 0
    assert robots.filled == 60 * len(MEMBERS)
    assert robots.wanted == 60 * (len(MEMBERS) + 1)
    with database.writing() as connection:
        assert len(claim(connection, campaign, you, 5)) == 5


def test_the_same_seed_is_the_same_crowd(tmp_path):
    said = []
    for run, seed in enumerate((1, 1, 2)):
        database = open_database(tmp_path / f"{run}.db")
        campaign, _ = fill_demo(database)
        demo_crowd(database, campaign, seed).everybody()
        with database.reading() as connection:
            votes = standing_votes(connection, campaign)
        said.append({(v.rater, v.prompt, v.first, v.choice) for v in votes if v.role == "ordinary"})
        database.close()
    assert said[0] == said[1] != said[2]


def test_a_crowd_votes_by_its_chances_and_passes_checks(database):
    def chances(p):
        return Truth("first", "world", detail={"chances": {"ordinary": p}})

    pairs = [NewPair(f"a{i}", "x", "y", truth=chances(1.0)) for i in range(10)]
    pairs += [NewPair(f"b{i}", "x", "y", truth=chances(0.25)) for i in range(200)]
    pairs += [NewPair("c", "x", "y", role="attention", truth=Truth("second", "construction"))]
    campaign = begun(database, pairs, check_every=5)
    Crowd(database, campaign, [Member("r", "ordinary", 1.0)], Seed(("t",))).everybody()
    with database.reading() as connection:
        votes = standing_votes(connection, campaign)
    assert {v.choice for v in votes if v.prompt[0] == "a"} == {"first"}
    assert [v.choice for v in votes if v.prompt == "c"] == ["second"]
    first = sum(v.choice == "first" for v in votes if v.prompt[0] == "b")
    assert 30 <= first <= 70  # of 200 at a quarter: 50, give or take 6


def test_a_crowd_comes_and_goes_while_people_rate(database):
    campaign, _ = fill_demo(database)
    stop = threading.Event()
    quick = [
        Member("crowd 1", "simulated raters", 0.02),
        Member("crowd 2", "simulated experts", 0.02),
    ]
    crowd = Crowd(database, campaign, quick, Seed(("t",)))
    thread = threading.Thread(target=crowd.run, args=(stop,))
    thread.start()
    vote_all(database, campaign, "you", lambda one: "first", impression="second")
    stop.wait(1.0)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    with database.reading() as connection:
        votes = standing_votes(connection, campaign)
    assert {"you", "crowd 1", "crowd 2"} == {vote.rater for vote in votes}


def test_after_twenty_pairs_you_are_told(database):
    campaign, you = fill_demo(database)
    demo_crowd(database, campaign, 0).everybody()
    truth = {pair.key: pair.truth for pair in demo_pairs_shipped()}
    vote_all(  # falls for whatever is longer, then believes the almanac
        database,
        campaign,
        you.name,
        lambda one: truth[NewPair(one.prompt, one.first, one.second, source=one.source).key].choice,
        impression=lambda one: "first" if len(one.first) > len(one.second) else "second",
    )
    with database.reading() as connection:
        found = told(connection, campaign, you)
    assert found.missing == 0
    assert found.right == found.known
    kinds = {kind.kind: kind for kind in found.kinds}
    assert kinds[MYTH].met == 28
    assert kinds[MYTH].in_the_end == 0
    assert kinds[MADE_UP].at_once > 0
    assert set(kinds[MYTH].beside) == {"simulated raters", "simulated experts", OTHERS}
    assert found.approved
    assert all(one.at_once and not one.in_the_end for one in found.approved)


def test_spec_tells_after_twenty():
    assert (SPEC.tell_after, SPEC.asks_impression) == (20, True)


@pytest.mark.slow
def test_it_serves_without_torch_and_forgets(tmp_path):
    code = """
import sys, threading, urllib.request
from looksgood.cli import main
import looksgood.web.serve as web

def look_and_leave(database, secret, place, opened):
    heavy = {"torch", "numpy", "scipy", "pandas", "pyarrow"} & set(sys.modules)
    print("heavy", sorted(heavy))
    print("file", database.engine.url.database)

web.serve = look_and_leave
main.main(["rate", "demo", "--no-browser"])
"""
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    ).stdout.splitlines()
    assert re.fullmatch(r"rate here: http://127\.0\.0\.1:\d+/join/\S+", said[0])
    assert "heavy []" in said
    (file,) = [line.removeprefix("file ") for line in said if line.startswith("file ")]
    assert not os.path.exists(file)
