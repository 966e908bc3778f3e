"""What is not a request of our page gets one line and changes nothing."""

import uuid

import pytest

from looksgood.rating.standing import standing_votes
from tests.rating_pages import Visitor, begin, invited, joined


@pytest.fixture
def campaign(sqlite):
    return begin(sqlite, tags=("clear",))


@pytest.fixture
def anna(sqlite, campaign):
    return joined(sqlite, campaign)


KEY = str(uuid.UUID(int=5))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"key": None}, "key"),
        ({"key": ""}, "key"),
        ({"key": "../../etc/passwd-and-on"}, "key"),
        ({"key": "a" * 65}, "key"),
        ({"showing": "1"}, "showing"),
        ({"showing": -1}, "showing"),
        ({"showing": 2**40}, "showing"),
        ({"showing": True}, "showing"),
        ({"side": "first"}, "side"),
        ({"side": None}, "side"),
        ({"impression": "both"}, "impression"),
        ({"confidence": 0}, "confidence"),
        ({"confidence": 6}, "confidence"),
        ({"confidence": 2.5}, "confidence"),
        ({"tags": ["rude"]}, "tags"),
        ({"tags": "clear"}, "tags"),
        ({"tags": ["clear"] * 101}, "tags"),
        ({"note": 5}, "note"),
        ({"note": "x" * 20_001}, "note"),
        ({"seconds": -1}, "seconds"),
        ({"seconds": "3"}, "seconds"),
        ({"watched": -0.1}, "watched"),
        ({"person": "Bert"}, "person"),
    ],
)
def test_a_vote_that_is_malformed_is_refused(sqlite, campaign, anna, change, says):
    (pair,) = anna.claim()
    good = {"key": KEY, "showing": pair["showing"], "side": "left"}
    answer = anna.post("vote", good | change)
    assert answer.status_code == 400
    assert says in answer.json()["error"]
    assert "\n" not in answer.json()["error"]
    with sqlite.reading() as connection:
        assert standing_votes(connection, campaign) == []
    assert anna.post("vote", good).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b'{"want": NaN}',
        b'{"want": 1e400}',
        b"[" * 30_000,
        b'{"want": "\\ud800"}',
        b'{"want": 9}',
        b'{"want": 0}',
        b'{"wants": 1}',
    ],
)
def test_what_is_no_claim_is_refused(anna, content):
    headers = {"X-CSRF-Token": anna.csrf, "Content-Type": "application/json"}
    answer = anna.http.post("/rate/colours/claim", content=content, headers=headers)
    assert answer.status_code == 400
    assert "\n" not in answer.json()["error"]
    assert len(answer.json()["error"]) < 400


def test_numbers_that_are_not_finite_are_refused(anna):
    (pair,) = anna.claim()
    for number in ("NaN", "Infinity", "1e999"):
        content = (
            f'{{"key": "{KEY}", "showing": {pair["showing"]}, "side": "tie", "seconds": {number}}}'
        )
        headers = {"X-CSRF-Token": anna.csrf, "Content-Type": "application/json"}
        answer = anna.http.post("/rate/colours/vote", content=content.encode(), headers=headers)
        assert answer.status_code == 400, number


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(anna, kind):
    headers = {"X-CSRF-Token": anna.csrf, "Content-Type": kind}
    answer = anna.http.post("/rate/colours/claim", content=b'{"want": 1}', headers=headers)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["error"]


def test_json_with_a_charset_is_json(anna):
    headers = {"X-CSRF-Token": anna.csrf, "Content-Type": "application/json; charset=utf-8"}
    answer = anna.http.post("/rate/colours/claim", content=b'{"want": 1}', headers=headers)
    assert answer.status_code == 200


def test_what_is_too_large_is_refused_however_it_is_sent(anna):
    (pair,) = anna.claim()
    vote = {"key": KEY, "showing": pair["showing"], "side": "left", "note": "x" * 70_000}
    assert anna.post("vote", vote).status_code == 413

    def endless():
        for _ in range(200):
            yield b" " * 1024

    headers = {"X-CSRF-Token": anna.csrf, "Content-Type": "application/json"}
    answer = anna.http.post("/rate/colours/claim", content=endless(), headers=headers)
    assert answer.status_code == 413


def test_methods_that_no_page_uses(anna):
    assert anna.http.head("/rate/colours").status_code == 200
    assert anna.http.head("/rate/colours").text == ""
    for method, place in (
        ("OPTIONS", "/rate/colours"),
        ("OPTIONS", "/rate/colours/vote"),
        ("GET", "/rate/colours/vote"),
        ("POST", "/rate/colours"),
        ("DELETE", "/rate/colours"),
        ("PUT", "/rate/colours/vote"),
        ("TRACE", "/"),
    ):
        answer = anna.http.request(method, place)
        assert answer.status_code == 405, (method, place)
        assert "access-control-allow-origin" not in answer.headers
        assert "allow" in answer.headers


@pytest.mark.parametrize(
    "place",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/....//app.py",
        "/static//etc/passwd",
        "/static/..%5capp.py",
        "/static/%00",
        "/static/",
        "/static/nothing.js",
        "/clip/..%2f..%2fvotes.db",
        "/clip/votes.db",
        "/rate/..%2f..%2fowner",
        "/votes.db",
        "/votes.db.secret",
    ],
)
def test_no_path_leads_out(anna, place):
    answer = anna.http.get(place)
    assert answer.status_code in (403, 404), answer.text
    assert "make_app" not in answer.text


def test_our_script_and_look_are_served(anna):
    for name, kind in (("page.css", "text/css"), ("owner.js", "javascript"), ("icon.svg", "svg")):
        answer = anna.http.get(f"/static/{name}")
        assert answer.status_code == 200
        assert kind in answer.headers["content-type"]


def test_text_of_others_is_not_markup(sqlite, anna):
    from looksgood.rating.pairs import NewPair, add_pairs

    bad = "</script><script>alert(1)</script>\u202e\0'\""
    begun = begin(sqlite, "hostile", pairs=0, question=bad[:-3], instructions=bad[:-3])
    with sqlite.writing() as connection:
        add_pairs(connection, begun, [NewPair(prompt=bad, first=bad, second="two")])
    visitor = Visitor(anna.app, campaign="hostile")
    visitor.join(invited(sqlite, begun, "<b>Eve</b> \u202e"))
    shown = visitor.open().text
    assert "<script>alert" not in shown
    assert "<b>Eve" not in shown
    (pair,) = visitor.claim()
    assert pair["prompt"] == bad.replace("\0", "␀")
    answer = visitor.post("claim", {"want": 1})
    assert answer.headers["content-type"] == "application/json"


def test_a_pair_tells_nothing_but_itself(sqlite, anna):
    (pair,) = anna.claim()
    assert set(pair) == {"showing", "prompt", "left", "right", "are_clips", "source"}
