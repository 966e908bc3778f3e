"""ball-and-camera with people as raters, who are shown films and nothing else, over HTTP."""

import io
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from looksgood.core.errors import ConfigError
from looksgood.rating.campaigns import campaign_named, find_campaign
from looksgood.rating.database import open_database
from looksgood.rating.people import invite
from looksgood.rating.standing import standing_votes
from looksgood.studies.arms import resample_arms
from looksgood.studies.clips import cell as clip_cell
from looksgood.studies.clips.claims import CLAIMS, COLUMNS
from looksgood.studies.runner import run_study
from tests.clip_studies import TINY, study
from tests.rating_pages import Visitor, app_of

pytest.importorskip("mujoco")
pytest.importorskip("sb3_contrib")
av = pytest.importorskip("av")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
]  # films are drawn by processes of their own

SEEN = TINY | {
    "preferences.shift_motors": None,
    "preferences.steps": 12,
    "preferences.schedule.halves_at": None,
}
"""Any motor is shifted, so that clips differ in where the hand goes."""
SHORT = {
    "preferences.schedule.first": 16,
    "preferences.schedule.per": 2,
    "preferences.schedule.total": 20,
    "iterations": 2,
    "measure.checkpoints": 2,
}
LEARNING = {
    "preferences.schedule.first": 32,
    "preferences.schedule.per": 4,
    "preferences.schedule.every": 4,
    "preferences.schedule.total": 44,
    "optimizer.bodies": 16,
    "iterations": 16,
    "measure.checkpoints": 1,
    "measure.episodes": 16,
}


def pictures(film):
    """Return the frames of an MP4, which must play from its beginning."""
    with av.open(io.BytesIO(film)) as opened:
        return np.stack([frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)])


def hand_across(frames):
    """Where the middle of the grey palm is at the end of a film, as a share of the width."""
    last = frames[-1].astype(int)
    grey = (last.max(-1) < 110) & (np.ptp(last, axis=-1) < 45)
    return np.nan if not grey.any() else np.flatnonzero(grey.any(0)).mean() / last.shape[1]


class Killed(BaseException):
    """Stands for a SIGKILL: nothing of ours catches it."""


class Crowd(threading.Thread):
    """Somebody at the rating page's doors, who prefers a hand further to the right."""

    def __init__(self, where):
        super().__init__(daemon=True)
        self.where, self.films, self.over = where, {}, threading.Event()

    def run(self):
        database = open_database(self.where)
        while not self.over.is_set():
            with database.writing() as connection:
                campaign = find_campaign(connection, "hands")
                person = campaign and invite(connection, "ann", campaign.id)
            if person:
                break
            time.sleep(0.05)
        visitor = Visitor(app_of(database), campaign="hands")
        visitor.join(person)
        while not self.over.is_set():
            for pair in visitor.claim(5):
                assert pair["are_clips"]
                left, right = (self.at(visitor, pair[side]) for side in ("left", "right"))
                side = "tie" if not abs(left - right) > 0 else "left" if left > right else "right"
                visitor.vote(pair, side, watched=1.0)
            time.sleep(0.05)
        database.close()

    def at(self, visitor, address):
        if address not in self.films:
            answer = visitor.http.get(address)
            assert answer.headers["content-type"] == "video/mp4"
            self.films[address] = pictures(answer.content)
        return hand_across(self.films[address])

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.join(30)


def run_hands(where, out, arms=("one-camera",), **changes):
    asked = {"rater.kind": "people", "rater.campaign": "hands", "rater.db": str(where)}
    one = replace(study(), arms={arm: study().arms[arm] for arm in arms})
    settings = {**SEEN, **asked, **changes}
    return run_study(one, out=out, seeds=1, first_seed=0, workers=0, settings=settings)


def rows(run):
    return {kind: sorted(map(str, run.table(kind).to_pylist())) for kind in ("points", "prompts")}


def votes_in(where):
    database = open_database(where)
    with database.reading() as connection:
        kept = standing_votes(connection, campaign_named(connection, "hands"))
    database.close()
    return kept


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    """A run of two arms, where it kept its votes, and the films that were fetched."""
    folder = tmp_path_factory.mktemp("hands")
    with Crowd(folder / "votes.db") as crowd:
        arms = ("one-camera", "two-cameras")
        run = run_hands(folder / "votes.db", folder / "run", arms, **SHORT)
    return run, folder / "votes.db", crowd.films


