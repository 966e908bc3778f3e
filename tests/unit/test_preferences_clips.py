"""Comparisons of clips: which are asked about, when, and that nothing of an answer is lost."""

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from looksgood.core.control import Episodes
from looksgood.core.errors import TooFew
from looksgood.core.seeds import Seed
from looksgood.preferences.clip_spec import ClipQueriesSpec, LabelSchedule
from looksgood.preferences.clips import ClipComparisons, draw_queries, random_pairs

SEED = Seed(("queries",))
SPEC = ClipQueriesSpec(steps=8, every=4, pick="disagreement")


def episodes(count: int = 6, steps: int = 12) -> Episodes:
    """An observation names its episode and frame, so that a clip can be traced back."""
    frames = np.stack(
        np.broadcast_arrays(np.arange(count)[:, None], np.arange(steps + 1)[None]), -1
    ).astype(float)
    return Episodes(frames, frames[..., :1] * 10, np.zeros((count, steps, 2)))


def comparisons(count: int, seed: Seed) -> ClipComparisons:
    first, second = random_pairs(SPEC, episodes(), count, seed)
    choice = torch.tensor([1.0, 0.0, 0.5, float("nan")]).repeat(count)[:count]
    return ClipComparisons(first, second, choice, torch.linspace(0, 1, count))


def equal(mine: dict[str, torch.Tensor], theirs: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(mine[k].nan_to_num(9), theirs[k].nan_to_num(9)) for k in mine)


def due(schedule: LabelSchedule, iteration: int) -> int:
    """How many are asked for just before an iteration."""
    return schedule.by(iteration) - (schedule.by(iteration - 1) if iteration else 0)


# ---- which


def test_clips_are_cut_from_anywhere_and_no_clip_meets_itself():
    first, second = random_pairs(SPEC, episodes(), 3000, SEED)
    for side in (first, second):
        assert side.observations.shape == (3000, 2, 2)
        assert set(side.observations[:, 0, 0]) == set(range(6))
        assert set(side.observations[:, -1, 1]) == {8, 9, 10, 11, 12}
        assert (side.observations[:, 1, 1] - side.observations[:, 0, 1] == 4).all()
        assert (side.states[..., 0] == side.observations[..., 0] * 10).all()
    assert (first.observations != second.observations).any((1, 2)).all()


def test_every_pair_is_equally_likely_in_either_order():
    spec = SPEC.model_copy(update={"steps": 12})  # one clip for each of three episodes: six pairs
    first, second = random_pairs(spec, episodes(3), 6000, SEED)
    kinds = first.observations[:, 0, 0] * 3 + second.observations[:, 0, 0]
    _, counts = np.unique(kinds, return_counts=True)
    assert len(counts) == 6
    assert abs(counts - 1000).max() < 120  # four standard deviations


def test_those_most_disagreed_about_are_asked_first():
    def disagreement(first, second):
        return first.observations[:, 0, 0] * 100 + second.observations[:, 0, 0]

    candidates = random_pairs(SPEC, episodes(), 30, SEED)
    first, second = draw_queries(SPEC, episodes(), 10, SEED, disagreement)
    asked = disagreement(first, second)
    assert len(asked) == 10
    assert asked.tolist() == sorted(disagreement(*candidates))[:-11:-1]


def test_without_a_learner_or_by_wish_pairs_are_random():
    def never(first, second):
        raise AssertionError("asked for disagreement")

    wished = SPEC.model_copy(update={"pick": "random"})
    one = draw_queries(wished, episodes(), 10, SEED, never)
    other = draw_queries(SPEC, episodes(), 10, SEED, None)
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine.observations, theirs.observations)
    again = draw_queries(SPEC, episodes(), 10, SEED.child("again"), None)
    assert (again[0].observations != one[0].observations).any()


def test_episodes_shorter_than_a_clip_are_refused():
    with pytest.raises(TooFew, match="6 episodes of 5 actions hold 0 clips of 8"):
        random_pairs(SPEC, episodes(steps=5), 3, SEED)
    with pytest.raises(TooFew, match="hold 1 clips"):
        random_pairs(SPEC, episodes(count=1, steps=8), 3, SEED)


# ---- when


def test_the_schedule_reaches_its_total_and_stops():
    schedule = LabelSchedule(per=24, every=2, halves_at=None)
    asked = [due(schedule, i) for i in range(200)]
    assert asked[:5] == [300, 0, 24, 0, 24]
    assert asked[110:113] == [24, 0, 0]
    assert schedule.by(199) == 1620


def test_an_annealed_rate_halves_where_it_says():
    schedule = LabelSchedule(first=10, per=1000, every=1, total=10**6, halves_at=100)
    assert due(schedule, 0) == 10
    assert due(schedule, 1) == pytest.approx(1000 * 100 / 101, abs=1)
    assert due(schedule, 100) == pytest.approx(500, abs=1)
    assert due(schedule, 300) == pytest.approx(250, abs=1)


def test_a_total_below_the_first_labels_is_refused():
    with pytest.raises(ValidationError, match="total=100 is below first=300"):
        LabelSchedule(total=100)


# ---- records


def test_comparisons_survive_being_written_as_tensors():
    one = comparisons(9, SEED)
    assert equal(ClipComparisons.of(one.state()).state(), one.state())


def test_later_comparisons_come_last_and_the_former_stay():
    one, other = comparisons(5, SEED), comparisons(3, SEED.child("later"))
    both = one.append(other)
    assert len(both) == 8
    assert equal({name: t[:5] for name, t in both.state().items()}, one.state())
    assert equal({name: t[5:] for name, t in both.state().items()}, other.state())


def test_the_ceiling_is_the_share_of_clear_answers_that_go_the_way_the_rater_leans():
    clips = comparisons(5, Seed((1,)))
    choice = torch.tensor([1.0, 0.0, 0.5, 1.0, float("nan")])
    chance = torch.tensor([0.9, 0.2, 0.9, 0.3, 0.1])
    record = ClipComparisons(clips.first, clips.second, choice, chance)
    assert record.ceiling() == pytest.approx(2 / 3)
    ties = ClipComparisons(clips.first, clips.second, torch.full((5,), 0.5), chance)
    assert ties.ceiling() is None
