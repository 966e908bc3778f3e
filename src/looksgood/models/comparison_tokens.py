"""Comparisons as tokens: each response once, however many pairs it is in."""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from looksgood.core.records import Comparisons, Prompt, Samples
from looksgood.models.text import encode_prompts, encode_responses


@dataclass(frozen=True, slots=True)
class ComparisonBatch:
    """Some prompts with all their responses, and the pairs among these."""

    pairs: Int[Tensor, " pairs"]
    """The numbers of the pairs among all comparisons."""
    responses: Samples
    """Whoever drew them is forgotten: `logp` is 0."""
    first: Int[Tensor, " pairs"]
    """Each pair's row among the responses; `second` likewise."""
    second: Int[Tensor, " pairs"]


@dataclass(frozen=True)
class ComparisonTokens:
    """The distinct prompts of some comparisons, the distinct responses to each, and the pairs.

    A batch is a set of prompts with all their pairs: K responses cost K passes for up to K(K−1)/2
    comparisons (Ouyang et al. 2022, arXiv:2203.02155 §3.5).
    """

    asked: tuple[Prompt, ...]
    texts: tuple[str, ...]
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
        asked = {prompt.text: prompt for prompt in reversed(pairs.prompts)}
        for prompt, first, second in zip(pairs.prompts, pairs.first, pairs.second, strict=True):
            known = by_prompt.setdefault(prompt.text, {})
            for text in (first, second):
                known.setdefault(text, len(known))
        number = {text: i for i, text in enumerate(by_prompt)}
        texts = [text for known in by_prompt.values() for text in known]
        count = torch.tensor([len(known) for known in by_prompt.values()])
        where = [p.text for p in pairs.prompts]
        return cls(
            tuple(asked[text] for text in by_prompt),
            tuple(texts),
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

    def batch(self, prompts: Int[Tensor, " chosen"]) -> ComparisonBatch:
        """Return the chosen prompts' responses and pairs."""
        k = int(self.count[prompts].max())
        # prompts with fewer responses repeat their last: equal counts let them share one prefill
        rows = self.first_row[prompts, None] + torch.minimum(
            torch.arange(k), self.count[prompts, None] - 1
        )
        at = rows.flatten()
        prompt_mask, mask = self.prompt_mask[prompts], self.mask[at]
        widest, longest = int(prompt_mask.sum(1).max()), int(mask.sum(1).max())
        responses = Samples(
            prompts=tuple(self.asked[p] for p in prompts.tolist()),
            texts=tuple(self.texts[i] for i in at.tolist()),
            prompt_ids=self.prompt_ids[prompts, -widest:],
            prompt_mask=prompt_mask[:, -widest:],
            ids=self.ids[at, :longest],
            mask=mask[:, :longest],
            logp=torch.zeros(len(at), longest),
        )
        place = torch.full((self.prompts,), -1)
        place[prompts] = torch.arange(len(prompts))
        pairs = (place[self.pair_prompt] >= 0).nonzero()[:, 0]
        start = place[self.pair_prompt[pairs]] * k
        return ComparisonBatch(
            pairs, responses, start + self.pair_first[pairs], start + self.pair_second[pairs]
        )


def _places(
    by_prompt: dict[str, dict[str, int]], prompts: list[str], texts: tuple[str, ...]
) -> Int[Tensor, " pairs"]:
    pairs = zip(prompts, texts, strict=True)
    return torch.tensor([by_prompt[prompt][text] for prompt, text in pairs])
