"""Films: whole, in ranges as browsers ask for them, and to nobody from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from looksgood.rating.pairs import NewPair, add_clip, add_pairs
from looksgood.web.clips import byte_range
from looksgood.web.refusals import Refused
from tests.rating_pages import Visitor, begin, joined

FILM = bytes(range(200)) * 50


@pytest.fixture
def anna(database):
    campaign = begin(database, pairs=0)
    with database.writing() as connection:
        sides = [add_clip(connection, FILM), add_clip(connection, FILM[::-1])]
        new = NewPair(prompt="grasp", first=sides[0], second=sides[1], are_clips=True)
        add_pairs(connection, campaign, [new])
    return joined(database, campaign)


@pytest.fixture
def place(anna):
    (pair,) = anna.claim()
    assert pair["are_clips"]
    return pair["left"]


def test_a_film_is_sent_whole_and_kept_for_ever(anna, place):
    answer = anna.http.get(place)
    assert answer.status_code == 200
    assert answer.content in (FILM, FILM[::-1])
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert "immutable" in answer.headers["cache-control"]
    assert "private" in answer.headers["cache-control"]
    again = anna.http.get(place, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert anna.http.head(place).headers["content-length"] == str(len(FILM))


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-", slice(0, None)),
        ("bytes=0-99", slice(0, 100)),
        ("bytes=100-199", slice(100, 200)),
        ("bytes=9999-", slice(9999, None)),
        ("bytes=9000-20000", slice(9000, None)),
        ("bytes=-100", slice(-100, None)),
        ("bytes=-20000", slice(0, None)),
    ],
)
def test_a_range_is_sent(anna, place, wanted, part):
    whole = anna.http.get(place).content
    answer = anna.http.get(place, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.content == whole[part]
    start, stop, _ = part.indices(len(FILM))
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(FILM)}"
    assert answer.headers["content-length"] == str(stop - start)


@pytest.mark.parametrize("wanted", ["bytes=10000-", "bytes=20000-30000", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(anna, place, wanted):
    answer = anna.http.get(place, headers={"Range": wanted})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(FILM)}"


@pytest.mark.parametrize(
    "wanted", ["bytes=a-b", "bytes=-", "bytes=0-1,5-9", "lines=0-1", "bytes=9-1", "bytes 0-1", "x"]
)
def test_what_is_no_range_gets_the_whole(anna, place, wanted):
    answer = anna.http.get(place, headers={"Range": wanted})
    assert (answer.status_code, len(answer.content)) == (200, len(FILM))


def test_a_range_of_another_film_gets_the_whole(anna, place):
    answer = anna.http.get(place, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert answer.status_code == 200


@given(st.text("bytes=-,0123456789 ", max_size=20), st.integers(0, 50))
def test_a_range_lies_inside(text, size):
    try:
        part = byte_range(f"bytes={text}", size)
    except Refused:
        return
    assert part is None or 0 <= part.start < part.stop <= size


def test_what_is_no_film_is_never_run(database, anna):
    with database.writing() as connection:
        digest = add_clip(connection, b"<script>alert(1)</script>", "text/html")
    answer = anna.http.get(f"/clip/{digest}")
    assert answer.headers["content-type"] == "application/octet-stream"


def test_strangers_get_no_film(anna, place):
    assert Visitor(anna.app).http.get(place).status_code == 403
    assert anna.http.get("/clip/" + "0" * 64).status_code == 404
