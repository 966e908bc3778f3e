"""What the parts promise each other. A third-party part needs to keep one of these, no more."""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from jaxtyping import Float
from torch import Tensor

from looksgood.core.records import Channels, Comparisons, Document, Prompt, Samples
from looksgood.core.seeds import Seed


@runtime_checkable
class World(Protocol):
    """Where prompts come from and where the truth is known."""

    name: str
    weights: Mapping[str, float]
    """What the asker is owed: gold is the weighted sum of these channels, in points."""
    has_gold: bool
    """Whether gold is known; where not, gold is null everywhere, never 0."""
    response_tokens: int
    """Longest response, in tokens, end of text included."""

    def corpus(self, seed: Seed) -> list[Document]:
        """Return what a base policy is pretrained on."""
        ...

    def prompts(self, count: int, seed: Seed) -> list[Prompt]:
        """Draw prompts, with replacement where the world has fewer."""
        ...

    def channels(self, prompts: Sequence[Prompt], responses: Sequence[str]) -> Channels:
        """Return the true traits of each response to the prompt beside it."""
        ...


@runtime_checkable
class Rater(Protocol):
    """Whoever labels. Sees channels as perceived through its blind spots; never gold itself."""

    def score(self, seen: Channels) -> Float[Tensor, " responses"]:
        """Return the rater's own opinion of each response, in points, without lapses."""
        ...

    def prob_first(self, first: Channels, second: Channels) -> Float[Tensor, " pairs"]:
        """Return the probability that the first of two responses is chosen."""
        ...


@runtime_checkable
class Policy(Protocol):
    """A distribution over responses to a prompt."""

    def sample(self, prompts: Sequence[Prompt], k: int, seed: Seed) -> Samples:
        """Draw `k` responses to each prompt."""
        ...


@runtime_checkable
class Reward(Protocol):
    """The proxy r̂ (or, in a control, gold itself): one number for each response."""

    def score(self, samples: Samples) -> Float[Tensor, " responses"]:
        """Score responses, in units of the base policy's within-prompt sd, base mean 0."""
        ...


@runtime_checkable
class Trainer(Protocol):
    """Optimisation in progress: one step at a time, so that it can be measured and resumed."""

    position: int
    """Steps taken so far."""

    @property
    def policy(self) -> Policy:
        """The policy as it is now."""
        ...

    def step(self) -> dict[str, float]:
        """Take one step and return its scalars.

        Raises:
            NotFinite: the loss became NaN or infinite; the policy is as before the step.
        """
        ...

    def state(self) -> dict[str, Tensor]:
        """Return everything a resumed run needs, as named tensors."""
        ...

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Continue from `state`: what follows equals an unbroken run, bit for bit on CPU."""
        ...


@runtime_checkable
class FittedReward(Reward, Protocol):
    """A reward model that was fitted to comparisons and can say how well it predicts them."""

    @property
    def parameters(self) -> int:
        """How many weights it has."""
        ...

    def margins(self, comparisons: Comparisons) -> Float[Tensor, " pairs"]:
        """Return r̂(first) − r̂(second) for each pair, in logits."""
        ...
