"""Settings of policies: a small Llama trained here, or any causal LM by path or hub name."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from looksgood.core.spec import Spec

if TYPE_CHECKING:
    from looksgood.core.protocols import World
    from looksgood.core.seeds import Seed
    from looksgood.models.language_model import LanguageModel
    from looksgood.policies.pretrain import Tick


class FineTuneSpec(Spec):
    """Supervised fine-tuning on demonstrations (`prompt`, `completion`), after pretraining."""

    path: Annotated[str, Field(description="JSONL with prompt and completion; empty: none")] = ""
    epochs: Annotated[float, Field(gt=0)] = 3.0
    batch: Annotated[int, Field(ge=1)] = 32
    learning_rate: Annotated[float, Field(gt=0)] = 1e-3


class SmallSpec(Spec):
    """A small Llama trained from scratch on the world's corpus."""

    kind: Literal["small"] = "small"
    width: Annotated[int, Field(ge=8)] = 64
    layers: Annotated[int, Field(ge=1)] = 2
    heads: Annotated[int, Field(ge=1)] = 4
    tokenizer: Annotated[
        Literal["auto", "word", "bpe"],
        Field(description="auto: whole words up to 6,000 of them, else BPE"),
    ] = "auto"
    vocabulary: Annotated[int, Field(ge=300, description="tokens of a BPE tokenizer")] = 1200
    from_scratch: Annotated[bool, Field(description="no pretraining: random weights")] = False
    epochs: Annotated[float, Field(gt=0)] = 1.5
    batch: Annotated[int, Field(ge=1)] = 32
    learning_rate: Annotated[float, Field(gt=0)] = 6e-3
    demonstrations: FineTuneSpec = FineTuneSpec()

    @model_validator(mode="after")
    def _divides(self) -> "SmallSpec":
        if self.width % (2 * self.heads):
            raise ValueError(
                f"width={self.width} does not divide into {self.heads} heads of even width "
                "(positions rotate pairs of numbers)"
            )
        return self

    def build(self, world: "World", seed: "Seed", tick: "Tick | None" = None) -> "LanguageModel":
        """Train a policy on the world's corpus.

        Raises:
            NotFinite: the loss became NaN.
            DataError: the demonstrations are missing or malformed.
        """
        from looksgood.policies.build import build_small

        return build_small(self, world, seed, tick)


class PretrainedSpec(Spec):
    """Any Hugging Face causal LM by path or hub name, optionally fine-tuned on demonstrations."""

    kind: Literal["pretrained"] = "pretrained"
    path: Annotated[str, Field(min_length=1, description="folder or hub name")]
    response_tokens: Annotated[int, Field(ge=0, description="0: as long as the world says")] = 0
    demonstrations: FineTuneSpec = FineTuneSpec()

    def build(self, world: "World", seed: "Seed", tick: "Tick | None" = None) -> "LanguageModel":
        """Load the model.

        Raises:
            ModelError: the path is not a causal LM with a fitting tokenizer.
            DataError: the demonstrations are missing or malformed.
        """
        from looksgood.policies.build import build_pretrained

        return build_pretrained(self, world, seed, tick)
