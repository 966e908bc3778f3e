"""Two clips play in step."""

import numpy as np
import pytest

from looksgood.ops.mp4 import write_mp4
from looksgood.rating.pairs import NewPair, add_clip
from tests.rating_visits import until

TIMES = "[...document.querySelectorAll('video')].map((video) => video.currentTime)"
RATES = "[...document.querySelectorAll('video')].map((video) => video.playbackRate)"
PAUSED = "[...document.querySelectorAll('video')].map((video) => video.paused)"


@pytest.fixture(scope="module")
def digests(site, tmp_path_factory):
    """Clips of 2, 2, 1 and 2 seconds."""
    pytest.importorskip("av")
    folder = tmp_path_factory.mktemp("clips")
    found = []
    for number, frames in enumerate((20, 20, 10, 20)):
        film = np.zeros((frames, 48, 64, 3), np.uint8)
        film[:, :, : 12 * number + 8] = np.linspace(40, 250, frames)[:, None, None, None]
        write_mp4(folder / f"{number}.mp4", film, fps=10)
        with site.database.writing() as connection:
            found.append(add_clip(connection, (folder / f"{number}.mp4").read_bytes()))
    return found


@pytest.fixture
def clips(visit, digests):
    one, two, short, last = digests

    def open_clips(**more):
        pairs = [
            NewPair("Which grasp holds?", one, two, are_clips=True),
            NewPair("And which here?", short, last, are_clips=True),
        ]
        return visit(pairs, **more)

    return open_clips


def playing(rating):
    until(
        lambda: len(rating.page.evaluate(TIMES)) == 2 and min(rating.page.evaluate(TIMES)) > 0.2,
        lambda: f"both play: {rating.page.evaluate(TIMES)}",
        20,
        rating.page,
    )


def test_clips_play_together_again_and_again(clips):
    rating = clips()
    page = rating.page
    playing(rating)
    assert page.evaluate("[...document.querySelectorAll('video')].every((video) => video.muted)")
    rating.press("p")  # so that no new beginning puts them in step
    page.evaluate("document.querySelector('#left video').currentTime = 1.7")
    page.evaluate("document.querySelector('#right video').currentTime = 0.4")
    until(lambda: max(page.evaluate(TIMES)) < 0.5, "in step again", 10, page)
    rating.press("p")
    page.evaluate(
        "window.ends = 0; for (const video of document.querySelectorAll('video'))"
        " video.addEventListener('ended', () => window.ends += 1)"
    )
    until(lambda: page.evaluate("window.ends") >= 3, "they begin again", 20, page)
    assert abs(np.subtract(*page.evaluate(TIMES))) < 0.5
    rating.press("ArrowLeft")
    (vote,) = rating.wait_votes(1)
    assert vote.watched > 0.5


def test_a_shorter_clip_waits_for_the_longer(clips):
    rating = clips()
    playing(rating)
    rating.press("ArrowDown")
    rating.wait_prompt("And which here?")
    page = rating.page
    ended = "[...document.querySelectorAll('video')].map((video) => video.ended)"
    rating.press("[", "[")  # at half speed: slow enough to be met half way
    until(lambda: sum(page.evaluate(ended)) == 1, "one waits at its end", 20, page)
    rating.press("ArrowDown")
    kept = rating.wait_votes(2)
    assert 0 < kept[0].watched < 1
    assert 0.4 < kept[1].watched < 0.98  # of the longer: the shorter was over
    rating.press("u")
    rating.wait_prompt("And which here?")
    until(lambda: sum(page.evaluate(ended)) == 1, "one waits at its end", 20, page)
    until(lambda: 0 < max(page.evaluate(TIMES)) < 0.9, "both begin again", 20, page)


def test_the_next_clips_are_loaded_while_these_are_watched(clips, digests):
    rating = clips()
    until(
        lambda: all(any(digest in url for url in rating.requests) for digest in digests),
        "all four are asked for",
        10,
        rating.page,
    )
    assert rating.text("prompt") == "Which grasp holds?"


def test_speed_and_pause_by_key_and_click(clips):
    rating = clips()
    page = rating.page
    playing(rating)
    rating.press("]", "+")
    assert page.evaluate(RATES) == [2, 2]
    page.get_by_role("button", name="Slower").click()
    rating.press("[", "-", "-", "-", "-")
    assert page.evaluate(RATES) == [0.25, 0.25]
    assert page.get_by_label("Playback speed").inner_text() == "0.25×"
    rating.press("p")
    assert page.evaluate(PAUSED) == [True, True]
    rating.press("ArrowLeft")
    rating.wait_prompt("And which here?")
    page.get_by_role("button", name="Play").click()
    playing(rating)
    assert page.evaluate(RATES) == [0.25, 0.25]  # as it was left


def test_who_wants_less_motion_starts_them(clips):
    rating = clips(context={"reduced_motion": "reduce"})
    page = rating.page
    until(lambda: len(page.evaluate(PAUSED)) == 2, "they are there", 10, page)
    page.wait_for_timeout(300)
    assert page.evaluate(TIMES) == [0, 0]
    page.get_by_role("button", name="Play").click()
    playing(rating)


def test_a_clip_that_cannot_be_played_says_so(visit, site, digests):
    with site.database.writing() as connection:
        broken = add_clip(connection, b"no film at all")
    rating = visit([NewPair("Which?", digests[0], broken, are_clips=True)])
    rating.page.get_by_text("This clip cannot be played.").wait_for()
    assert rating.page.locator("video").count() == 1
    rating.press("?")
    (vote,) = rating.wait_votes(1)
    assert vote.choice == "cant_tell"
    assert vote.watched is None
