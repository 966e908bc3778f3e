"""What a language model expects to read after a response: the odds of one word against another."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import ModelError
from looksgood.core.records import Prompt
from looksgood.models.branch import branch_hidden
from looksgood.models.language_model import LanguageModel
from looksgood.models.text import encode_prompts, encode_responses

ROWS_AT_ONCE = 512


@torch.no_grad()
def next_word_log_odds(
    policy: LanguageModel,
    prompts: Sequence[Prompt],
    responses: Sequence[str],
    word: str,
    other: str,
) -> Float[Tensor, " responses"]:
    """Return log P(word) − log P(other) for what follows each response's end, in nats.

    Words are compared by their first tokens. Nothing is trained: this is what the model has read.

    Raises:
        ModelError: the tokenizer cannot tell the two words apart.
    """
    first, second = (_first_token(policy, text) for text in (word, other))
    if first == second:
        raise ModelError(f"{word!r} and {other!r} begin with the same token: no odds between them")
    odds = []
    for start in range(0, len(prompts), ROWS_AT_ONCE):
        some = slice(start, start + ROWS_AT_ONCE)
        prompt_ids, prompt_mask = encode_prompts(policy.tokenizer, [p.text for p in prompts[some]])
        ids, mask = encode_responses(policy.tokenizer, responses[some], policy.response_tokens)
        _, at = branch_hidden(policy.model.base_model, prompt_ids, prompt_mask, ids)
        logits = policy.logits(at[torch.arange(len(ids)), mask.sum(1) - 1])
        odds.append(logits[:, first] - logits[:, second])
    return torch.cat(odds) if odds else torch.zeros(0)


def _first_token(policy: LanguageModel, text: str) -> int:
    return policy.tokenizer(text, add_special_tokens=False).input_ids[0]
