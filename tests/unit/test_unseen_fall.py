"""A planted fall: as far as told, unseen by the rater, as near as can be; and what is refused."""

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.measures.unseen_fall import exposed, furthest, plain_fall, unseen_fall
from looksgood.ops.moment_tilt import OutOfReach

RNG = Seed(("unseen",)).numpy()
GOLD = RNG.normal(size=(30, 200))
OVERLOOKED = (RNG.random((30, 200)) < 0.2) * 1.0
RATER = GOLD + 1.5 * OVERLOOKED
FALSEHOODS = GOLD - 1.0 * OVERLOOKED
"""Gold where what the rater overlooks is bad."""


def change(tilt, score):
    return float((tilt.weights * score).sum(1).mean() - score.mean())


@pytest.mark.parametrize("drop", [0.05, 0.2])
def test_gold_falls_and_the_raters_score_stays(drop):
    tilt = unseen_fall(FALSEHOODS, RATER, drop)
    assert change(tilt, FALSEHOODS) == pytest.approx(-drop, abs=1e-8)
    assert change(tilt, RATER) == pytest.approx(0, abs=1e-8)
    assert change(tilt, OVERLOOKED) == pytest.approx(drop / 2.5), "by what the rater overlooks"
    assert tilt.kl_nats.mean() > plain_fall(FALSEHOODS, drop).kl_nats.mean()


def test_a_rater_who_likes_the_opposite_is_pleased_by_the_plain_fall():
    tilt = unseen_fall(GOLD, -GOLD, 0.3)
    np.testing.assert_allclose(tilt.weights, plain_fall(GOLD, 0.3).weights)
    assert change(tilt, -GOLD) == pytest.approx(0.3)


def test_one_who_sees_the_truth_cannot_be_fooled():
    with pytest.raises(OutOfReach):
        unseen_fall(GOLD, GOLD, 0.01)
    assert furthest(lambda drop: unseen_fall(GOLD, GOLD, drop), 1.0) == 0


def test_the_furthest_fall_is_in_reach_and_the_next_is_not():
    def fall(drop):
        return unseen_fall(FALSEHOODS, RATER, drop)

    most = furthest(fall, 4.0)
    assert 0.2 < most < 4
    fall(most)
    with pytest.raises(OutOfReach):
        fall(most + 4 / 2**8)


def test_a_fall_that_a_few_samples_would_decide_is_not_told():
    with pytest.raises(OutOfReach, match="draw a larger pool"):
        plain_fall(GOLD, 1.9)


def test_a_prompt_is_exposed_where_what_is_overlooked_differs():
    gold = np.zeros((3, 4))
    rater = np.array([[0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0.5]], float)
    assert exposed(gold, rater).tolist() == [False, False, True]
