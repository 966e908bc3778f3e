"""From settings to a base policy: tokenizer, pretraining, fine-tuning."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from transformers import PreTrainedTokenizerFast

from looksgood.core.errors import DataError
from looksgood.core.records import Document
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
from looksgood.policies.pretrain import Tick, small_llama, train_on_documents
from looksgood.policies.spec import FineTuneSpec, PretrainedSpec, SmallSpec
from looksgood.policies.tokenizer import MOST_WORDS, bpe_tokenizer, word_tokenizer

if TYPE_CHECKING:
    from looksgood.core.protocols import World

LONGEST_PROMPT = 512


def build_small(
    spec: SmallSpec, world: "World", seed: Seed, tick: Tick | None = None
) -> LanguageModel:
    """Train a small Llama on the world's corpus (or leave it untrained: `from_scratch`)."""
    documents = world.corpus(seed.child("corpus"))
    texts = [" ".join(filter(None, (d.prompt, d.response, d.reply))) for d in documents]
    tokenizer = _tokenizer(spec, texts)
    model = small_llama(
        tokenizer,
        width=spec.width,
        layers=spec.layers,
        heads=spec.heads,
        positions=LONGEST_PROMPT + world.response_tokens,
        seed=seed.child("weights"),
    )
    policy = LanguageModel(model, tokenizer, world.response_tokens)
    if not spec.from_scratch:
        train_on_documents(
            policy,
            documents,
            epochs=spec.epochs,
            batch=spec.batch,
            learning_rate=spec.learning_rate,
            on_prompts=True,
            seed=seed.child("pretrain"),
            tick=tick,
        )
    _fine_tune(policy, spec.demonstrations, seed, tick)
    return policy


def build_pretrained(
    spec: PretrainedSpec, world: "World", seed: Seed, tick: Tick | None = None
) -> LanguageModel:
    """Load a causal LM and fine-tune it on demonstrations where there are any."""
    policy = LanguageModel.load(spec.path, spec.response_tokens or world.response_tokens)
    _fine_tune(policy, spec.demonstrations, seed, tick)
    return policy


def _tokenizer(spec: SmallSpec, texts: list[str]) -> PreTrainedTokenizerFast:
    words = len({word for text in texts for word in text.split()})
    if spec.tokenizer == "word" or (spec.tokenizer == "auto" and words <= MOST_WORDS):
        return word_tokenizer(texts)
    return bpe_tokenizer(texts, spec.vocabulary)


def read_demonstrations(path: str) -> list[Document]:
    """Read JSONL with `prompt` and `completion`.

    Raises:
        DataError: the file is missing, or a line lacks one of the two (names the line).
    """
    source = Path(path)
    if not source.is_file():
        raise DataError(f"{path}: no such file of demonstrations")
    documents = []
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            documents.append(Document(str(row["prompt"]), str(row["completion"])))
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{path}, line {number}: expected JSON with 'prompt' and 'completion' ({error})"
            ) from error
    if not documents:
        raise DataError(f"{path}: holds no demonstrations")
    return documents


def _fine_tune(policy: LanguageModel, spec: FineTuneSpec, seed: Seed, tick: Tick | None) -> None:
    if not spec.path:
        return
    train_on_documents(
        policy,
        read_demonstrations(spec.path),
        epochs=spec.epochs,
        batch=spec.batch,
        learning_rate=spec.learning_rate,
        on_prompts=False,
        seed=seed.child("fine-tune"),
        tick=tick,
    )
