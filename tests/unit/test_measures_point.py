"""A measured checkpoint: KL that is exact, rows that agree with each other, errors by prompt."""

import math

import pytest
import torch

from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.measures.judges import Judges, clustered_se, per_prompt
from looksgood.measures.point import measure
from tests.tiny import EchoWorld, SaysTea, plain_logp, tiny_policy


class Teas(EchoWorld):
    """Owes the asker the word tea, as often as it can be had: an untrained policy says it too."""

    weights = {"teas": 2.0}  # noqa: RUF012 - as a protocol's attribute

    def channels(self, prompts, responses):
        rows = [[float(response.split().count("tea"))] for response in responses]
        return Channels(("teas",), torch.tensor(rows).reshape(-1, 1))


class OtherPoints:
    """An oracle who counts in other points than gold."""

    def score(self, seen):
        return 10 + 4 * seen["teas"]

    def prob_first(self, first, second):
        return (self.score(first) - self.score(second)).sigmoid()


WORLD = Teas()
PROMPTS = WORLD.prompts(5, Seed(("held-out",)))
K = 3


@pytest.fixture(scope="module")
def judges(base):
    pool = base.sample(PROMPTS, 4, Seed(("pool",)))
    return Judges.on_base(pool, WORLD, OtherPoints(), SaysTea())


@pytest.fixture(scope="module")
def other():
    policy = tiny_policy()
    generator = Seed(("moved",)).torch()
    with torch.no_grad():
        for weight in policy.model.parameters():
            weight += 0.1 * torch.randn(weight.shape, generator=generator)
    return policy


def measured(policy, base, judges, **more):
    return measure(policy, base, judges, PROMPTS, K, Seed(("measure",)), **more)


def test_a_policy_is_at_no_kl_from_itself(base, judges):
    point, samples = measured(base, base, judges, keep_prompts=5)
    assert point.row()["kl"] == 0
    assert point.row()["kl_se"] == 0
    assert point.row()["channel.kl_k1"] == pytest.approx(0, abs=1e-5)
    for row in samples:
        assert row["logp_policy"] == pytest.approx(row["logp_base"], abs=1e-4)


def test_kl_is_that_of_the_sampled_positions_and_agrees_with_k1(other, base, judges):
    point, _ = measure(other, base, judges, PROMPTS, 200, Seed(("many",)))
    row = point.row()
    assert row["kl"] > 5 * row["kl_se"] > 0
    k1 = point.columns["channel.kl_k1"]
    assert row["channel.kl_k1"] == pytest.approx(row["kl"], abs=0.2 * row["kl"])
    assert len(k1) == len(PROMPTS)
    assert (point.columns["channel.renyi_2"] > k1).all()  # Jensen


def test_rows_by_prompt_average_to_the_point(other, base, judges):
    point, _ = measured(other, base, judges)
    row, by_prompt = point.row(), point.prompt_rows()
    assert row["samples"] == sum(r["samples"] for r in by_prompt) == len(PROMPTS) * K
    assert [r["prompt_id"] for r in by_prompt] == [p.id for p in PROMPTS]
    names = set(by_prompt[0]) - {"prompt_id", "samples"}
    ratios = {"channel.kl_k1", "channel.renyi_2"}
    assert names == {"kl", "proxy", "rater", "gold", "channel.teas"} | ratios
    for name in names:
        values = torch.tensor([r[name] for r in by_prompt], dtype=torch.float64)
        assert row[name] == pytest.approx(float(values.mean()))
        if not name.startswith("channel."):
            expected = float(values.std()) / math.sqrt(len(PROMPTS))
            assert row[f"{name}_se"] == pytest.approx(expected)


def test_kept_samples_say_what_was_drawn(other, base, judges):
    _, kept = measured(other, base, judges, keep_prompts=2)
    samples = other.sample(PROMPTS, K, Seed(("measure",)))
    chosen = [0, 1, K, K + 1]
    assert [row["response"] for row in kept] == [samples.texts[i] for i in chosen]
    assert [row["prompt_id"] for row in kept] == [samples.prompt_of[i].id for i in chosen]
    ours = plain_logp(other, samples).sum(1).detach()
    theirs = plain_logp(base, samples).sum(1).detach()
    for row, i in zip(kept, chosen, strict=True):
        assert row["logp_policy"] == pytest.approx(float(ours[i]), abs=1e-3)
        assert row["logp_base"] == pytest.approx(float(theirs[i]), abs=1e-3)
        assert row["channel.teas"] == row["response"].split().count("tea")
        unit = judges.scales["gold"]
        assert row["gold"] == pytest.approx((2 * row["channel.teas"] - unit.mean) / unit.sd)


def test_no_more_samples_are_kept_than_there_are(base, judges):
    assert len(measured(base, base, judges, keep_prompts=99)[1]) == 2 * len(PROMPTS)
    assert measured(base, base, judges)[1] == []


def test_a_rater_without_blind_spots_is_gold_in_any_points(base, judges):
    judged = judges.judge(base.sample(PROMPTS, K, Seed(("other",))))
    torch.testing.assert_close(judged.scores["rater"], judged.scores["gold"])
    assert set(judged.scores) == {"proxy", "rater", "gold"}
    assert judged.scores["gold"].std() > 0


def test_where_nobody_knows_the_truth_gold_is_absent_not_zero(base):
    class Unknown(Teas):
        has_gold = False

    pool = base.sample(PROMPTS, 4, Seed(("pool",)))
    judges = Judges.on_base(pool, Unknown(), OtherPoints(), SaysTea())
    point, _ = measured(base, base, judges)
    assert "gold" not in point.row()
    assert "gold" not in point.prompt_rows()[0]
    assert "proxy" in point.row()


def test_one_prompt_has_no_known_error():
    assert clustered_se(torch.tensor([3.0])) is None
    assert clustered_se(torch.tensor([1.0, 3.0])) == pytest.approx(1.0)


def test_responses_are_averaged_with_their_own_prompt():
    means = per_prompt(torch.tensor([1.0, 3.0, 10.0, 20.0]), 2)
    assert means.tolist() == [2.0, 15.0]
