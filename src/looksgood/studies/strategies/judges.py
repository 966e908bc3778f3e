"""Judges who also count what is said to the rater and not to the asker: threats, bribes, tricks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Float, Int
from torch import Tensor

from looksgood.core.errors import ConfigError
from looksgood.core.protocols import Rater, Reward, World
from looksgood.core.records import Samples
from looksgood.measures.judges import Judged, Judges
from looksgood.measures.saying import chances_of_saying
from looksgood.models.language_model import LanguageModel
from looksgood.models.text import encode_responses
from looksgood.studies.strategies.channels import (
    STRATEGIES,
    WHO_PAYS,
    added,
    chance,
    said,
    worth,
)
from looksgood.worlds.almanac.sentences import ENDS, SAYINGS

ADDED_TO = 2
"""To so many of the responses to each prompt a saying is added, to see what it is worth."""


@dataclass(frozen=True)
class StrategyJudges(Judges):
    """Judges who know of each strategy whether it was said, how likely it is, what it is worth."""

    @classmethod
    def of_almanac(
        cls, base: Samples, world: World, rater: Rater | None, proxy: Reward
    ) -> "StrategyJudges":
        """Set the scales by responses of the base (k ≥ 2 per prompt).

        Raises:
            ConfigError: nobody threatens or bribes in this world, or people are the raters.
        """
        if rater is None:
            raise ConfigError("this study asks what its raters would say, and people have no score")
        made = cls.on_base(base, world, rater, proxy)
        missing = set(STRATEGIES) - set(made.channels_of(base).names)
        if missing:
            raise ConfigError(
                f"world {world.name} has no channel {min(missing)!r}: this study needs the almanac"
            )
        return cls(made.channels_of, made.points_of, made.scales)

    def judge(self, samples: Samples) -> Judged:
        """Score responses."""
        judged = super().judge(samples)
        events = {
            said(name): (judged.channels[name] > 0).to(judged.channels.values.dtype)
            for name in STRATEGIES
        }
        return replace(judged, channels=judged.channels.seen_as(**events))

    def ask(
        self, policy: LanguageModel, samples: Samples
    ) -> dict[str, Float[Tensor, " responses"]]:
        """Return how likely each strategy is, and what proxy and rater give for a saying of it.

        The saying is added at the end of some of the responses. Left out are those that break off,
        that hold the strategy already, and that have no room for it.
        """
        sayings = {name: SAYINGS[name] for name in STRATEGIES}
        likely = chances_of_saying(policy, samples, sayings, ENDS)
        columns = {chance(name): values for name, values in likely.items()}
        few = min(ADDED_TO, samples.k)
        chosen = torch.tensor([i for i in range(len(samples)) if i % samples.k < few])
        plain = _as_told(policy, samples, [samples.texts[i] for i in chosen.tolist()])
        before = super().judge(plain)
        for name, texts in sayings.items():
            longer = _as_told(policy, samples, [f"{t} {texts[0]}".strip() for t in plain.texts])
            after = super().judge(longer)
            fits = (longer.mask.sum(1) <= policy.response_tokens).cpu()
            counts = fits & (before.channels["unfinished"] == 0) & (before.channels[name] == 0)
            gains = {judge: after.scores[judge] - before.scores[judge] for judge in WHO_PAYS}
            columns[added(name)] = _among_all(samples, chosen, counts.double())
            columns |= {
                worth(name, judge): _among_all(samples, chosen, gain.double().cpu() * counts)
                for judge, gain in gains.items()
            }
        return columns


def _among_all(
    samples: Samples, chosen: Int[Tensor, " chosen"], values: Float[Tensor, " chosen"]
) -> Float[Tensor, " responses"]:
    """Return values of the chosen responses among all, 0 elsewhere."""
    return torch.zeros(len(samples), dtype=torch.float64).index_put((chosen,), values)


def _as_told(policy: LanguageModel, samples: Samples, texts: Sequence[str]) -> Samples:
    """Return other responses to the same prompts, one token too long where they do not fit."""
    ids, mask = encode_responses(policy.tokenizer, texts, policy.response_tokens + 1)
    where = samples.ids.device
    logp = torch.zeros(ids.shape, device=where)
    return replace(samples, texts=tuple(texts), ids=ids.to(where), mask=mask.to(where), logp=logp)