def test_people_are_asked_before_each_iteration_that_wants_labels(short):
    run, where, _ = short
    asked = [vote.batch.rpartition("-")[0] for vote in votes_in(where)]
    for arm in ("one-camera", "two-cameras"):
        assert asked.count(f"{arm}-seed0-iteration0") == 16
        assert asked.count(f"{arm}-seed0-iteration1") == 2
    for row in run.points().to_pylist():
        assert row["channel.labels"] == {0: 16, 1: 16, 2: 18}[row["step"]]


def test_films_show_every_frame_from_the_cameras_of_the_arm(short):
    _, _, films = short
    assert {film.shape for film in films.values()} == {(12, 256, 256, 3), (12, 256, 512, 3)}
    assert all(film.std() > 5 for film in films.values())


def test_what_people_would_say_of_episodes_is_unknown(short):
    run, _, _ = short
    for row in run.points().to_pylist():
        for name in ("rater", "channel.false_approval", "channel.accuracy_ceiling"):
            assert row.get(name) is None
        for name in ("gold", "proxy", "channel.held_out_accuracy", "channel.approved_front"):
            assert row[name] is not None


def test_findings_that_need_it_cannot_say_and_the_others_do(short):
    run, _, _ = short
    own = run.prompts().to_pylist()
    both = [{**row, "seed": seed} for row in own for seed in (0, 1)]  # as if of two seeds
    placed = [{**row, "point": row["step"], "prompt": int(row["prompt_id"])} for row in both]
    curves = resample_arms(placed, [0, 1, 2], COLUMNS)
    found = {claim.name: claim.find("ball-and-camera", curves) for claim in CLAIMS}
    for name in ("false-approval-rises", "false-approval-triples", "cue-restored"):
        assert found[name].met is None
        assert "does not know one-camera: channel.false_approval" in found[name].controls
    assert "accuracy_ceiling" in found["reward-model-is-as-near-its-rater"].controls
    for name in ("reward-model-is-not-to-blame", "two-cameras-lift", "two-cameras-touch"):
        assert found[name].met is not None


def test_the_same_work_elsewhere_asks_nobody_and_ends_alike(short, tmp_path):
    run, where, _ = short
    before = len(votes_in(where))
    again = run_hands(where, tmp_path / "run", ("one-camera", "two-cameras"), **SHORT)
    assert rows(again) == rows(run)
    assert len(votes_in(where)) == before


def test_killed_before_a_commit_it_goes_on_with_what_people_said(short, tmp_path, monkeypatch):
    run, where, _ = short
    commit = clip_cell.CellFolder.commit

    def dies(self, position, *args, **kwargs):
        if position == 1:
            raise Killed
        commit(self, position, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(clip_cell.CellFolder, "commit", dies)
        with pytest.raises(Killed):
            run_hands(where, tmp_path / "run", ("one-camera", "two-cameras"), **SHORT)
    again = run_hands(where, tmp_path / "run", ("one-camera", "two-cameras"), **SHORT)
    assert rows(again) == rows(run)


def test_a_hand_goes_where_people_like_to_see_it(tmp_path):
    where = tmp_path / "votes.db"
    with Crowd(where):
        run = run_hands(where, tmp_path / "run", **LEARNING)
    start, end = sorted(run.points().to_pylist(), key=lambda row: row["step"])
    assert end["channel.hand_x"] > start["channel.hand_x"] + 0.08  # metres to the right
    assert len(votes_in(where)) == 44


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rater.cameras": ["above"]}, "grasp has no 'above'"),
        ({"rater.votes": 2}, "hold out single answers"),
        ({"rater.shadow": True}, "shadows that the world does not draw"),
        ({"world.kind": "gym_task", "preferences.shift_motors": None}, "cannot be pictured"),
    ],
)
def test_what_people_cannot_be_shown_is_refused_before_any_work(changes, said, tmp_path):
    asked = {"rater.kind": "people", "rater.campaign": "hands"}
    settings = {**asked, "rater.db": str(tmp_path / "votes.db"), **changes}
    one = replace(study(), arms={"one-camera": {}})
    with pytest.raises(ConfigError, match=said) as refused:
        run_study(one, out=tmp_path / "run", seeds=1, workers=0, settings=settings)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "run").exists()
