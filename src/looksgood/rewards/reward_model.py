"""A reward model: a scalar head on a language model, read at the response's last token."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from looksgood.core.errors import NotFinite
from looksgood.core.records import Comparisons, Samples
from looksgood.core.seeds import Seed
from looksgood.models.comparison_tokens import ComparisonTokens
from looksgood.models.load import check_vocabulary, load_scorer, load_tokenizer, quiet
from looksgood.ops.within_prompt_sd import within_prompt_sd
from looksgood.rewards.last_token import comparison_margins, last_token_scores

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

    @property
    def parameters(self) -> int:
        """How many weights it has."""
        return sum(weight.numel() for weight in self.model.parameters())

    def save(self, folder: Path) -> None:
        """Write a folder that `AutoModelForSequenceClassification.from_pretrained` reads."""
        with quiet():
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
        margins = torch.zeros(len(comparisons))
        if not len(comparisons):
            return margins
        tokens = ComparisonTokens.of(comparisons, self.tokenizer, self.response_tokens)
        for prompts in torch.arange(tokens.prompts).split(ROWS_AT_ONCE // 8):
            pairs, found = comparison_margins(self.model, tokens, prompts)
            margins[pairs] = found
        return margins
