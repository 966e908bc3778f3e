"""Pretraining, fine-tuning on demonstrations, and leaving a policy untrained."""

import json

import pytest
import torch

from looksgood.core.errors import ConfigError, DataError, NotFinite
from looksgood.core.protocols import World
from looksgood.core.records import Document
from looksgood.core.seeds import Seed
from looksgood.core.spec import parse_spec
from looksgood.models.language_model import LanguageModel
from looksgood.policies.build import read_demonstrations
from looksgood.policies.pretrain import small_llama, train_on_documents
from looksgood.policies.spec import FineTuneSpec, PretrainedSpec, SmallSpec
from tests.tiny import TOKENIZER, WORDS, EchoWorld, tiny_policy

SEED = Seed(("policies",))
WORLD = EchoWorld()
SMALL = SmallSpec(width=16, layers=1, heads=2, epochs=16, batch=20, learning_rate=1e-2)
DOCUMENTS = [Document(f"say {word}", word) for word in WORDS]
TRAIN = {"batch": 10, "learning_rate": 1e-2, "on_prompts": True, "seed": SEED}


def share_echoed(policy: LanguageModel) -> float:
    prompts = WORLD.prompts(100, SEED.child("asked"))
    samples = policy.sample(prompts, 1, SEED.child("answers"))
    return float(WORLD.channels(prompts, samples.texts)["echoed"].mean())


def weights_of(policy: LanguageModel) -> list[torch.Tensor]:
    return [weight.detach().clone() for weight in policy.model.parameters()]


def test_the_echo_world_is_one():
    assert isinstance(WORLD, World)


def test_pretraining_lowers_the_loss_and_teaches_the_corpus():
    ticks = []
    policy = SMALL.build(WORLD, SEED, lambda step, steps, loss: ticks.append((step, steps, loss)))
    assert [step for step, _, _ in ticks] == list(range(1, 161))
    assert {steps for _, steps, _ in ticks} == {160}
    losses = [loss for _, _, loss in ticks]
    # only the word asked for cannot be foreseen: log 10 of five tokens' loss
    assert sum(losses[-5:]) / 5 < 0.75 < losses[0] / 2
    assert share_echoed(policy) > 0.9


def test_from_scratch_is_left_untrained():
    policy = SMALL.model_copy(update={"from_scratch": True}).build(WORLD, SEED)
    fresh = small_llama(
        policy.tokenizer, width=16, layers=1, heads=2, positions=516, seed=SEED.child("weights")
    )
    for found, drawn in zip(policy.model.parameters(), fresh.parameters(), strict=True):
        assert torch.equal(found, drawn)
    assert share_echoed(policy) < 0.2


def test_equal_seeds_train_equal_policies_and_other_seeds_others():
    quick = SMALL.model_copy(update={"epochs": 1.0})
    one, same, other = (
        weights_of(quick.build(WORLD, seed)) for seed in (SEED, SEED, SEED.child("other"))
    )
    assert all(map(torch.equal, one, same))
    assert not any(map(torch.equal, one[:1], other[:1]))


def test_a_byte_level_policy_is_trained_the_same_way():
    spec = SMALL.model_copy(update={"tokenizer": "bpe", "vocabulary": 330, "epochs": 25.0})
    assert share_echoed(spec.build(WORLD, SEED)) > 0.8


@pytest.mark.parametrize("on_prompts", [True, False])
def test_the_loss_is_the_mean_over_the_tokens_that_count(on_prompts):
    policy = tiny_policy()
    documents = [Document("say tea", "tea good"), Document("say the good words please", "more")]
    rows = []
    for document in documents:
        prompt = TOKENIZER(document.prompt).input_ids
        said = TOKENIZER(document.response, add_special_tokens=False).input_ids
        tokens = torch.tensor([*prompt, *said, TOKENIZER.eos_token_id])
        with torch.no_grad():
            logp = policy.model(input_ids=tokens[None]).logits[0, :-1].log_softmax(-1)
        each = -logp.gather(1, tokens[1:, None])[:, 0]
        rows.append(each if on_prompts else each[len(prompt) - 1 :])
    settings = TRAIN | {"batch": 2, "on_prompts": on_prompts, "learning_rate": 1e-9}
    (loss,) = train_on_documents(policy, documents, epochs=1, **settings)
    assert loss == pytest.approx(float(torch.cat(rows).mean()), rel=1e-5)


