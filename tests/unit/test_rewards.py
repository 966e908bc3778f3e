"""Reward models: they learn what raters prefer, on a known scale, and survive the disk."""

import json
import math

import pytest
import torch
from transformers import AutoModelForSequenceClassification

from looksgood.core.errors import ModelError, NotFinite, TooFew
from looksgood.core.protocols import FittedReward, Reward
from looksgood.core.records import Comparisons, Pairs, Prompt
from looksgood.core.seeds import Seed
from looksgood.ops.within_prompt_sd import within_prompt_sd
from looksgood.rewards.ensemble import Ensemble
from looksgood.rewards.fit import fit_bradley_terry
from looksgood.rewards.gold import GoldReward
from looksgood.rewards.quality import quality
from looksgood.rewards.reward_model import RewardModel
from looksgood.rewards.spec import BradleyTerrySpec, ConfidentSpec
from tests.tiny import PROMPTS, WORDS, SaysTea, tiny_model

SEED = Seed(("rewards",))
TOKENS = 8
SPEC = BradleyTerrySpec(epochs=8, batch=20, learning_rate=1e-2)
NAN = float("nan")


def pairs_drawn(count: int, seed: Seed) -> Pairs:
    """Responses of 1 to 6 random words to random prompts; those of a pair differ in length."""
    draw = seed.numpy()
    prompts, first, second = [], [], []
    for _ in range(count):
        lengths = draw.permutation(6)[:2] + 1
        one, other = (" ".join(draw.choice(WORDS, length)) for length in lengths)
        text = f"say {' '.join(draw.choice(WORDS, draw.integers(1, 4)))}"
        prompts.append(Prompt(text, text, ""))
        first.append(one)
        second.append(other)
    return Pairs(tuple(prompts), tuple(first), tuple(second))


def longer_is_better(count: int, seed: Seed) -> Comparisons:
    pairs = pairs_drawn(count, seed)
    longer = [
        float(len(a.split()) > len(b.split()))
        for a, b in zip(pairs.first, pairs.second, strict=True)
    ]
    return Comparisons(pairs, torch.tensor(longer))


@pytest.fixture(scope="module")
def fitted(base_folder) -> RewardModel:
    shown = longer_is_better(240, SEED.child("train"))
    return fit_bradley_terry(SPEC, base_folder, shown, TOKENS, SEED)


@pytest.fixture(scope="module")
def drawn(base):
    return base.sample(PROMPTS, 8, SEED.child("samples"))


def untrained(base_folder, *names: str) -> RewardModel:
    return RewardModel.load(base_folder, TOKENS, new_head=SEED.child(*names))


# ---- fitting


def test_a_planted_preference_is_recovered(fitted):
    held_out = longer_is_better(200, SEED.child("held out"))
    found = quality(fitted.margins(held_out), held_out.choice)
    assert found.accuracy > 0.9
    assert found.loss_nats < 0.35


def test_the_opposite_preference_gives_opposite_scores(fitted, base_folder):
    shown = longer_is_better(120, SEED.child("opposite"))
    opposite = fit_bradley_terry(
        SPEC, base_folder, Comparisons(shown.pairs, 1 - shown.choice), TOKENS, SEED
    )
    held_out = longer_is_better(100, SEED.child("held out"))
    assert float((opposite.margins(held_out) * fitted.margins(held_out)).mean()) < 0


def test_margins_of_swapped_pairs_are_opposite(fitted):
    pairs = pairs_drawn(30, SEED)
    shown = Comparisons(pairs, torch.ones(30))
    swapped = Comparisons(Pairs(pairs.prompts, pairs.second, pairs.first), torch.ones(30))
    torch.testing.assert_close(fitted.margins(shown), -fitted.margins(swapped))


def test_margins_are_those_of_each_pair_alone(fitted):
    """However the prompts and responses of several pairs are shared."""
    pairs = pairs_drawn(40, SEED)
    many = fitted.margins(Comparisons(pairs, torch.ones(40)))
    alone = [fitted.margins(Comparisons(pairs.take([i]), torch.ones(1))) for i in range(40)]
    torch.testing.assert_close(many, torch.cat(alone), atol=1e-5, rtol=1e-5)


