"""Every answer, whatever it is, carries the headers; strange host names get none."""

import pytest
from sqlalchemy.exc import OperationalError

from looksgood.web.headers import LOOPBACK, POLICY
from tests.rating_pages import Visitor, app_of, begin, invited, joined

SAID = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def check(answer):
    assert {name: answer.headers.get(name) for name in SAID} == SAID
    assert "server" not in answer.headers


@pytest.fixture
def visitor(sqlite):
    campaign = begin(sqlite, tell_after=1)
    return joined(sqlite, campaign)


def test_the_policy_lets_nothing_in_from_elsewhere_and_nothing_inline():
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert set(rules.values()) == {"'none'", "'self'"}
    assert set(rules) >= {"script-src", "style-src", "connect-src", "form-action", "media-src"}


def test_every_answer_has_them(visitor):
    http = visitor.http
    for method, place, status in (
        ("GET", "/rate/colours", 200),
        ("GET", "/rate/colours/told", 200),
        ("GET", "/", 303),
        ("GET", "/health", 200),
        ("GET", "/owner", 403),
        ("GET", "/join/x", 403),
        ("GET", "/nowhere", 404),
        ("GET", "/static/page.css", 200),
        ("GET", "/static/nothing", 404),
        ("GET", "/clip/0", 404),
        ("OPTIONS", "/rate/colours/vote", 405),
        ("POST", "/rate/colours/vote", 403),
    ):
        answer = http.request(method, place)
        assert answer.status_code == status, place
        check(answer)
        assert "strict-transport-security" not in answer.headers
    check(visitor.post("claim", {"want": 99}))


def test_a_mistake_of_ours_is_one_line_with_the_headers(sqlite, visitor, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("the secret of the server")

    monkeypatch.setattr("looksgood.web.rater.claim", broken)
    answer = visitor.post("claim", {"want": 1})
    assert answer.status_code == 500
    assert answer.json() == {"error": "the server failed; its log says why"}
    check(answer)


def test_a_database_out_of_reach_is_a_reason_to_try_again(visitor, monkeypatch):
    def gone(*_):
        raise OperationalError("SELECT 1", {}, ConnectionError("gone"))

    monkeypatch.setattr("looksgood.web.rater.claim", gone)
    answer = visitor.post("claim", {"want": 1})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert answer.json()["error"] == "the database cannot be reached now"


def test_no_page_has_inline_script_or_style(sqlite, visitor):
    import re

    owner = Visitor(visitor.app)
    owner.join(invited(sqlite, None, "Olga", "owner"))
    pages = [visitor.http.get(place).text for place in ("/rate/colours", "/rate/colours/told")]
    pages += [owner.http.get(place).text for place in ("/owner", "/owner/colours", "/owner/x")]
    pages.append(visitor.http.get("/join/x", headers={"Accept": "text/html"}).text)
    for text in pages:
        scripts = re.findall(r"<script\b([^>]*)>", text)
        assert all('src="/static/' in script or "application/json" in script for script in scripts)
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|https?://(?!127)", text)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8765", 303),
        ("localhost:9", 303),
        ("LOCALHOST", 303),
        ("[::1]:8765", 303),
        ("evil.example", 421),
        ("evil.example:8765", 421),
        ("127.0.0.1.evil.example", 421),
        ("127.0.0.1@evil.example", 421),
        ("localhost.", 421),
        ("", 421),
    ],
)
def test_a_name_that_leads_here_from_elsewhere_gets_nothing(sqlite, host, status):
    campaign = begin(sqlite)
    visitor = Visitor(app_of(sqlite, hosts=LOOPBACK))
    visitor.join(invited(sqlite, campaign, "Anna"))
    answer = visitor.http.get("/", headers={"Host": host, **_cookie(visitor)})
    assert answer.status_code == status
    check(answer)


def _cookie(visitor):
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items())}
