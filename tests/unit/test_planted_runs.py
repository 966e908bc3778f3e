"""The planted runs are what they say: their rows have the means of the closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from looksgood.core.seeds import Seed
from looksgood.ops.exploit_bed import ExploitBed
from tests.planted_runs import CLEAN, EXPLOITED, HONEST, together

SCORES = ("proxy", "rater", "gold", "kl")


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("paired", [False, True])
def test_rows_have_the_means_of_the_closed_form(binary, paired):
    planted = replace(EXPLOITED, prompts=4000, samples=2, binary=binary, paired=paired)
    rows = planted.rollouts(Seed(("planted", binary, paired)))
    for score in SCORES:
        values = rows.score(score).reshape(12, 4000, 2).mean(-1)
        error = np.maximum(values.std(axis=1) / 4000**0.5, 1e-12)
        assert np.abs((values.mean(axis=1) - planted.truth(score)) / error).max() < 4.5


def test_the_closed_form_is_that_of_the_bed():
    bed = ExploitBed(EXPLOITED.delta, EXPLOITED.gain, EXPLOITED.cost)
    points = [bed.tilted(pressure) for pressure in EXPLOITED.pressures]
    for score, name in {"proxy": "proxy", "gold": "gold", "kl": "kl_nats"}.items():
        assert EXPLOITED.truth(score) == pytest.approx([getattr(point, name) for point in points])


def test_the_exploited_run_falls_where_it_is_said_and_clean_ones_never():
    gold = EXPLOITED.truth("gold")
    assert gold.argmax() == 2
    assert gold.max() - gold.min() == pytest.approx(1.7, abs=0.1)
    for score in ("proxy", "rater"):
        assert (np.diff(EXPLOITED.truth(score)) > 0).all()
    for planted in CLEAN.values():
        assert all((np.diff(planted.truth(score)) >= 0).all() for score in SCORES)


def test_labels_are_as_many_as_asked_at_each_checkpoint():
    rows = replace(HONEST, prompts=20, samples=3, labels=7).rollouts(Seed(("labels",)))
    assert (np.isfinite(rows.gold).reshape(12, 60).sum(axis=1) == 7).all()
    assert np.isfinite(rows.proxy).all()


def test_runs_together_keep_their_rows_texts_and_prompts_apart():
    one = replace(HONEST, prompts=3).rollouts(Seed(("one",)), "a", texts=True)
    both = together(one, replace(HONEST, prompts=5).rollouts(Seed(("two",)), "b", texts=True))
    assert both.runs == ("a", "b")
    assert both.prompt[both.run == 0].max() == 2
    assert both.prompt[both.run == 1].min() == 3
    assert both.texts.completions[36] == "The answer is 0."
    assert both.where(both.run == 0).gold == pytest.approx(one.gold)
