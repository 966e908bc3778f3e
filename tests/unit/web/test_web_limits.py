"""Buckets: so many at once, then so many a second; forgeries run dry, good links do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.web.limits import Buckets, Limits, network_of
from tests.rating_pages import Visitor, app_of, begin, invited


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_burst_then_a_steady_rate():
    clock = Clock()
    buckets = Buckets(burst=3, per_second=0.5, clock=clock)
    assert [buckets.wait_seconds("a") for _ in range(5)] == [0, 0, 0, 2, 2]
    assert buckets.wait_seconds("b") == 0  # another's bucket
    clock.now = 2
    assert [buckets.wait_seconds("a") for _ in range(2)] == [0, 2]
    clock.now = 1000
    assert [buckets.wait_seconds("a") for _ in range(4)] == [0, 0, 0, 2]


@given(st.lists(st.floats(0, 5), min_size=1, max_size=60))
def test_never_more_than_the_burst_and_the_rate(pauses):
    clock = Clock()
    buckets = Buckets(burst=4, per_second=2, clock=clock)
    passed = 0
    for pause in pauses:
        clock.now += pause
        passed += buckets.wait_seconds("a") == 0
        assert passed <= 4 + 2 * clock.now + 1e-6


def test_waiting_as_long_as_was_said_is_enough():
    clock = Clock()
    buckets = Buckets(burst=1, per_second=0.3, clock=clock)
    buckets.wait_seconds("a")
    clock.now += buckets.wait_seconds("a")
    assert buckets.wait_seconds("a") == 0


def test_memory_is_bounded():
    buckets = Buckets(burst=1, per_second=0.001, most=10, clock=Clock())
    for number in range(1000):
        buckets.wait_seconds(number)
    assert len(buckets) == 10
    assert buckets.wait_seconds(999) > 0  # the latest are remembered


def test_one_household_is_one_address():
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::")
    assert network_of("2001:db8:1:3::4") != network_of("2001:db8:1:2::4")
    assert network_of("192.0.2.1") != network_of("192.0.2.2")
    assert network_of("testclient") == "testclient"


@pytest.fixture
def campaign(sqlite):
    return begin(sqlite)


def test_guessing_links_is_slowed_and_good_ones_still_open(sqlite, campaign):
    visitor = Visitor(app_of(sqlite))
    anna = invited(sqlite, campaign, "Anna")
    statuses = [visitor.http.get(f"/join/{n}").status_code for n in range(25)]
    assert statuses[:20] == [403] * 20
    assert set(statuses[20:]) == {429}
    answer = visitor.http.get("/join/again")
    assert 1 <= int(answer.headers["retry-after"]) <= 5
    assert "wait" in answer.json()["error"]
    assert visitor.join(anna).status_code == 303


def test_opening_links_is_slowed_too(sqlite, campaign):
    visitor = Visitor(app_of(sqlite))
    anna = invited(sqlite, campaign, "Anna")
    statuses = [visitor.join(anna).status_code for _ in range(130)]
    assert statuses[:100] == [303] * 100
    assert statuses[-1] == 429


def test_one_person_who_asks_too_often_holds_up_nobody_else(sqlite, campaign):
    visitor, other = Visitor(app_of(sqlite)), None
    visitor.join(invited(sqlite, campaign, "Anna"))
    other = Visitor(visitor.app)
    other.join(invited(sqlite, campaign, "Bert"))
    answered = [visitor.http.get("/")]
    while len(answered) < 2000 and answered[-1].status_code != 429:
        answered.append(visitor.http.get("/"))
    answer = answered[-1]
    assert answer.status_code == 429
    assert len(answered) > 100
    assert {"retry-after", "content-security-policy"} <= set(answer.headers)
    assert other.claim()


def test_limits_are_not_shared_between_servers():
    one, two = Limits(), Limits()
    while not one.joins.wait_seconds("a"):
        pass
    assert two.joins.wait_seconds("a") == 0
