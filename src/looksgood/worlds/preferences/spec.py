"""Settings of a world made of somebody's comparisons: which file, and how long texts may be."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from looksgood.core.errors import ConfigError
from looksgood.core.seeds import Seed
from looksgood.core.spec import Spec

if TYPE_CHECKING:  # records hold tensors: specs must stay light
    from looksgood.core.records import Comparisons
    from looksgood.worlds.preferences.world import PreferencesWorld


class PreferencesWorldSpec(Spec):
    """Somebody's comparisons: prompts and responses of real people, and no ground truth."""

    kind: Literal["preferences"] = "preferences"
    path: Annotated[
        str,
        Field(
            min_length=1,
            description="comparisons in the ecosystem's form: JSONL, Parquet, or a name on the hub",
        ),
    ]
    max_tokens: Annotated[int, Field(ge=16, description="longest prompt with its response")] = 512
    response_tokens: Annotated[int, Field(ge=4)] = 128

    @model_validator(mode="after")
    def _leaves_room_for_a_prompt(self) -> "PreferencesWorldSpec":
        if self.response_tokens >= self.max_tokens:
            raise ValueError(
                f"response_tokens={self.response_tokens} leaves no room for a prompt "
                f"in max_tokens={self.max_tokens}"
            )
        return self

    def build(
        self,
        seed: Seed,  # noqa: ARG002 - every world takes one; a file leaves nothing to chance
        comparisons: "Comparisons | None" = None,
    ) -> "PreferencesWorld":
        """Return the world of comparisons that a study has read from `path`.

        A world may not reach its sibling stage that reads comparisons, so it is handed them.

        Raises:
            ConfigError: called without them, by a study that needs a world with a ground truth.
        """
        from looksgood.worlds.preferences.world import PreferencesWorld

        if comparisons is None:
            raise ConfigError(
                "world.kind='preferences' has comparisons but no ground truth, which this study "
                "needs; use `looksgood run reward-fit`, or another world"
            )
        return PreferencesWorld(self, comparisons)
