"""Text to token tensors and back: prompts padded on the left, responses on the right."""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Bool, Int
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedTokenizerBase

from looksgood.core.errors import ModelError
from looksgood.core.records import Document


def encode_prompts(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], longest: int = 512
) -> tuple[Int[Tensor, "prompts tokens"], Bool[Tensor, "prompts tokens"]]:
    """Encode prompts with the tokenizer's own special tokens; keep the last `longest` tokens.

    A prompt without any token is one end of text: something must come before a response.
    """
    rows = [tokenizer(text).input_ids[-longest:] or [end_of(tokenizer)] for text in texts]
    width = max(len(row) for row in rows)
    ids = torch.full((len(rows), width), pad_of(tokenizer))
    mask = torch.zeros(len(rows), width, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, width - len(row) :] = torch.tensor(row)
        mask[i, width - len(row) :] = True
    return ids, mask


def encode_responses(
    tokenizer: PreTrainedTokenizerBase, texts: Sequence[str], longest: int
) -> tuple[Int[Tensor, "responses tokens"], Bool[Tensor, "responses tokens"]]:
    """Encode responses, end of text included unless cut at `longest` tokens."""
    rows = [
        [*tokenizer(text, add_special_tokens=False).input_ids, end_of(tokenizer)][:longest]
        for text in texts
    ]
    width = max(len(row) for row in rows)
    ids = torch.full((len(rows), width), pad_of(tokenizer))
    mask = torch.zeros(len(rows), width, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = True
    return ids, mask


def encode_documents(
    tokenizer: PreTrainedTokenizerBase, documents: Sequence[Document], longest: int
) -> tuple[Int[Tensor, "documents tokens"], Bool[Tensor, "documents tokens"]]:
    """Encode responses of at most `longest` tokens, each with its reply behind its end of text.

    A response that was cut has no end, so nothing follows it.
    """
    ids, mask = encode_responses(tokenizer, [d.response for d in documents], longest)
    if not any(document.reply for document in documents):
        return ids, mask
    replies, replied = encode_responses(tokenizer, [d.reply for d in documents], longest)
    end = end_of(tokenizer)
    rows = [
        torch.cat([said, back]) if document.reply and said[-1] == end else said
        for document, said, back in zip(
            documents,
            (row[real] for row, real in zip(ids, mask, strict=True)),
            (row[real] for row, real in zip(replies, replied, strict=True)),
            strict=True,
        )
    ]
    padded = pad_sequence(rows, batch_first=True, padding_value=pad_of(tokenizer))
    lengths = torch.tensor([len(row) for row in rows])
    return padded, torch.arange(padded.shape[1]) < lengths[:, None]


def decode_responses(
    tokenizer: PreTrainedTokenizerBase, ids: Int[Tensor, "responses tokens"]
) -> tuple[str, ...]:
    """Decode responses without special tokens."""
    texts = tokenizer.batch_decode(ids, skip_special_tokens=True)
    return tuple(text.strip() for text in texts)


def end_of(tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the end-of-text token.

    Raises:
        ModelError: the tokenizer has none, so no response could ever end.
    """
    if tokenizer.eos_token_id is None:
        raise ModelError(f"tokenizer {tokenizer.name_or_path!r} has no eos token: set one and save")
    end: Any = tokenizer.eos_token_id
    return int(end)


def pad_of(tokenizer: PreTrainedTokenizerBase) -> int:
    """Return the padding token, or the end of text where the tokenizer has none (masked anyway)."""
    pad: Any = tokenizer.pad_token_id
    return end_of(tokenizer) if pad is None else int(pad)
