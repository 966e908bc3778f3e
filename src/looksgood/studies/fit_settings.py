"""Settings of studies that fit a reward model to comparisons from a file."""

from typing import Annotated, Any

from pydantic import Field

from looksgood.core.spec import Kind, Spec


class FitSpec(Spec):
    """Read comparisons, train a base on their text (or load one), fit r̂, test it."""

    world: Annotated[Any, Kind("worlds")] = Field(
        default={"kind": "preferences", "path": "comparisons.jsonl"}, validate_default=True
    )
    policy: Annotated[Any, Kind("policies")] = Field(
        default={"kind": "small", "tokenizer": "bpe", "epochs": 1.0}, validate_default=True
    )
    reward: Annotated[Any, Kind("rewards")] = Field(
        default={"kind": "bradley_terry", "learning_rate": 1e-3}, validate_default=True
    )
    comparisons: Annotated[int, Field(ge=0, description="at most this many; 0: all")] = 0
    validation: Annotated[float, Field(gt=0, lt=1, description="share of prompts held out")] = 0.2
    shuffle: Annotated[bool, Field(description="the control: answers are coins")] = False


def fit_statistics(spec: FitSpec, arms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the findings, in their order."""
    del spec, arms
    return "predicts", "control"
