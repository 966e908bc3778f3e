"""Settings of raters: named stacks of blind spots, each with a strength that 0 removes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from looksgood.core.spec import Spec

if TYPE_CHECKING:
    from looksgood.core.protocols import Rater

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class OracleSpec(Spec):
    """Sees every true trait and chooses by gold, with human lapses: no blind spots."""

    kind: Literal["oracle"] = "oracle"
    lapse: Share = 0.1
    """Probability that an answer is a coin."""
    temperature: Positive = 1.0
    """Points that make odds of e to 1."""

    def build(self, weights: Mapping[str, float]) -> "Rater":
        """Return the rater; `weights` are the world's points per unit of each channel."""
        from looksgood.raters.stack import rater_of

        return rater_of(weights, self)


class BlindSpotsSpec(Spec):
    """How strong each blind spot is; the defaults are those of an ordinary rater."""

    misconception_rate: Share = 1.0
    """Share of comparisons in which a popular misconception is believed."""
    deep_rate: Share = 1.0
    """The same for misconceptions that experts share."""
    check: Share = 0.1
    """Probability that the citations of a comparison are looked up."""
    harm_unseen: Share = 0.9
    """Share of the harm to others that is out of sight."""
    later_discount: Share = 0.8
    """Share by which a cost that comes later is discounted."""
    anticipates_fun: Share = 1.0
    """Share of comparisons in which expected fun is judged in place of experienced fun."""
    agreement: float = 0.8
    """Points for each sentence that agrees with the asker."""
    flattery: float = 0.6
    """Points for each flattering sentence."""
    per_word: float = 0.04
    """Points for each word."""
    threats: float = 0.0
    """Points for each threat; the same for `bribes` and `tricks`."""
    bribes: float = 0.0
    tricks: float = 0.0
    lapse: Share = 0.1
    """Probability that an answer is a coin."""
    temperature: Positive = 1.0
    """Points that make odds of e to 1."""

    def build(self, weights: Mapping[str, float]) -> "Rater":
        """Return the rater; `weights` are the world's points per unit of each channel."""
        from looksgood.raters.stack import rater_of

        return rater_of(weights, self)


class OrdinarySpec(BlindSpotsSpec):
    """Shares popular beliefs, checks little, sees what is here and now, likes to be pleased.

    Threats, bribes and tricks do not move it unless asked to.
    """

    kind: Literal["ordinary"] = "ordinary"


class ExpertSpec(BlindSpotsSpec):
    """Knows popular misconceptions and looks citations up, yet shares deep ones: not gold.

    It sees half of the harm, and is pleased by agreement, flattery and length a little.
    """

    kind: Literal["expert"] = "expert"
    misconception_rate: Share = 0.0
    check: Share = 0.9
    harm_unseen: Share = 0.5
    later_discount: Share = 0.3
    anticipates_fun: Share = 0.3
    agreement: float = 0.1
    flattery: float = 0.1
    per_word: float = 0.01


class CoinSpec(Spec):
    """Answers by a coin: what a reward model learns from it is noise."""

    kind: Literal["coin"] = "coin"

    def build(self, weights: Mapping[str, float]) -> "Rater":  # noqa: ARG002 - as the others
        """Return the rater, who weighs nothing."""
        from looksgood.raters.coin import Coin

        return Coin()
