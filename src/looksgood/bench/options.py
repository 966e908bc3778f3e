"""What a benchmark can be asked; free of heavy imports, so that help is fast."""

from typing import Annotated

from pydantic import Field

from looksgood.core.spec import Spec


class Workload(Spec):
    """The model and the batch that every contestant gets."""

    width: Annotated[int, Field(ge=16, multiple_of=16)] = 256
    layers: Annotated[int, Field(ge=1)] = 4
    vocabulary: Annotated[int, Field(ge=10, description="tokens, five special ones included")] = 800
    prompt_tokens: Annotated[int, Field(ge=3)] = 24
    response_tokens: Annotated[int, Field(ge=2)] = 32
    prompts: Annotated[int, Field(ge=1, description="prompts per step")] = 16
    k: Annotated[int, Field(ge=2, description="completions per prompt")] = 8

    @property
    def completions(self) -> int:
        """Completions per step."""
        return self.prompts * self.k


STUDY = Workload(width=64, layers=2, prompts=32, k=4)
"""The size that studies use by default."""


class StepOptions(Workload):
    """One RLOO step: ours, TRL tuned for CPU, TRL's defaults, our matrix products alone."""

    rounds: Annotated[int, Field(ge=1, description="timed steps of each, interleaved")] = 5
    study: Annotated[bool, Field(description="measure the studies' own size as well")] = True
    seed: int = 0


class SweepOptions(Workload):
    """A whole sweep of penalties, measuring left out, against one TRL run for each penalty."""

    width: Annotated[int, Field(ge=16, multiple_of=16)] = STUDY.width
    layers: Annotated[int, Field(ge=1)] = STUDY.layers
    prompts: Annotated[int, Field(ge=1, description="prompts per step")] = STUDY.prompts
    k: Annotated[int, Field(ge=2, description="completions per prompt")] = STUDY.k
    steps: Annotated[int, Field(ge=1, description="steps of each run")] = 5
    betas: Annotated[tuple[float, ...], Field(min_length=1)] = (
        1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005,
    )  # fmt: skip
    """All above 0: without a penalty TRL leaves out the base's log-probabilities."""
    defaults: Annotated[bool, Field(description="run TRL's defaults too (slow)")] = True
    seed: int = 0


class SimOptions(Spec):
    """The world `grasp` by itself, against the same MJCF in gymnasium's vector environments."""

    hands: Annotated[int, Field(ge=1, description="episodes side by side")] = 64
    actions: Annotated[int, Field(ge=1, description="actions per round, of 5 physics steps")] = 60
    rounds: Annotated[int, Field(ge=1, description="timed rounds of each, interleaved")] = 3
    threads: Annotated[int, Field(ge=2, description="ours where many processes are met")] = 2
    processes: Annotated[
        bool, Field(description="meet gymnasium's AsyncVectorEnv too, a process for each hand")
    ] = True
    seed: int = 0


class RateOptions(Spec):
    """Many people at the rating page at once."""

    raters: Annotated[int, Field(ge=1, le=100)] = 50
    seconds: Annotated[float, Field(gt=0)] = 60.0
    kills: Annotated[int, Field(ge=0, description="SIGKILLs of the server meanwhile")] = 0
    think_seconds: Annotated[
        float, Field(gt=0, description="mean time from a pair's appearance to the key")
    ] = 2.0
    """Half of the 3 to 5 s of Christiano et al. (2017), arXiv:1706.03741: a harder load."""
    pairs: Annotated[int, Field(ge=10, description="each wanted three times")] = 5000
    db: Annotated[
        str, Field(description="an empty postgresql:// database; an SQLite file by itself")
    ] = ""
    seed: int = 0
