"""What the real `trl` writes, trained for four steps with a model of a few thousand weights."""

import json

import pytest

from looksgood.audits.formats.trl import Trl
from looksgood.audits.measured.kl_meaning import stated_meaning
from looksgood.audits.notes import Notes

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def length(completions, **_):
    return [float(len(text)) for text in completions]


def gold(completions, log_extra, **_):
    log_extra("first", [text[:1] for text in completions])
    return [float("a" in text) if text else None for text in completions]


@pytest.fixture(scope="module")
def output_dir(tmp_path_factory):
    """Train with GRPO: two steps on each draw of four responses, each step logged."""
    trl = pytest.importorskip("trl")
    datasets = pytest.importorskip("datasets")
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {word: i for i, word in enumerate(["<pad>", "<eos>", "<unk>", *"abcdefgh"])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    config = transformers.LlamaConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        pad_token_id=0,
        eos_token_id=1,
    )
    folder, base = tmp_path_factory.mktemp("grpo"), tmp_path_factory.mktemp("base")
    transformers.LlamaForCausalLM(config).save_pretrained(base)  # the reference is loaded again
    trainer = trl.GRPOTrainer(
        model=str(base),
        reward_funcs=[length, gold],
        args=trl.GRPOConfig(
            output_dir=str(folder),
            reward_weights=[1.0, 0.0],
            beta=0.1,
            learning_rate=0.1,
            max_steps=4,
            num_iterations=2,
            per_device_train_batch_size=4,
            num_generations=2,
            max_completion_length=6,
            logging_steps=1,
            log_completions=True,
            num_completions_to_print=0,
            report_to=[],
            save_strategy="no",
            use_cpu=True,
            bf16=False,
            gradient_checkpointing=False,
        ),
        train_dataset=datasets.Dataset.from_dict({"prompt": ["a b", "c d", "e f", "g h"] * 2}),
        processing_class=transformers.PreTrainedTokenizerFast(
            tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
        ),
    )
    trainer.train()
    trainer.save_state()
    return folder


def test_each_draw_is_read_once_with_its_scores(output_dir):
    notes = Notes()
    tables = list(Trl().batches(output_dir, notes))
    rows = [row for table in tables for row in table.to_pylist()]
    assert [row["step"] for row in rows] == [1] * 4 + [3] * 4
    assert {row["run"] for row in rows} == {output_dir.name}
    for row in rows:
        text = row["completion"]
        assert row["proxy"] == len(text)
        assert row["gold"] == (float("a" in text) if text else None)
        assert row["first"] == text[:1]
        assert row["prompt"] in {"a b", "c d", "e f", "g h"}
        assert abs(row["advantage"]) < 1
    assert notes.lines == [
        "2 of 4 files repeat the responses of the file before (TRL logged again before it drew "
        "new ones): counted once."
    ]


def test_its_kl_is_read_for_the_step_of_each_draw_as_a_token_mean(output_dir):
    notes = Notes()
    rows = [row for table in Trl().batches(output_dir, notes) for row in table.to_pylist()]
    history = json.loads((output_dir / "trainer_state.json").read_text())["log_history"]
    logged = {entry["step"]: entry["kl"] for entry in history if "kl" in entry}
    assert set(logged) == {1, 2, 3, 4}
    assert logged[3] > 0
    assert {row["step"]: row["kl"] for row in rows} == {1: logged[1], 3: logged[3]}
    assert stated_meaning(notes.kl_means).comparable is False
