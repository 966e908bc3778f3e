"""A reward model: a scalar head on a language model, read at the response's last token."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from looksgood.core.errors import NotFinite
from looksgood.core.records import Comparisons, Samples
from looksgood.core.seeds import Seed
from looksgood.models.branch import branch_hidden
from looksgood.models.load import check_vocabulary, load_scorer, load_tokenizer
from looksgood.models.text import encode_prompts, encode_responses
from looksgood.ops.within_prompt_sd import within_prompt_sd

ROWS_AT_ONCE = 256
SCALE_FILE = "standardised.json"


@dataclass(frozen=True)
class RewardModel:
    """r̂: `AutoModelForSequenceClassification(num_labels=1)`, standardised on base samples.

    Raw scores are logits of the Bradley-Terry model; `score` returns (raw − shift) / scale.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    response_tokens: int
    shift: float = 0.0
    scale: float = 1.0

    @classmethod
    def load(
        cls, where: str | Path, response_tokens: int, new_head: Seed | None = None
    ) -> "RewardModel":
        """Load a reward model, or put a new head (drawn from `new_head`) on a causal LM.

        Raises:
            ModelError: it is no such model, or its tokenizer does not fit.
        """
        tokenizer = load_tokenizer(where)
        model = load_scorer(where, new_head)
        check_vocabulary(model, tokenizer, where)
        made = cls(model.eval(), tokenizer, response_tokens)
        standard = Path(where) / SCALE_FILE
        if standard.is_file():
            made = replace(made, **json.loads(standard.read_text()))
        return made

    def save(self, folder: Path) -> None:
        """Write a folder that `AutoModelForSequenceClassification.from_pretrained` reads."""
        self.model.save_pretrained(folder, safe_serialization=True)
        self.tokenizer.save_pretrained(folder)
        standard = {"shift": self.shift, "scale": self.scale}
        (folder / SCALE_FILE).write_text(json.dumps(standard))

    def standardised_on(self, samples: Samples) -> "RewardModel":
        """Return r̂ with mean 0 and within-prompt sd 1 on `samples` (drawn from the base).

        Raises:
            NotFinite: a score is NaN or infinite, or all are equal.
        """
        raw = self.raw(samples).double()
        scale = float(within_prompt_sd(raw.reshape(-1, samples.k)))
        if not scale > 0:
            raise NotFinite(f"r̂ scores the base's responses with sd {scale}: nothing to optimise")
        return replace(self, shift=float(raw.mean()), scale=scale)

    @torch.no_grad()
    def raw(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Return logits, without gradient."""
        prompts = max(1, ROWS_AT_ONCE // samples.k)
        return torch.cat(
            [
                last_token_scores(self.model, s.prompt_ids, s.prompt_mask, s.ids, s.mask)
                for s in samples.split(prompts)
            ]
        )

    def score(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Return standardised scores."""
        return (self.raw(samples) - self.shift) / self.scale

    @torch.no_grad()
    def margins(self, comparisons: Comparisons) -> Float[Tensor, " pairs"]:
        """Return raw r̂(first) − r̂(second) for each pair, in logits."""
        if not len(comparisons):
            return torch.zeros(0)
        pairs = PairTokens.of(comparisons, self.tokenizer, self.response_tokens)
        rows = torch.arange(len(comparisons)).split(ROWS_AT_ONCE // 2)
        return torch.cat([pairs.margins(self.model, some) for some in rows])


@dataclass(frozen=True)
class PairTokens:
    """Comparisons as tokens: the two responses of pair i are rows 2i and 2i + 1."""

    prompt_ids: Int[Tensor, "pairs prompt_tokens"]
    prompt_mask: Bool[Tensor, "pairs prompt_tokens"]
    ids: Int[Tensor, "responses tokens"]
    mask: Bool[Tensor, "responses tokens"]

    @classmethod
    def of(
        cls, comparisons: Comparisons, tokenizer: PreTrainedTokenizerBase, response_tokens: int
    ) -> "PairTokens":
        """Encode pairs."""
        pairs = comparisons.pairs
        both = [text for pair in zip(pairs.first, pairs.second, strict=True) for text in pair]
        return cls(
            *encode_prompts(tokenizer, [p.text for p in pairs.prompts]),
            *encode_responses(tokenizer, both, response_tokens),
        )

    @property
    def lengths(self) -> Int[Tensor, " pairs"]:
        """Tokens of each pair's prompt and longer response."""
        return self.prompt_mask.sum(1) + self.mask.sum(1).reshape(-1, 2).amax(1)

    def margins(self, model: PreTrainedModel, rows: Tensor) -> Float[Tensor, " rows"]:
        """Return the raw margins of the chosen pairs, with gradient where it is on."""
        both = torch.stack([2 * rows, 2 * rows + 1], 1).flatten()
        prompt_mask, mask = self.prompt_mask[rows], self.mask[both]
        widest, longest = int(prompt_mask.sum(1).max()), int(mask.sum(1).max())
        scores = last_token_scores(
            model,
            self.prompt_ids[rows, -widest:],
            prompt_mask[:, -widest:],
            self.ids[both, :longest],
            mask[:, :longest],
        )
        return scores[0::2] - scores[1::2]


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
    return model.score(at[torch.arange(len(ids)), last])[:, 0]  # pyright: ignore
