"""One measured checkpoint: KL, scores and channels of a policy's responses, as table rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Prompt, Samples
from looksgood.core.seeds import Seed
from looksgood.measures.judges import Judged, Judges, clustered_se, per_prompt
from looksgood.models.language_model import LanguageModel
from looksgood.ops.chi2_penalty import log_mean_ratio_nats
from looksgood.ops.kl import kl_exact_per_position_nats, kl_k1_nats

PROMPTS_AT_ONCE = 32

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at one checkpoint, by prompt: `columns` hold one mean per prompt."""

    prompts: tuple[Prompt, ...]
    k: int
    columns: dict[str, Float[Tensor, " prompts"]]

    def row(self) -> Row:
        """Return a row of `points`: means, with standard errors clustered by prompt."""
        row: Row = {"samples": self.k * len(self.prompts)}
        for name, by_prompt in self.columns.items():
            row[name] = float(by_prompt.mean())
            if not name.startswith("channel."):
                row[f"{name}_se"] = clustered_se(by_prompt)
        return row

    def prompt_rows(self) -> list[Row]:
        """Return rows of `prompts`: what intervals over prompts resample."""
        return [
            {
                "prompt_id": prompt.id,
                "samples": self.k,
                **{name: float(by_prompt[i]) for name, by_prompt in self.columns.items()},
            }
            for i, prompt in enumerate(self.prompts)
        ]


@torch.no_grad()
def measure(
    policy: LanguageModel,
    base: LanguageModel,
    judges: Judges,
    prompts: Sequence[Prompt],
    k: int,
    seed: Seed,
    *,
    keep_prompts: int = 0,
) -> tuple[Point, list[Row]]:
    """Draw k responses to each prompt and measure them; return the point and the kept samples.

    KL(π‖π₀) is the exact sum over the vocabulary at every position of the sampled responses; the
    k1 sum (log π/π₀ of the drawn tokens) is kept beside it as `channel.kl_k1`, and the logarithm of
    the mean ratio π/π₀ as `channel.renyi_2`: expm1 of it, averaged over prompts, estimates χ². What
    the judges ask of the policy itself are channels, too. Of the first `keep_prompts` prompts two
    responses each are kept.
    """
    samples = policy.sample(prompts, k, seed)
    kl, logp_base = [], []
    for part in samples.split(PROMPTS_AT_ONCE):
        ours, theirs = policy.hidden(part), base.hidden(part)
        kl.append(kl_exact_per_position_nats(policy.logits(ours), base.logits(theirs), part.mask))
        logp = base.logp(part, theirs)
        width = samples.ids.shape[1] - logp.shape[1]
        logp_base.append(torch.nn.functional.pad(logp, (0, width)))
    judged = judges.judge(samples)
    base_logp = torch.cat(logp_base)
    k1 = kl_k1_nats(samples.logp, base_logp, samples.mask)
    point = Point(
        tuple(prompts), k, {"kl": per_prompt(torch.cat(kl), k), **judged_columns(judged, k)}
    )
    point.columns["channel.kl_k1"] = per_prompt(k1, k)
    point.columns["channel.renyi_2"] = log_mean_ratio_nats(k1.reshape(-1, k))
    for name, values in judges.ask(policy, samples).items():
        point.columns[f"channel.{name}"] = per_prompt(values, k)
    chosen = [p * k + j for p in range(min(keep_prompts, len(prompts))) for j in range(min(2, k))]
    return point, sample_rows(samples, judged, base_logp, chosen)


def judged_columns(judged: Judged, k: int) -> dict[str, Float[Tensor, " prompts"]]:
    """Return the per-prompt means of scores and channels."""
    columns = {name: per_prompt(score, k) for name, score in judged.scores.items()}
    for name in judged.channels.names:
        columns[f"channel.{name}"] = per_prompt(judged.channels[name], k)
    return columns


def sample_rows(
    samples: Samples,
    judged: Judged,
    logp_base: Float[Tensor, "responses tokens"],
    chosen: Sequence[int],
) -> list[Row]:
    """Return rows of `samples` for the chosen responses."""
    prompt_of = samples.prompt_of
    return [
        {
            "prompt_id": prompt_of[i].id,
            "prompt": prompt_of[i].text,
            "response": samples.texts[i],
            "logp_policy": float(samples.logp[i].sum()),
            "logp_base": float(logp_base[i].sum()),
            **{name: float(score[i]) for name, score in judged.scores.items()},
            **{
                f"channel.{name}": float(judged.channels.values[i, c])
                for c, name in enumerate(judged.channels.names)
            },
        }
        for i in chosen
    ]
