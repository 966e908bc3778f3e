"""Comparisons as tokens: each response once, however many pairs it is in."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from looksgood.core.records import Comparisons
from looksgood.models.text import encode_prompts, encode_responses
from looksgood.rewards.last_token import last_token_scores


@dataclass(frozen=True)
class ComparisonTokens:
    """The distinct prompts of some comparisons, the distinct responses to each, and the pairs.

    A batch is a set of prompts with all their pairs: K responses cost K passes for up to K(K−1)/2
    comparisons (Ouyang et al. 2022, arXiv:2203.02155 §3.5).
    """

    prompt_ids: Int[Tensor, "prompts prompt_tokens"]
    prompt_mask: Bool[Tensor, "prompts prompt_tokens"]
    ids: Int[Tensor, "responses tokens"]
    mask: Bool[Tensor, "responses tokens"]
    first_row: Int[Tensor, " prompts"]
    """Where the responses to each prompt begin; they lie next to each other."""
    count: Int[Tensor, " prompts"]
    pair_prompt: Int[Tensor, " pairs"]
    pair_first: Int[Tensor, " pairs"]
    """Which of its prompt's responses was shown first; `pair_second` likewise."""
    pair_second: Int[Tensor, " pairs"]

    @classmethod
    def of(
        cls, comparisons: Comparisons, tokenizer: PreTrainedTokenizerBase, response_tokens: int
    ) -> "ComparisonTokens":
        """Encode comparisons."""
        pairs = comparisons.pairs
        by_prompt: dict[str, dict[str, int]] = {}
        for prompt, first, second in zip(pairs.prompts, pairs.first, pairs.second, strict=True):
            known = by_prompt.setdefault(prompt.text, {})
            for text in (first, second):
                known.setdefault(text, len(known))
        number = {text: i for i, text in enumerate(by_prompt)}
        texts = [text for known in by_prompt.values() for text in known]
        count = torch.tensor([len(known) for known in by_prompt.values()])
        where = [p.text for p in pairs.prompts]
        return cls(
            *encode_prompts(tokenizer, list(by_prompt)),
            *encode_responses(tokenizer, texts, response_tokens),
            first_row=count.cumsum(0) - count,
            count=count,
            pair_prompt=torch.tensor([number[text] for text in where]),
            pair_first=_places(by_prompt, where, pairs.first),
            pair_second=_places(by_prompt, where, pairs.second),
        )

    @property
    def prompts(self) -> int:
        """Count the distinct prompts."""
        return len(self.prompt_ids)

    def margins(
        self, model: PreTrainedModel, prompts: Int[Tensor, " chosen"]
    ) -> tuple[Int[Tensor, " pairs"], Float[Tensor, " pairs"]]:
        """Return the numbers of the chosen prompts' pairs, and their raw margins in logits."""
        k = int(self.count[prompts].max())
        # prompts with fewer responses repeat their last: equal counts let them share one prefill
        rows = self.first_row[prompts, None] + torch.minimum(
            torch.arange(k), self.count[prompts, None] - 1
        )
        prompt_mask, mask = self.prompt_mask[prompts], self.mask[rows.flatten()]
        widest, longest = int(prompt_mask.sum(1).max()), int(mask.sum(1).max())
        scores = last_token_scores(
            model,
            self.prompt_ids[prompts, -widest:],
            prompt_mask[:, -widest:],
            self.ids[rows.flatten(), :longest],
            mask[:, :longest],
        ).reshape(len(prompts), k)
        place = torch.full((self.prompts,), -1)
        place[prompts] = torch.arange(len(prompts))
        pairs = (place[self.pair_prompt] >= 0).nonzero()[:, 0]
        at = place[self.pair_prompt[pairs]]
        return pairs, scores[at, self.pair_first[pairs]] - scores[at, self.pair_second[pairs]]


def _places(
    by_prompt: dict[str, dict[str, int]], prompts: list[str], texts: tuple[str, ...]
) -> Int[Tensor, " pairs"]:
    pairs = zip(prompts, texts, strict=True)
    return torch.tensor([by_prompt[prompt][text] for prompt, text in pairs])