def test_no_comparisons_have_no_margins(fitted):
    assert fitted.margins(Comparisons(Pairs((), (), ()), torch.zeros(0))).shape == (0,)


def test_cant_tell_never_trains(base_folder):
    spec = SPEC.model_copy(update={"epochs": 1.0})
    shown = longer_is_better(20, SEED)
    noise = pairs_drawn(20, SEED.child("noise"))
    both = Comparisons(
        Pairs(
            shown.pairs.prompts + noise.prompts,
            shown.pairs.first + noise.first,
            shown.pairs.second + noise.second,
        ),
        torch.cat([shown.choice, torch.full((20,), NAN)]),
    )
    one = fit_bradley_terry(spec, base_folder, shown, TOKENS, SEED)
    other = fit_bradley_terry(spec, base_folder, both, TOKENS, SEED)
    for weight, same in zip(one.model.parameters(), other.model.parameters(), strict=True):
        assert torch.equal(weight, same)


def test_nothing_answered_is_too_few(base_folder):
    silent = Comparisons(pairs_drawn(5, SEED), torch.full((5,), NAN))
    with pytest.raises(TooFew, match="no comparison was answered"):
        fit_bradley_terry(SPEC, base_folder, silent, TOKENS, SEED)


def test_ties_pull_scores_together(base_folder):
    pairs = pairs_drawn(60, SEED)
    tied = Comparisons(pairs, torch.full((60,), 0.5))
    before = untrained(base_folder).margins(tied).abs().mean()
    after = fit_bradley_terry(SPEC, base_folder, tied, TOKENS, SEED).margins(tied).abs().mean()
    assert after < 0.3 * before


def test_equal_seeds_fit_equal_models_and_report_each_step(base_folder):
    spec = SPEC.model_copy(update={"epochs": 2.0})
    shown, ticks = longer_is_better(30, SEED), []
    one = fit_bradley_terry(
        spec, base_folder, shown, TOKENS, SEED, lambda *tick: ticks.append(tick)
    )
    same = fit_bradley_terry(spec, base_folder, shown, TOKENS, SEED)
    other = fit_bradley_terry(spec, base_folder, shown, TOKENS, SEED.child("other"))
    assert torch.equal(one.margins(shown), same.margins(shown))
    assert not torch.equal(one.margins(shown), other.margins(shown))
    assert [step for step, _, _ in ticks] == list(range(1, ticks[0][1] + 1))
    assert all(math.isfinite(loss) for _, _, loss in ticks)


def test_a_loss_that_is_not_finite_is_refused_with_its_step(base_folder):
    spec = SPEC.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(NotFinite, match=r"reward model: the loss is (nan|inf) at step [12] of"):
        fit_bradley_terry(spec, base_folder, longer_is_better(60, SEED), TOKENS, SEED)


def test_a_broken_base_is_refused(base, tmp_path):
    broken = base.copy()
    next(broken.model.parameters()).data.fill_(NAN)
    broken.save(tmp_path)
    with pytest.raises(ModelError):
        fit_bradley_terry(SPEC, tmp_path, longer_is_better(10, SEED), TOKENS, SEED)


# ---- scores


def test_a_reward_model_is_a_reward(fitted):
    assert isinstance(fitted, FittedReward)
    assert isinstance(GoldReward(lambda s: torch.zeros(len(s))), Reward)


def test_standardised_scores_have_mean_0_and_within_prompt_sd_1(fitted, drawn):
    scores = fitted.standardised_on(drawn).score(drawn)
    assert float(scores.mean()) == pytest.approx(0, abs=1e-5)
    assert float(within_prompt_sd(scores.reshape(-1, 8))) == pytest.approx(1, abs=1e-4)


