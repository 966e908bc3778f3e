"""A response's score: the scalar head at its last token."""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from transformers import PreTrainedModel

from looksgood.models.branch import branch_hidden
from looksgood.models.comparison_tokens import ComparisonTokens


def last_token_scores(
    model: PreTrainedModel,
    prompt_ids: Int[Tensor, "prompts prompt_tokens"],
    prompt_mask: Bool[Tensor, "prompts prompt_tokens"],
    ids: Int[Tensor, "responses tokens"],
    mask: Bool[Tensor, "responses tokens"],
) -> Float[Tensor, " responses"]:
    """Return the head's output at each response's last token; prompts are run once."""
    _, at = branch_hidden(model.base_model, prompt_ids, prompt_mask, ids)
    last = mask.sum(1) - 1
    return model.score(at[torch.arange(len(ids)), last])[:, 0]  # pyright: ignore[reportCallIssue]


def comparison_margins(
    model: PreTrainedModel, tokens: ComparisonTokens, prompts: Int[Tensor, " chosen"]
) -> tuple[Int[Tensor, " pairs"], Float[Tensor, " pairs"]]:
    """Return the numbers of the chosen prompts' pairs, and their raw margins in logits."""
    batch = tokens.batch(prompts)
    said = batch.responses
    scores = last_token_scores(model, said.prompt_ids, said.prompt_mask, said.ids, said.mask)
    return batch.pairs, scores[batch.first] - scores[batch.second]
