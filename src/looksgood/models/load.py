"""Load Hugging Face models and tokenizers from a folder or a hub name, or say why not."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from transformers import (
    AutoModelForCausalLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from looksgood.core.errors import ModelError

if TYPE_CHECKING:
    from looksgood.core.seeds import Seed


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep loading bars and notes about new heads off the terminal; errors still raise."""
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
        ModelError: `where` holds none, or the hub cannot be reached.
    """
    try:
        with _quiet():
            return AutoTokenizer.from_pretrained(str(where))
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise ModelError(f"{where}: no tokenizer there ({_first_line(error)})") from error


def load_causal_lm(where: str | Path) -> PreTrainedModel:
    """Load a causal language model in float32 from safetensors.

    Raises:
        ModelError: `where` is not such a model, or the hub cannot be reached.
    """
    try:
        with _quiet():
            model = AutoModelForCausalLM.from_pretrained(str(where), use_safetensors=True)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise ModelError(f"{where}: not a causal language model ({_first_line(error)})") from error
    return model.float()


def load_scorer(where: str | Path, seed: "Seed | None" = None) -> PreTrainedModel:
    """Load a sequence-classification model with one label: a reward model.

    From a causal LM's folder the backbone is taken over and the head is new, drawn from `seed`.

    Raises:
        ModelError: `where` is not a model, or has no linear head named `score`.
    """
    try:
        with _quiet():
            model = AutoModelForSequenceClassification.from_pretrained(
                str(where), num_labels=1, use_safetensors=True
            )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        raise ModelError(f"{where}: not a model to score with ({_first_line(error)})") from error
    head = getattr(model, "score", None)
    if head is None:
        raise ModelError(f"{where}: {type(model).__name__} has no linear head named 'score'")
    if seed is not None:
        width = head.weight.shape[1]
        head.weight.data.normal_(0, width**-0.5, generator=seed.torch())
    return model.float()


def check_vocabulary(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, where: object
) -> None:
    """Refuse a tokenizer that can produce tokens the model has no embedding for.

    Raises:
        ModelError: says both sizes.
    """
    rows = model.get_input_embeddings().weight.shape[0]
    if len(tokenizer) > rows:
        raise ModelError(
            f"{where}: the tokenizer has {len(tokenizer)} tokens but the model embeds {rows}; "
            "they do not belong together"
        )


def quieten_transformers() -> None:
    """Silence advice that does not concern our own forward loop; errors still raise."""
    logging.getLogger("transformers").setLevel(logging.ERROR)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