def test_standardising_changes_no_order_and_no_margin(fitted, drawn):
    standard = fitted.standardised_on(drawn)
    assert torch.equal(standard.score(drawn).argsort(), fitted.raw(drawn).argsort())
    again = standard.standardised_on(drawn)
    assert (again.shift, again.scale) == pytest.approx((standard.shift, standard.scale))
    shown = longer_is_better(10, SEED)
    assert torch.equal(standard.margins(shown), fitted.margins(shown))


def test_equal_scores_cannot_be_standardised(base_folder, drawn):
    flat = untrained(base_folder)
    flat.model.score.weight.data.zero_()
    with pytest.raises(NotFinite, match="nothing to optimise"):
        flat.standardised_on(drawn)
    flat.model.score.weight.data.fill_(NAN)
    with pytest.raises(NotFinite):
        flat.standardised_on(drawn)


def test_a_score_is_the_heads_output_after_prompt_and_response(fitted, drawn):
    for i in range(0, len(drawn), 5):
        prompt = drawn.prompt_ids[i // 8][drawn.prompt_mask[i // 8]]
        tokens = torch.cat([prompt, drawn.ids[i][drawn.mask[i]]])[None]
        with torch.no_grad():
            hidden = fitted.model.base_model(input_ids=tokens).last_hidden_state[0, -1]
            expected = fitted.model.score(hidden)[0]
        assert float(fitted.raw(drawn)[i]) == pytest.approx(float(expected), abs=1e-4)


# ---- disk


def test_a_reward_model_comes_back_with_its_scale(fitted, drawn, tmp_path):
    saved = fitted.standardised_on(drawn)
    saved.save(tmp_path)
    loaded = RewardModel.load(tmp_path, TOKENS)
    assert torch.equal(loaded.score(drawn), saved.score(drawn))
    assert (loaded.shift, loaded.scale) == (saved.shift, saved.scale)
    assert set(json.loads((tmp_path / "standardised.json").read_text())) == {"shift", "scale"}


def test_transformers_reads_it_and_scores_alike(fitted, drawn, tmp_path):
    """So TRL and others can use r̂ as it is."""
    fitted.save(tmp_path)
    theirs = AutoModelForSequenceClassification.from_pretrained(tmp_path)
    assert theirs.config.num_labels == 1
    pad = fitted.tokenizer.pad_token_id
    rows = [
        torch.cat([drawn.prompt_ids[i // 8][drawn.prompt_mask[i // 8]], ids[mask]])
        for i, (ids, mask) in enumerate(zip(drawn.ids, drawn.mask, strict=True))
    ]
    batch = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=pad)
    lengths = torch.tensor([len(row) for row in rows])
    real = torch.arange(batch.shape[1]) < lengths[:, None]
    ends_well = torch.tensor([bool(row[-1] != pad) for row in rows])  # else they look before it
    assert ends_well.sum() > 10
    with torch.no_grad():
        found = theirs(input_ids=batch, attention_mask=real.long()).logits[:, 0]
    torch.testing.assert_close(found[ends_well], fitted.raw(drawn)[ends_well], atol=1e-4, rtol=1e-4)


def test_other_architectures_are_fitted_too(base, tmp_path):
    tiny_model("gpt2").save_pretrained(tmp_path)
    base.tokenizer.save_pretrained(tmp_path)
    shown = longer_is_better(40, SEED)
    before = RewardModel.load(tmp_path, TOKENS, SEED.child("head"))
    after = fit_bradley_terry(SPEC, tmp_path, shown, TOKENS, SEED)
    one, other = (quality(model.margins(shown), shown.choice) for model in (before, after))
    assert other.loss_nats < 0.7 * one.loss_nats


# ---- ensembles


@pytest.fixture(scope="module")
def members(base_folder, drawn) -> tuple[RewardModel, ...]:
    return tuple(untrained(base_folder, str(i)).standardised_on(drawn) for i in range(3))


def test_aggregates_are_what_they_are_called(members, drawn):
    scores = torch.stack([member.score(drawn) for member in members])
    mean, worst, careful = (
        Ensemble(members, kind, weight=0.5).score(drawn)
        for kind in ("mean", "worst", "uncertainty")
    )
    torch.testing.assert_close(mean, scores.mean(0))
    torch.testing.assert_close(worst, scores.min(0).values)
    torch.testing.assert_close(careful, scores.mean(0) - 0.5 * scores.var(0, correction=0))
    assert (worst <= mean).all()
    assert (careful <= mean).all()


def test_an_ensemble_of_one_model_is_that_model(members, drawn):
    for kind in ("mean", "worst", "uncertainty"):
        alike = Ensemble((members[0],) * 3, kind)
        torch.testing.assert_close(alike.score(drawn), members[0].score(drawn))
        torch.testing.assert_close(alike.spread(drawn), torch.zeros(len(drawn)), atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", ["mean", "worst", "uncertainty"])
def test_an_ensemble_is_in_the_same_units_as_one_model(members, drawn, kind):
    ensemble = Ensemble(members, kind).standardised_on(drawn)
    assert isinstance(ensemble, FittedReward)
    scores = ensemble.score(drawn)
    assert float(scores.mean()) == pytest.approx(0, abs=1e-5)
    assert float(within_prompt_sd(scores.reshape(-1, 8))) == pytest.approx(1, abs=1e-4)
    plain = Ensemble(ensemble.members, kind).score(drawn)
    assert torch.equal(scores.argsort(), plain.argsort())


def test_an_ensembles_margin_is_its_members_mean(members):
    shown = longer_is_better(10, SEED)
    each = torch.stack([member.margins(shown) for member in members])
    torch.testing.assert_close(Ensemble(members).margins(shown), each.mean(0))


# ---- gold


def test_gold_is_standardised_like_the_others(drawn):
    raw = SaysTea().score(drawn)
    shift, scale = float(raw.mean()), float(within_prompt_sd(raw.reshape(-1, 8)))
    scores = GoldReward(SaysTea().score, shift, scale).score(drawn)
    assert float(scores.mean()) == pytest.approx(0, abs=1e-6)
    assert float(within_prompt_sd(scores.reshape(-1, 8))) == pytest.approx(1, abs=1e-5)


# ---- confidence


def sure(**settings) -> ConfidentSpec:
    return ConfidentSpec(**SPEC.model_dump(exclude={"kind"}) | {"epochs": 2.0} | settings)


def test_without_confidence_it_is_the_bradley_terry_fit(base_folder):
    shown = longer_is_better(60, SEED)
    spec = SPEC.model_copy(update={"epochs": 2.0})
    plain = fit_bradley_terry(spec, base_folder, shown, TOKENS, SEED)
    same = fit_bradley_terry(sure(confidence=0.0), base_folder, shown, TOKENS, SEED)
    other = fit_bradley_terry(sure(confidence=0.5), base_folder, shown, TOKENS, SEED)
    margins = plain.margins(shown)
    assert torch.equal(same.margins(shown), margins)
    assert not torch.equal(other.margins(shown), margins)


def test_one_that_believes_only_itself_learns_no_answer(base_folder):
    """It grows surer of what it thought before, whatever it is told."""
    shown = longer_is_better(120, SEED.child("train"))
    spec = sure(confidence=1.0, warm_up=0.0)
    told = fit_bradley_terry(spec, base_folder, shown, TOKENS, SEED)
    opposite = Comparisons(shown.pairs, 1 - shown.choice)
    held_out = longer_is_better(200, SEED.child("held out"))
    both = (
        told.margins(held_out),
        fit_bradley_terry(spec, base_folder, opposite, TOKENS, SEED).margins(held_out),
    )
    assert float(((both[0] > 0) == (both[1] > 0)).float().mean()) > 0.75


def test_lapses_and_confidence_together_are_refused():
    with pytest.raises(ValueError, match="both explain answers away"):
        ConfidentSpec(confidence=0.5, lapse=0.1)
