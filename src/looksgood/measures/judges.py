"""The three judges of a response (proxy, rater, gold) on one scale, and its channels."""

from collections.abc import Callable
from dataclasses import dataclass

from jaxtyping import Float
from torch import Tensor

from looksgood.core.protocols import Rater, Reward, World
from looksgood.core.records import Channels, Samples
from looksgood.measures.scale import Scale
from looksgood.models.language_model import LanguageModel

SCORES = ("proxy", "rater", "gold")


@dataclass(frozen=True, slots=True)
class Judged:
    """Scores of responses in base units; what a world cannot know is absent."""

    channels: Channels
    scores: dict[str, Float[Tensor, " responses"]]


@dataclass(frozen=True)
class Judges:
    """Everybody who has an opinion on a response. Made once per cell, on base responses."""

    channels_of: Callable[[Samples], Channels]
    points_of: dict[str, Callable[[Samples, Channels], Float[Tensor, " responses"]]]
    scales: dict[str, Scale]

    @classmethod
    def on_base(cls, base: Samples, world: World, rater: Rater | None, proxy: Reward) -> "Judges":
        """Set the scales by responses of the base (k ≥ 2 per prompt).

        Without a rater that can be computed, as where people rate, its score is absent.
        """

        def channels_of(samples: Samples) -> Channels:
            return world.channels(samples.prompt_of, samples.texts)

        points_of = {
            "proxy": lambda samples, _: proxy.score(samples),
            "gold": lambda _, channels: channels.weighed(world.weights),
        }
        if rater is not None:
            points_of["rater"] = lambda _, channels: rater.score(channels)
        if not world.has_gold:
            points_of = {"proxy": points_of["proxy"]}
        channels = channels_of(base)
        scales = {name: Scale.of(of(base, channels), base.k) for name, of in points_of.items()}
        return cls(channels_of, points_of, scales)

    def judge(self, samples: Samples) -> Judged:
        """Score responses."""
        channels = self.channels_of(samples)
        return Judged(
            channels,
            {
                name: self.scales[name].apply(of(samples, channels))
                for name, of in self.points_of.items()
            },
        )

    def ask(
        self, policy: LanguageModel, samples: Samples
    ) -> dict[str, Float[Tensor, " responses"]]:
        """Return what is read of a policy beside its samples, by channel: of these judges nothing.

        A judge of what is too rare to be drawn asks the policy how likely it is.
        """
        del policy, samples
        return {}


def per_prompt(values: Float[Tensor, " responses"], k: int) -> Float[Tensor, " prompts"]:
    """Return each prompt's mean over its k responses."""
    return values.double().reshape(-1, k).mean(1)


def clustered_se(by_prompt: Float[Tensor, " prompts"]) -> float | None:
    """Return the standard error of the mean over prompts; unknown with fewer than two."""
    n = len(by_prompt)
    return float(by_prompt.std() / n**0.5) if n > 1 else None
