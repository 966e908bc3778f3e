"""Load Hugging Face models and tokenizers from a folder or a hub name, or say why not."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors import SafetensorError
from torch import nn
from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from looksgood.core.errors import ModelError
from looksgood.models.check import check_branches, first_line

if TYPE_CHECKING:
    from looksgood.core.seeds import Seed

_REFUSED = (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError)
"""What transformers raises at a folder that is not what was asked for."""


@contextmanager
def quiet() -> Iterator[None]:
    """Keep bars and notes about new heads off the terminal; errors still raise."""
    from transformers.utils import logging as hf_logging

    level = hf_logging.get_verbosity()
    hf_logging.set_verbosity_error()
    hf_logging.disable_progress_bar()
    try:
        yield
    finally:
        hf_logging.set_verbosity(level)
        hf_logging.enable_progress_bar()


def load_tokenizer(where: str | Path) -> PreTrainedTokenizerBase:
    """Load a tokenizer.

    Raises:
        ModelError: `where` holds none, it cannot encode, or the hub cannot be reached.
    """
    _check_folder(where)
    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(str(where))
    except _REFUSED as error:
        raise ModelError(f"{where}: no tokenizer there ({first_line(error)})") from error
    if not _reads_its_own_words(tokenizer):
        raise ModelError(
            f"{where}: read as {type(tokenizer).__name__}, the tokenizer encodes its own words to "
            "nothing; transformers chose that class by the model's type, not by what was saved"
        )
    return tokenizer


def load_causal_lm(where: str | Path) -> PreTrainedModel:
    """Load a causal language model in float32 from safetensors.

    Raises:
        ModelError: `where` is not such a model, the hub cannot be reached, or its architecture
            cannot share a prompt among responses.
    """
    _check_folder(where)
    try:
        with quiet():
            loaded: Any = AutoModelForCausalLM.from_pretrained(
                str(where), use_safetensors=True, output_loading_info=True
            )
    except _REFUSED as error:
        raise ModelError(f"{where}: not a causal language model ({first_line(error)})") from error
    model, about = loaded
    if about["missing_keys"]:
        missing = sorted(about["missing_keys"])[0]
        raise ModelError(f"{where}: not a causal language model (it has no {missing})")
    model = model.float().eval()
    check_branches(model, where)
    return model


def load_scorer(where: str | Path, seed: "Seed | None" = None) -> PreTrainedModel:
    """Load a sequence-classification model with one label: a reward model.

    From a causal LM's folder the backbone is taken over and the head is new, drawn from `seed`.

    Raises:
        ModelError: `where` is not a model, has no linear head named `score` (or none yet, and no
            `seed` to draw one from), or cannot share a prompt among responses.
    """
    _check_folder(where)
    try:
        with quiet():
            loaded: Any = AutoModelForSequenceClassification.from_pretrained(
                str(where), num_labels=1, use_safetensors=True, output_loading_info=True
            )
    except _REFUSED as error:
        raise ModelError(f"{where}: not a model to score with ({first_line(error)})") from error
    model, about = loaded
    head = getattr(model, "score", None)
    if head is None:
        raise ModelError(f"{where}: {type(model).__name__} has no linear head named 'score'")
    missing = {name for name in about["missing_keys"] if seed is None or name != "score.weight"}
    if missing:
        raise ModelError(f"{where}: not a model to score with (it has no {sorted(missing)[0]})")
    if seed is not None:
        width = head.weight.shape[1]
        head.weight.data.normal_(0, width**-0.5, generator=seed.torch())
    model = model.float().eval()
    check_branches(model, where)
    return model


def check_vocabulary(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, where: object
) -> None:
    """Refuse a tokenizer that can produce tokens the model has no embedding for.

    Raises:
        ModelError: says both sizes.
    """
    embedding: Any = model.get_input_embeddings()
    rows = embedding.weight.shape[0]
    if len(tokenizer) > rows:
        raise ModelError(
            f"{where}: the tokenizer has {len(tokenizer)} tokens but the model embeds {rows}; "
            "they do not belong together"
        )


def output_head(model: PreTrainedModel) -> nn.Module:
    """Return what turns hidden states into logits.

    Raises:
        ModelError: the model has no such head: it writes nothing.
    """
    head = model.get_output_embeddings()
    if head is None:
        raise ModelError(f"{type(model).__name__} has no output embeddings: it writes no text")
    return head


def quieten_transformers() -> None:
    """Silence advice that does not concern our own forward loop; errors still raise."""
    logging.getLogger("transformers").setLevel(logging.ERROR)


def _reads_its_own_words(tokenizer: PreTrainedTokenizerBase) -> bool:
    some = [[i] for i in range(0, len(tokenizer), max(1, len(tokenizer) // 16))]
    words = tokenizer.batch_decode(some, skip_special_tokens=True)
    return any(tokenizer(word, add_special_tokens=False).input_ids for word in words)


def _check_folder(where: str | Path) -> None:
    """Tell a folder that is missing from a name on the hub."""
    text = str(where)
    if not Path(where).exists() and (text.count("/") != 1 or text[0] in "/.~") and "/" in text:
        raise ModelError(f"{where}: no such folder")
