"""Tiny models, built in memory within milliseconds: what tests of language models share."""

from collections.abc import Sequence

import torch
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from looksgood.core.records import Channels, Document, Prompt, Samples
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
from looksgood.policies.tokenizer import word_tokenizer

WORDS = ("tea", "sea", "good", "bad", "say", "more", "words", "please", "the", "cat")
PROMPTS = (
    Prompt("0", "say tea", ""),
    Prompt("1", "say the good words please", ""),
    Prompt("2", "cat", ""),
)
TOKENIZER = word_tokenizer([" ".join(WORDS)])
_LLAMA = {
    "vocab_size": len(TOKENIZER),
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "max_position_embeddings": 64,
    "pad_token_id": TOKENIZER.pad_token_id,
    "bos_token_id": TOKENIZER.bos_token_id,
    "eos_token_id": TOKENIZER.eos_token_id,
}
ARCHITECTURES = ("llama", "llama-grouped", "gpt2", "qwen2")


def tiny_model(kind: str = "llama", sd: float = 0.3, **settings: object) -> PreTrainedModel:
    """Return an untrained model whose weights have the given sd, the same in every test."""
    if kind == "gpt2":
        size = {"vocab_size": len(TOKENIZER), "n_embd": 16, "n_layer": 2, "n_head": 4}
        ends = dict.fromkeys(("bos_token_id", "eos_token_id"), TOKENIZER.eos_token_id)
        model = GPT2LMHeadModel(GPT2Config(**size, n_positions=64, **ends, **settings))
    elif kind == "qwen2":
        model = Qwen2ForCausalLM(Qwen2Config(**_LLAMA, num_key_value_heads=2, **settings))
    else:
        groups = {"num_key_value_heads": 2} if kind == "llama-grouped" else {}
        model = LlamaForCausalLM(LlamaConfig(**_LLAMA, **groups, **settings))
    generator = Seed(("tiny", kind)).torch()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1 or name.endswith("bias"):
                weight.normal_(0, sd, generator=generator)
    return model.eval()


def tiny_policy(kind: str = "llama", response_tokens: int = 6, **settings: object) -> LanguageModel:
    """Return a policy over WORDS that nobody has trained."""
    return LanguageModel(tiny_model(kind, **settings), TOKENIZER, response_tokens)


def plain_logp(policy: LanguageModel, samples: Samples) -> torch.Tensor:
    """Run every prompt with its response as one row, without padding or cache."""
    rows = []
    for i, (ids, mask) in enumerate(zip(samples.ids, samples.mask, strict=True)):
        at = i // samples.k
        prompt = samples.prompt_ids[at][samples.prompt_mask[at]]
        tokens = torch.cat([prompt, ids[mask]])
        logp = policy.model(input_ids=tokens[None], use_cache=False).logits[0].log_softmax(-1)
        said = logp[len(prompt) - 1 : -1].gather(1, ids[mask][:, None])[:, 0]
        rows.append(torch.nn.functional.pad(said, (0, len(ids) - len(said))))
    return torch.stack(rows)


class EchoWorld:
    """Asks for a word and is owed it back: small enough to be learned in a second."""

    name = "echo"
    has_gold = True
    weights = {"echoed": 1.0}  # noqa: RUF012 - as a protocol's attribute
    response_tokens = 4

    def prompts(self, count: int, seed: Seed) -> list[Prompt]:
        """Draw words to ask for."""
        return [Prompt(str(w), f"say {w}", "") for w in seed.numpy().choice(WORDS, count)]

    def corpus(self, seed: Seed) -> list[Document]:
        """Return correct answers."""
        return [Document(prompt.text, prompt.id) for prompt in self.prompts(200, seed)]

    def channels(self, prompts: Sequence[Prompt], responses: Sequence[str]) -> Channels:
        """Say whether the word came back."""
        rows = [[float(p.id == r)] for p, r in zip(prompts, responses, strict=True)]
        return Channels(("echoed",), torch.tensor(rows).reshape(-1, 1))


class SaysTea:
    """A reward: 1 where a response holds the word tea."""

    def score(self, samples: Samples) -> torch.Tensor:
        """Score responses."""
        return torch.tensor([float("tea" in text.split()) for text in samples.texts])
