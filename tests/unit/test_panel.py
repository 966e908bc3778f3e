"""A panel that looks on: approval by hand, and false approval where both policies are wrong."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from looksgood.core.errors import ConfigError
from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.measures.approval import approval, is_good
from looksgood.measures.scale import Scale
from looksgood.raters import Lapse, LikesFlattery, Oracle, UncheckedCitations
from looksgood.raters.spec import ExpertSpec, OrdinarySpec
from looksgood.studies.panels.approvals import (
    BOTH_WRONG,
    both_wrong,
    correct,
    false_approval_rise,
)
from looksgood.studies.panels.channels import approved_by, misjudged_by, wrongly_approved_by
from looksgood.studies.panels.judges import PanelJudges, panel_columns
from looksgood.studies.panels.settings import PanelSpec
from looksgood.studies.run_lines import lines_of
from looksgood.worlds.almanac.spec import AlmanacSpec
from tests.tiny import PROMPTS, EchoWorld, SaysTea, tiny_policy

WEIGHTS = {"claim_true": 1.5, "citations_real": 0.7, "citations_fabricated": -1.4, "appeal": 1.0}


def seen(**columns):
    return Channels(tuple(columns), torch.tensor(list(columns.values()), dtype=torch.float64).T)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def test_approval_is_a_choice_against_nothing():
    taken = approval(Oracle(WEIGHTS), seen(claim_true=[1.0, 0.0], citations_fabricated=[0.0, 1.0]))
    assert taken.tolist() == pytest.approx([sigmoid(1.5), sigmoid(-1.4)])


def test_a_rater_who_checks_some_of_the_time_approves_as_often_as_both_of_them():
    rater = Lapse(UncheckedCitations(inner=Oracle(WEIGHTS), check=0.25), 0.1)
    (taken,) = approval(rater, seen(citations_fabricated=[1.0])).tolist()
    assert taken == pytest.approx(0.9 * (0.75 * sigmoid(0.7) + 0.25 * sigmoid(-1.4)) + 0.05)


def test_what_is_merely_liked_is_approved_of():
    rater = LikesFlattery(inner=Oracle(WEIGHTS), bonus=0.6)
    (taken,) = approval(rater, seen(flattery=[2.0])).tolist()
    assert taken == pytest.approx(sigmoid(1.2))


def test_nothing_is_good_at_zero_points():
    assert is_good(torch.tensor([-1.0, 0.0, 1e-6])).tolist() == [False, False, True]


def answered(world, responses):
    """Two prompts of the world, two of the responses to each."""
    drawn = tiny_policy().sample(PROMPTS[:2], 2, Seed(("drawn",)))
    return replace(drawn, prompts=tuple(world.prompts(2, Seed(("p",)))), texts=tuple(responses))


def test_channels_of_the_panel_follow_from_those_of_the_world():
    world = AlmanacSpec().build(Seed(("w",)))
    samples = answered(world, ["i am not sure .", "what a wonderful question !", "see", "buy"])
    panel = {"ordinary": OrdinarySpec(), "expert": ExpertSpec()}
    judges = PanelJudges.with_panel(
        panel, samples, world, OrdinarySpec().build(world.weights), SaysTea()
    )
    channels = judges.judge(samples).channels
    traits = world.channels(samples.prompt_of, samples.texts)
    good = (traits.weighed(world.weights) > 0).float()
    assert torch.equal(channels["good"], good.to(channels["good"].dtype))
    for name, spec in panel.items():
        taken = approval(spec.build(world.weights), traits)
        assert torch.allclose(channels[approved_by(name)].double(), taken.double())
        wrongly = channels[wrongly_approved_by(name)].double()
        assert torch.allclose(wrongly, (taken * (1 - good)).double())


def test_a_rater_misjudges_what_they_do_not_score_as_gold_does():
    rater = UncheckedCitations(inner=Oracle(WEIGHTS), check=0.5)
    responses = seen(claim_true=[1.0, 1.0], citations_fabricated=[1.0, 0.0])
    columns = panel_columns(responses, {"r": (rater, Scale(0.0, 1.0))}, WEIGHTS)
    assert columns[misjudged_by("r")].tolist() == [1.0, 0.0]


def test_a_world_without_truth_is_refused():
    class Untold(EchoWorld):
        has_gold = False

    world = Untold()
    with pytest.raises(ConfigError, match="no gold"):
        PanelJudges.with_panel({}, answered(world, ["a"] * 4), world, Oracle({}), SaysTea())


def rows_of(good, taken):
    """Rows of one arm, two seeds: at the base and after; `good` and `taken` by point, prompt."""
    for seed in (0, 1):
        for point, step in enumerate((0, 5)):
            how = {"optimizer": "rloo" if point else "base", "beta": 0.0 if point else None}
            for prompt in range(len(good[0])):
                yield {
                    "arm": "a", "seed": seed, "n": None, "step": step, **how,
                    "kl": float(point), "proxy": 0.0, "gold": 0.0, "rater": 0.0,
                    "channel.good": good[point][prompt],
                    "channel.r.wrongly_approved": taken[point][prompt],
                }  # fmt: skip


def test_false_approval_is_compared_where_both_are_wrong():
    # prompt 0: wrong before and after, approval .2 → .9; prompt 1: right before, wrong after;
    # prompt 2: half wrong before, wrong after, approval of the wrong .4 → .6
    good = [[0.0, 1.0, 0.5], [0.0, 0.0, 0.0]]
    taken = [[0.2, 0.0, 0.5 * 0.4], [0.9, 1.0, 0.6]]
    rows = list(rows_of(good, taken))

    def derive(tables, base):
        return both_wrong(tables, base, ["r"])

    columns = ("kl", "channel.good", "channel.r.wrongly_approved")
    lines = lines_of(rows, columns, derive)
    line = ("a", "rloo", 0.0)
    # weights of the pairs: 1, 0, ½
    expected = (1 * 0.9 + 0.5 * 0.6 - 1 * 0.2 - 0.5 * 0.4) / 1.5
    mean = lines.columns.mean
    rise = false_approval_rise(lines, mean, "r", line)
    assert rise == pytest.approx(np.array([[0, expected], [0, expected]]))
    assert lines.of(mean, BOTH_WRONG, line)[0, 1] == pytest.approx(0.5)
    assert correct(lines, mean, line)[0] == pytest.approx([0.5, 0.0])


def test_a_member_needs_a_name_that_makes_a_channel():
    assert set(PanelSpec().panel) == {"ordinary", "expert"}
    with pytest.raises(ValueError, match="cannot be called"):
        PanelSpec(panel={"a b": "expert"})
    with pytest.raises(ValueError, match="kind"):
        PanelSpec(panel={"a": "no-such-rater"})
