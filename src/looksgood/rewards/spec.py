"""Settings of rewards: one fitted model, an ensemble of them, or a control."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from looksgood.core.spec import Spec


class FittedSpec(Spec):
    """One reward model initialised from the base and fitted to comparisons."""

    epochs: Annotated[float, Field(gt=0)] = 2.0
    batch: Annotated[int, Field(ge=1, description="prompts per step, with all their pairs")] = 16
    learning_rate: Annotated[float, Field(gt=0)] = 3e-3
    weight_decay: Annotated[float, Field(ge=0)] = 0.01
    lapse: Annotated[float, Field(ge=0, lt=1, description="share of answers taken as coins")] = 0.0


class BradleyTerrySpec(FittedSpec):
    """Fitted by the Bradley-Terry loss."""

    kind: Literal["bradley_terry"] = "bradley_terry"


class ConfidentSpec(FittedSpec):
    """Fitted so that it may come to believe itself where the answers say otherwise.

    See `looksgood.ops.confidence_loss`; with `confidence` 0 it is the Bradley-Terry fit.
    """

    kind: Literal["confident"] = "confident"
    confidence: Annotated[
        float, Field(ge=0, le=1, description="weight of its own hardened answers, once warmed up")
    ] = 0.5
    warm_up: Annotated[
        float, Field(ge=0, le=1, description="share of training over which it grows from 0")
    ] = 0.2

    @model_validator(mode="after")
    def _one_kind_of_doubt(self) -> "ConfidentSpec":
        if self.confidence and self.lapse:
            raise ValueError(
                f"lapse={self.lapse} and confidence={self.confidence} both explain answers away: "
                "set one of them to 0"
            )
        return self


class EnsembleSpec(Spec):
    """Several reward models: other seeds on the same comparisons, or folds of them."""

    kind: Literal["ensemble"] = "ensemble"
    member: BradleyTerrySpec = BradleyTerrySpec()
    members: Annotated[int, Field(ge=2)] = 5
    by: Literal["seed", "fold"] = "seed"
    aggregate: Literal["mean", "worst", "uncertainty"] = "mean"
    weight: Annotated[float, Field(ge=0, description="of the variance, for uncertainty")] = 0.5


class RandomSpec(Spec):
    """A control: the base with a random head, fitted to nothing."""

    kind: Literal["random"] = "random"


class GoldSpec(Spec):
    """A control: gold itself is optimised, with no reward model between."""

    kind: Literal["gold"] = "gold"


class JudgementSpec(Spec):
    """A control: the rater's own score is optimised, with no reward model between that could err.

    Blind spots are all there, lapses are not.
    """

    kind: Literal["rater"] = "rater"


class PlantedErrorSpec(Spec):
    """Added to the standardised r̂, in its base sd: normal, or Student t where `df` is given."""

    df: Annotated[float | None, Field(gt=0, description="degrees of freedom; none: normal")] = None
    scale: Annotated[float, Field(gt=0)] = 1.0
