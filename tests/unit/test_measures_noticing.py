"""What an audit by pairs would notice, against closed forms and draws."""

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.measures.noticing import chance_to_notice, difference_sd
from looksgood.ops.power import power_of


def of(value):
    return np.asarray(value, dtype=float)


def test_verdicts_that_never_agree_but_by_chance_differ_by_their_own_variances():
    assert float(difference_sd(of(0.5), of(0.5), of(0.25))) == pytest.approx(0.5**0.5)


def test_verdicts_that_prompts_decide_do_not_differ():
    assert float(difference_sd(of(0.3), of(0.3), of(0.3))) == pytest.approx(0.0, abs=1e-7)


def test_the_sd_is_that_of_drawn_verdicts():
    draw = Seed(("verdicts",)).numpy()
    before, after = draw.uniform(size=(2, 1000))
    after = (before + after) / 2
    verdicts = draw.uniform(size=(2, 1000, 200)) < np.stack([before, after])[..., None]
    gained = verdicts[1].astype(float) - verdicts[0]
    found = difference_sd(of(before.mean()), of(after.mean()), of((before * after).mean()))
    assert float(found) == pytest.approx(gained.std(), rel=0.01)


def test_power_is_that_of_the_test_for_one_design():
    found = chance_to_notice(51, of([0.2, 0.1]), of([0.7, 0.5]))
    assert found == pytest.approx([power_of(51, 0.7, 0.2), power_of(51, 0.5, 0.1)])


def test_where_nothing_is_missing_only_false_alarms_are_left():
    found = chance_to_notice(1000, of([0.0, -0.1]), of([0.7, 0.7]))
    assert found[0] == pytest.approx(0.05)
    assert found[1] < 0.05


def test_verdicts_that_never_differ_tell_nothing_of_errors():
    assert np.isnan(chance_to_notice(10, of(0.1), of(0.0)))
