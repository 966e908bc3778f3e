"""Scripts, looks and pictures: what a page asks for, and how long browsers keep it."""

import re

import pytest

from looksgood.web.pages import HERE, modules
from tests.rating_pages import begin, joined

STATIC = HERE / "static"


@pytest.fixture
def anna(sqlite):
    campaign = begin(sqlite)
    return joined(sqlite, campaign)


def reached(script: str, seen: set[str]) -> set[str]:
    """Return the addresses of all scripts that one brings in, itself among them."""
    seen.add(script)
    text = (STATIC / script.removeprefix("/static/")).read_text(encoding="utf-8")
    for name in re.findall(r'^import .* from "(.+)";$', text, re.MULTILINE):
        imported = f"{script.rpartition('/')[0]}/{name.removeprefix('./')}"
        if imported not in seen:
            reached(imported, seen)
    return seen


def test_the_rating_page_names_every_script_that_it_needs(anna):
    page = anna.http.get("/rate/colours").text
    named = re.findall(r'<link rel="modulepreload" href="(.+)">', page)
    assert named == modules("rate")
    assert {*named, "/static/rate.js"} == reached("/static/rate.js", set())
    for script in named:
        answer = anna.http.get(script)
        assert answer.status_code == 200
        assert "javascript" in answer.headers["content-type"]


def test_browsers_keep_them_and_ask_whether_they_changed(anna):
    for name in ("page.css", "rate.js", "rate/pairs.js", "icon.svg"):
        first = anna.http.get(f"/static/{name}")
        assert first.headers["cache-control"] == "no-cache"
        again = anna.http.get(f"/static/{name}", headers={"If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["cache-control"] == "no-cache"
        assert again.headers["etag"] == first.headers["etag"]
        other = anna.http.get(f"/static/{name}", headers={"If-None-Match": '"another"'})
        assert other.content == first.content


def test_nothing_else_is_kept(anna):
    for place in ("/rate/colours", "/", "/health", "/owner", "/join/x", "/static/nothing.js"):
        assert anna.http.get(place).headers["cache-control"] == "no-store"
    assert anna.post("claim", {"want": 1}).headers["cache-control"] == "no-store"
