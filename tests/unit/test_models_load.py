"""A path that is no model is refused in one line, and nothing is ever unpickled."""

import json
import shutil

import pytest
import torch
from transformers import BloomConfig, BloomForCausalLM, Gemma2Config, Gemma2ForCausalLM

from looksgood.core.errors import ModelError
from looksgood.core.seeds import Seed
from looksgood.models.check import check_branches
from looksgood.models.language_model import LanguageModel
from looksgood.models.load import load_causal_lm, load_scorer, load_tokenizer
from tests.tiny import ARCHITECTURES, PROMPTS, TOKENIZER, tiny_model

SEED = Seed(("load",))


@pytest.fixture
def copied(base_folder, tmp_path):
    return shutil.copytree(base_folder, tmp_path / "copy")


def refusal(load, where) -> str:
    with pytest.raises(ModelError) as caught:
        load(where)
    message = str(caught.value)
    assert "\n" not in message
    assert str(where) in message
    assert caught.value.exit_status == 2
    return message


def test_a_policy_comes_back_from_disk(base, base_folder):
    loaded = LanguageModel.load(base_folder, base.response_tokens)
    one, other = base.sample(PROMPTS, 4, SEED), loaded.sample(PROMPTS, 4, SEED)
    assert one.texts == other.texts
    assert torch.equal(one.logp, other.logp)


def test_saving_and_loading_print_nothing(base, tmp_path, capfd):
    base.save(tmp_path / "policy")
    LanguageModel.load(tmp_path / "policy", 6)
    load_scorer(tmp_path / "policy", SEED)
    assert capfd.readouterr() == ("", "")


def test_weights_are_stored_as_safetensors_only(base_folder):
    found = {path.suffix for path in base_folder.iterdir()}
    assert found == {".json", ".safetensors"}


@pytest.mark.parametrize("load", [load_causal_lm, load_scorer, load_tokenizer])
def test_an_empty_folder_is_no_model(load, tmp_path):
    refusal(load, tmp_path)


@pytest.mark.parametrize("load", [load_causal_lm, load_scorer, load_tokenizer])
@pytest.mark.parametrize("where", ["/no/such/folder", "./missing", "a/b/c"])
def test_a_missing_folder_is_not_looked_for_on_the_hub(load, where):
    assert "no such folder" in refusal(load, where)


@pytest.mark.parametrize("load", [load_causal_lm, load_scorer])
def test_pickled_weights_are_refused(load, copied, monkeypatch):
    """Loading a pickle can run anybody's code."""
    (copied / "model.safetensors").unlink()
    torch.save(tiny_model().state_dict(), copied / "pytorch_model.bin")
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("unpickled"))
    assert "model.safetensors" in refusal(load, copied)


@pytest.mark.parametrize("load", [load_causal_lm, load_scorer])
@pytest.mark.parametrize("content", [b"", b"garbage that is long enough to hold a header"])
def test_garbled_weights_are_refused(load, copied, content):
    (copied / "model.safetensors").write_bytes(content)
    refusal(load, copied)


def test_garbled_settings_are_refused(copied):
    (copied / "config.json").write_text("{not json")
    refusal(load_causal_lm, copied)


def test_weights_of_another_size_are_refused(copied):
    config = json.loads((copied / "config.json").read_text())
    (copied / "config.json").write_text(json.dumps(config | {"hidden_size": 32}))
    refusal(load_causal_lm, copied)


def test_a_policy_is_no_reward_model_until_it_is_given_a_head(base_folder):
    assert "it has no score.weight" in refusal(load_scorer, base_folder)
    one, same, other = (load_scorer(base_folder, s) for s in (SEED, SEED, SEED.child("other")))
    assert torch.equal(one.score.weight, same.score.weight)
    assert not torch.equal(one.score.weight, other.score.weight)


def test_a_reward_model_is_no_policy(base_folder, tmp_path):
    scorer = load_scorer(base_folder, SEED)
    scorer.config.tie_word_embeddings = False
    scorer.save_pretrained(tmp_path)
    assert "not a causal language model" in refusal(load_causal_lm, tmp_path)


@pytest.mark.parametrize("kind", ARCHITECTURES)
@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_architectures_that_share_prompts_are_welcome(kind, attention, tmp_path):
    model = tiny_model(kind, attn_implementation=attention)
    check_branches(model, "memory")
    model.save_pretrained(tmp_path)
    check_branches(load_scorer(tmp_path, SEED), "memory")


def test_a_tokenizer_that_transformers_misreads_is_refused(tmp_path):
    """It builds Qwen2's own class for any Qwen2 folder, and would then encode all to nothing."""
    tiny_model("qwen2").save_pretrained(tmp_path)
    TOKENIZER.save_pretrained(tmp_path)
    assert "encodes its own words to nothing" in refusal(load_tokenizer, tmp_path)


def test_architectures_that_compute_something_else_are_refused():
    size = {"vocab_size": len(TOKENIZER), "hidden_size": 16}
    bloom = BloomForCausalLM(BloomConfig(**size, n_layer=2, n_head=2)).eval()
    with pytest.raises(ModelError, match="BloomForCausalLM cannot share a prompt"):
        check_branches(bloom, "memory")
    capped = Gemma2Config(
        **size,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=8,
        final_logit_softcapping=0.5,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
    )
    gemma = Gemma2ForCausalLM(capped).eval()
    torch.nn.init.normal_(gemma.get_output_embeddings().weight, generator=SEED.torch())
    with pytest.raises(ModelError, match="computes something else when a prompt is shared"):
        check_branches(gemma, "memory")
