"""Settings of a sweep whose responses are also shown to a panel: raters who label nothing."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from looksgood.core.spec import Kind
from looksgood.raters.people_spec import simulated
from looksgood.studies.catalogue import kl_sweep
from looksgood.studies.settings import SweepSpec
from looksgood.studies.study import Settings

FIRST_SEED = 2010
"""Of most studies of rater exploitation: at equal settings they share worlds, bases and
comparisons. Seeds from 1900 on were used up in development, and by the quick runs in
docs/exploitation."""
FIRST_SEED_AGAIN = 2015
"""Of those that were run again, with 256 prompts for 64, which had not told their controls; and of
power, which shares blind-spots' bases."""
QUICK: Settings = {
    **kl_sweep.QUICK,
    "world.documents": 16000,
    "preferences.prompts": 800,
    "optimizer.steps": 24,
    "measure.prompts": 48,
    "measure.pool": 32,
}
"""What most of their quick presets have in common: with kl-sweep's 300 prompts r̂ does not learn of
a falsehood that concerns one response in ten."""


class PanelSpec(SweepSpec):
    """A sweep, and the raters who are asked at every checkpoint what they would approve of.

    The raters who label may differ from arm to arm; the panel is the same in all, so that a policy
    trained on the truth is judged by those whom another policy fooled (Wen et al. 2024).
    """

    panel: Annotated[
        dict[str, Annotated[Any, Kind("raters"), AfterValidator(simulated)]],
        Field(description="raters by name, whose approval of every response is measured"),
    ] = Field(default={"ordinary": "ordinary", "expert": "expert"}, validate_default=True)

    _computed = field_validator("rater")(simulated)

    @field_validator("panel")
    @classmethod
    def _named(cls, panel: dict[str, Any]) -> dict[str, Any]:
        for name in panel:
            if not name.replace("-", "").replace("_", "").isalnum():
                raise ValueError(f"a rater of the panel cannot be called {name!r}: use a-z, 0-9, -")
        return panel
