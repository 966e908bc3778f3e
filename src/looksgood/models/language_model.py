"""A causal language model as a Policy: it samples, and says how likely its samples were."""

import copy
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from looksgood.core.records import Prompt, Samples
from looksgood.core.seeds import Seed
from looksgood.models.branch import branch_hidden
from looksgood.models.generate import generate
from looksgood.models.load import (
    check_vocabulary,
    load_causal_lm,
    load_tokenizer,
    output_head,
    quiet,
)
from looksgood.models.text import decode_responses, encode_prompts

PROMPTS_AT_ONCE = 64
RESPONSES_AT_ONCE = 4096
"""Sampling goes in pieces of this many prompts and responses, so that memory stays bounded."""


class LanguageModel:
    """Any Hugging Face causal LM; responses are drawn at temperature 1 from the full softmax.

    So log-probabilities are those of the distribution that was sampled, which KL needs.
    """

    def __init__(
        self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, response_tokens: int
    ) -> None:
        check_vocabulary(model, tokenizer, tokenizer.name_or_path)
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.response_tokens = response_tokens

    @classmethod
    def load(cls, where: str | Path, response_tokens: int) -> "LanguageModel":
        """Load a model and its tokenizer from a folder or hub name.

        Raises:
            ModelError: it is no causal LM, or its tokenizer does not fit.
        """
        return cls(load_causal_lm(where), load_tokenizer(where), response_tokens)

    def save(self, folder: Path) -> None:
        """Write a folder that `from_pretrained` reads: safetensors and tokenizer files."""
        with quiet():
            self.model.save_pretrained(folder, safe_serialization=True)
        self.tokenizer.save_pretrained(folder)

    def copy(self) -> "LanguageModel":
        """Return an independent policy with equal weights."""
        return LanguageModel(copy.deepcopy(self.model), self.tokenizer, self.response_tokens)

    @torch.no_grad()
    def sample(self, prompts: Sequence[Prompt], k: int, seed: Seed) -> Samples:
        """Draw `k` responses to each prompt."""
        generator = seed.torch(str(self.model.device))
        prompt_ids, prompt_mask = encode_prompts(self.tokenizer, [p.text for p in prompts])
        prompt_ids, prompt_mask = self._here(prompt_ids), self._here(prompt_mask)
        at_once = min(PROMPTS_AT_ONCE, max(1, RESPONSES_AT_ONCE // k))
        pieces = [
            generate(
                self.model,
                prompt_ids[start : start + at_once],
                prompt_mask[start : start + at_once],
                k=k,
                tokens=self.response_tokens,
                tokenizer=self.tokenizer,
                generator=generator,
            )
            for start in range(0, len(prompts), at_once)
        ]
        longest = max(piece.ids.shape[1] for piece in pieces)
        ids = torch.cat([_widened(piece.ids, longest, piece.pad) for piece in pieces])
        return Samples(
            prompts=tuple(prompts),
            texts=decode_responses(self.tokenizer, ids),
            prompt_ids=prompt_ids,
            prompt_mask=prompt_mask,
            ids=ids,
            mask=torch.cat([_widened(piece.mask, longest, False) for piece in pieces]),
            logp=torch.cat([_widened(piece.logp, longest, 0.0) for piece in pieces]),
        )

    def hidden(self, samples: Samples) -> Float[Tensor, "responses tokens width"]:
        """Return the hidden state that each response token was (or would be) drawn from."""
        before, at = branch_hidden(
            self.model.base_model, samples.prompt_ids, samples.prompt_mask, samples.ids[:, :-1]
        )
        return torch.cat([before[:, None], at], dim=1)

    def logits(
        self, hidden: Float[Tensor, "*positions width"]
    ) -> Float[Tensor, "*positions vocabulary"]:
        """Return the next-token logits at hidden states."""
        return output_head(self.model)(hidden)

    def logp(
        self, samples: Samples, hidden: Float[Tensor, "responses tokens width"] | None = None
    ) -> Float[Tensor, "responses tokens"]:
        """Return the log-probability of each response token under this policy, in nats."""
        hidden = self.hidden(samples) if hidden is None else hidden
        logits = self.logits(hidden[samples.mask])  # padding costs no product
        logp = -F.cross_entropy(logits, samples.ids[samples.mask], reduction="none")
        return torch.zeros_like(samples.logp).masked_scatter(samples.mask, logp)

    def _here(self, tensor: Tensor) -> Tensor:
        return tensor.to(self.model.device)


def _widened(rows: Tensor, width: int, fill: float) -> Tensor:
    return torch.nn.functional.pad(rows, (0, width - rows.shape[1]), value=fill)