def test_a_loss_that_is_not_finite_is_refused_with_its_step():
    policy = tiny_policy()
    next(policy.model.parameters()).data.fill_(float("nan"))
    with pytest.raises(NotFinite, match="the loss is nan at step 0 of 3"):
        train_on_documents(policy, DOCUMENTS, epochs=3, **TRAIN)


def test_dropout_draws_nothing_from_ambient_randomness():
    runs = []
    for _ in range(2):
        policy = tiny_policy("gpt2", attn_pdrop=0.3, resid_pdrop=0.3, embd_pdrop=0.3)
        before = torch.get_rng_state()
        runs.append(train_on_documents(policy, DOCUMENTS, epochs=3, **TRAIN))
        assert torch.equal(torch.get_rng_state(), before)
    assert runs[0] == runs[1]


# ---- demonstrations


def written(tmp_path, *lines: str) -> str:
    path = tmp_path / "demonstrations.jsonl"
    path.write_text("\n".join(lines))
    return str(path)


def demonstrations(tmp_path) -> str:
    rows = [{"prompt": f"say {w}", "completion": "cat", "by": "somebody"} for w in WORDS]
    return written(tmp_path, *map(json.dumps, rows))


def test_demonstrations_are_read(tmp_path):
    found = read_demonstrations(demonstrations(tmp_path))
    assert found[0] == Document("say tea", "cat")
    assert len(found) == len(WORDS)


@pytest.mark.parametrize(
    "bad", ["{not json", '{"prompt": "say tea"}', '{"completion": "tea"}', '["tea"]', "3", ""]
)
def test_a_bad_line_of_demonstrations_is_named(tmp_path, bad):
    good = '{"prompt": "say tea", "completion": "tea"}'
    with pytest.raises(DataError, match=r"demonstrations.jsonl, line 2: expected JSON with"):
        read_demonstrations(written(tmp_path, good, bad, good))


def test_no_demonstrations_are_refused(tmp_path):
    with pytest.raises(DataError, match="holds no demonstrations"):
        read_demonstrations(written(tmp_path))
    with pytest.raises(DataError, match="no such file"):
        read_demonstrations(str(tmp_path / "missing.jsonl"))


def test_fine_tuning_teaches_demonstrations(tmp_path, base_folder):
    tuning = FineTuneSpec(path=demonstrations(tmp_path), epochs=30, batch=10, learning_rate=1e-2)
    spec = PretrainedSpec(path=str(base_folder), demonstrations=tuning)
    policy = spec.build(WORLD, SEED)
    samples = policy.sample(WORLD.prompts(30, SEED), 1, SEED)
    assert sum(text == "cat" for text in samples.texts) > 25


def test_a_pretrained_policy_is_as_it_was_and_as_long_as_the_world_says(base, base_folder):
    policy = PretrainedSpec(path=str(base_folder)).build(WORLD, SEED)
    assert all(map(torch.equal, weights_of(policy), weights_of(base)))
    assert policy.response_tokens == WORLD.response_tokens
    longer = PretrainedSpec(path=str(base_folder), response_tokens=9).build(WORLD, SEED)
    assert longer.response_tokens == 9


@pytest.mark.parametrize("bad", [{"width": 4}, {"epochs": 0}, {"tokenizer": "letters"}])
def test_senseless_settings_are_refused(bad):
    with pytest.raises(ConfigError, match=next(iter(bad))):
        parse_spec(SmallSpec, bad)


@pytest.mark.parametrize("heads", [3, 16])
def test_a_width_that_its_heads_do_not_divide_is_refused(heads):
    with pytest.raises(ConfigError, match=f"width=16 does not divide into {heads} heads"):
        parse_spec(SmallSpec, {"width": 16, "heads": heads})
