"""The same weights, tokenizer, reward model and prompts for every contestant.

Weights are drawn at random and hardly move (learning rate 1e-6), so that a completion ends with
probability 1/vocabulary at each token, whoever draws it: lengths are equal without forbidding the
end of text, which would cost each contestant a different amount.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from looksgood.bench.options import Workload
from looksgood.bench.quiet import quiet
from looksgood.core.records import Prompt
from looksgood.core.seeds import Seed
from looksgood.models.language_model import LanguageModel
from looksgood.optimizers.rloo import RLOO
from looksgood.optimizers.spec import RLOOSpec
from looksgood.policies.pretrain import small_llama
from looksgood.policies.tokenizer import SPECIAL, word_tokenizer
from looksgood.rewards.reward_model import RewardModel

LEARNING_RATE = 1e-6
POOL = 64
"""Distinct prompts, each of the same length, so that none is padded."""


@dataclass(frozen=True)
class Stage:
    """A workload on disk: what TRL loads by path, and what our trainer is built from."""

    work: Workload
    policy_folder: Path
    reward_folder: Path
    prompts: tuple[Prompt, ...]
    seed: Seed

    def ours(self, beta: float) -> RLOO:
        """Return our trainer at step 0, everything loaded from the folders."""
        base = LanguageModel.load(self.policy_folder, self.work.response_tokens)
        reward = RewardModel.load(self.reward_folder, self.work.response_tokens)
        spec = RLOOSpec(
            beta=beta,
            prompts=self.work.prompts,
            k=self.work.k,
            learning_rate=LEARNING_RATE,
            kl="k1",  # as TRL
        )
        return RLOO(spec, base, reward, self.prompts, self.seed.child("train"))


def set_stage(work: Workload, folder: Path, seed: Seed) -> Stage:
    """Write a policy and a reward model of the asked size to `folder`, and draw prompts."""
    words = [f"w{i}" for i in range(work.vocabulary - len(SPECIAL))]
    tokenizer = word_tokenizer(words)
    model = small_llama(
        tokenizer,
        width=work.width,
        layers=work.layers,
        heads=4,
        positions=work.prompt_tokens + work.response_tokens,
        seed=seed.child("weights"),
    )
    policy_folder, reward_folder = folder / "policy", folder / "reward"
    with quiet():
        LanguageModel(model, tokenizer, work.response_tokens).save(policy_folder)
        head = seed.child("head")
        reward = RewardModel.load(policy_folder, work.response_tokens, new_head=head)
        reward.save(reward_folder)
    draw = seed.child("prompts").numpy()
    length = work.prompt_tokens - 2  # the tokenizer adds a begin and an answer token
    prompts = [
        " ".join(words[i] for i in draw.integers(len(words), size=length)) for _ in range(POOL)
    ]
    return Stage(
        work,
        policy_folder,
        reward_folder,
        tuple(Prompt(str(i), text, "bench") for i, text in enumerate(prompts)),
        seed,
    )


def lengths_agree(tokens: Mapping[str, float], within: float = 0.03) -> bool:
    """Say whether contestants drew completions of like mean length, in tokens.

    The largest may exceed the smallest by the share `within`.
    """
    return max(tokens.values()) <= (1 + within) * min(tokens.values())
