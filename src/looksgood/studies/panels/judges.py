"""Judges with a panel beside them: what each of its raters thinks and approves of, as channels."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jaxtyping import Float
from torch import Tensor

from looksgood.core.errors import ConfigError
from looksgood.core.protocols import Rater, Reward, World
from looksgood.core.records import Channels, Samples
from looksgood.measures.approval import approval, is_good
from looksgood.measures.judges import Judged, Judges
from looksgood.measures.scale import Scale
from looksgood.studies.panels.channels import (
    GOOD,
    approved_by,
    misjudged_by,
    score_of,
    wrongly_approved_by,
)

ROUNDING_POINTS = 1e-3
"""Scores that differ by less are the same sum, added in another order."""


@dataclass(frozen=True)
class PanelJudges(Judges):
    """Judges whose channels also hold `GOOD` and what the panel thinks."""

    panel: Mapping[str, tuple[Rater, Scale]]
    weights: Mapping[str, float]
    """The world's points per unit of each channel: gold."""

    @classmethod
    def with_panel(
        cls,
        panel: Mapping[str, Any],
        base: Samples,
        world: World,
        rater: Rater | None,
        proxy: Reward,
    ) -> "PanelJudges":
        """Build the panel from its settings; set all scales by base responses (k ≥ 2 per prompt).

        Raises:
            ConfigError: the world does not know the truth.
        """
        if not world.has_gold:
            raise ConfigError(f"world {world.name} has no gold, so no approval is false there")
        plain = Judges.on_base(base, world, rater, proxy)
        seen = plain.channels_of(base)
        members = {}
        for name, spec in panel.items():
            member = spec.build(world.weights)
            members[name] = member, Scale.of(member.score(seen), base.k)
        return cls(plain.channels_of, plain.points_of, plain.scales, members, world.weights)

    def judge(self, samples: Samples) -> Judged:
        """Score responses."""
        judged = super().judge(samples)
        columns = panel_columns(judged.channels, self.panel, self.weights)
        return replace(judged, channels=judged.channels.seen_as(**columns))


def panel_columns(
    seen: Channels, panel: Mapping[str, tuple[Rater, Scale]], weights: Mapping[str, float]
) -> dict[str, Float[Tensor, " responses"]]:
    """Return `GOOD` and what each member of the panel thinks of responses, by channel."""
    gold = seen.weighed(weights)
    good = is_good(gold).to(seen.values.dtype)
    columns = {GOOD: good}
    for name, (member, scale) in panel.items():
        taken, score = approval(member, seen), member.score(seen)
        columns[score_of(name)] = scale.apply(score)
        columns[approved_by(name)] = taken
        columns[wrongly_approved_by(name)] = taken * (1 - good)
        columns[misjudged_by(name)] = ((score - gold).abs() > ROUNDING_POINTS).to(good.dtype)
    return columns
