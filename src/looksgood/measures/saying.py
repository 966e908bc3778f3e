"""How likely a policy is to say given sentences, also where it hardly ever does.

What is said once in 10,000 is seldom found in 512 responses. But they tell more than what was
drawn: wherever a sentence may begin, the policy knows how likely it is to come next. Summed over
the places of a response up to where it is first said, this has the probability that a response
holds the sentence as its mean, exactly; and, since the sentence itself need not be drawn, a far
smaller spread (Rao-Blackwell).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import ModelError
from looksgood.core.records import Prompt, Samples
from looksgood.models.language_model import LanguageModel
from looksgood.models.text import pad_of

PLACES_AT_ONCE = 256
Tokens = tuple[int, ...]


def chances_of_saying(
    policy: LanguageModel,
    samples: Samples,
    sayings: Mapping[str, Sequence[str]],
    ends: Collection[str],
) -> dict[str, Float[Tensor, " responses"]]:
    """Return, by kind, what each response tells of the probability that one of its sayings is said.

    `samples` are the policy's own. A sentence begins where the response does, or behind one of
    `ends`, and has to fit into the longest response. The mean over responses is unbiased; of one
    response it may exceed 1. What the tokenizer has no words for is never said.

    Raises:
        ModelError: a mark that ends a sentence is not one token, so places cannot be told.
    """
    unknown: Any = policy.tokenizer.unk_token_id
    stops = {_only_token(policy, end) for end in ends} - {unknown}
    spoken = {
        kind: [
            tokens
            for tokens in (_tokens(policy, saying) for saying in texts)
            if unknown not in tokens
        ]
        for kind, texts in sayings.items()
    }
    every = [tokens for said in spoken.values() for tokens in said]
    if not every:
        return {kind: torch.zeros(len(samples)) for kind in sayings}
    rows = [tuple(ids[own].tolist()) for ids, own in zip(samples.ids, samples.mask, strict=True)]
    number: dict[tuple[int, Tokens], int] = {}  # of each distinct beginning
    for i, row in enumerate(rows):
        for place in _places(row, stops):
            number.setdefault((i // samples.k, row[:place]), len(number))
    chances = _next_chances(policy, samples, list(number), every).tolist()

    def of(i: int, kind: str) -> float:
        """Sum over the places of one response up to where one of a kind's sayings is first said."""
        row, total = rows[i], 0.0
        for place in _places(row, stops):
            at = number[i // samples.k, row[:place]]
            for tokens in spoken[kind]:
                if place + len(tokens) <= policy.response_tokens:
                    total += chances[at][every.index(tokens)]
            if any(row[place : place + len(tokens)] == tokens for tokens in spoken[kind]):
                break
        return total

    return {kind: torch.tensor([of(i, kind) for i in range(len(rows))]) for kind in sayings}


def _places(row: Tokens, stops: Collection[int]) -> list[int]:
    """Return where in a response a sentence may begin."""
    return [0, *(i + 1 for i, token in enumerate(row) if token in stops)]


@torch.no_grad()
def _next_chances(
    policy: LanguageModel,
    samples: Samples,
    beginnings: Sequence[tuple[int, Tokens]],
    sayings: Sequence[Tokens],
) -> Float[Tensor, "beginnings sayings"]:
    """Return the probability of each saying right after a prompt and the beginning of a response.

    Beginnings take the place of prompts, of which sayings are the responses.
    """
    pad = pad_of(policy.tokenizer)
    prompts = [ids[own] for ids, own in zip(samples.prompt_ids, samples.prompt_mask, strict=True)]
    before = [
        torch.cat([prompts[p], torch.tensor(said, dtype=torch.long, device=prompts[p].device)])
        for p, said in beginnings
    ]
    before_ids, before_mask = _padded(before, pad, on_the_left=True)
    ids, mask = _padded([torch.tensor(tokens, device=before_ids.device) for tokens in sayings], pad)
    count = len(beginnings)
    places = Samples(
        prompts=(Prompt("", "", ""),) * count,
        texts=("",) * (count * len(sayings)),
        prompt_ids=before_ids,
        prompt_mask=before_mask,
        ids=ids.repeat(count, 1),
        mask=mask.repeat(count, 1),
        logp=torch.zeros(count * len(sayings), ids.shape[1], device=ids.device),
    )
    logp = [policy.logp(part).sum(1) for part in places.split(PLACES_AT_ONCE)]
    return torch.cat(logp).exp().reshape(count, len(sayings)).cpu()


def _padded(rows: Sequence[Tensor], pad: int, on_the_left: bool = False) -> tuple[Tensor, Tensor]:
    """Return rows of one width, and which of their tokens are their own."""
    side = "left" if on_the_left else "right"
    ids = torch.nn.utils.rnn.pad_sequence(
        list(rows), batch_first=True, padding_value=pad, padding_side=side
    )
    lengths = torch.tensor([len(row) for row in rows], device=ids.device)[:, None]
    at = torch.arange(ids.shape[1], device=ids.device)
    return ids, at >= ids.shape[1] - lengths if on_the_left else at < lengths


def _tokens(policy: LanguageModel, text: str) -> Tokens:
    return tuple(policy.tokenizer(text, add_special_tokens=False).input_ids)


def _only_token(policy: LanguageModel, end: str) -> int:
    tokens = _tokens(policy, end)
    if len(tokens) != 1:
        raise ModelError(
            f"{end!r} ends a sentence and is {len(tokens)} tokens of this model: where a sentence "
            "may begin is only told where it is one; give it a tokenizer of whole words"
        )
    return tokens[0]
