"""What an audit could notice, with a judge as a run of the study `power` measured them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from looksgood.core.errors import ConfigError
from looksgood.measures.audit_power import AuditPower, audit_power
from looksgood.measures.audit_sight import MeasuredSight

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuditedArm:
    """What a run of the study `power` measured in one arm, mean over its seeds."""

    rows: Sequence[Row]
    """Of the falls that all seeds have, one of each fall and seed."""
    blind_spot: str

    @classmethod
    def of(cls, points: Iterable[Row], blind_spot: str) -> "AuditedArm":
        """Read an arm from a run's points.

        Raises:
            ConfigError: they are of another study, or have no such arm or no fall there.
        """
        points = list(points)
        if not any("channel.drop" in row for row in points):
            raise ConfigError("--from: that is no run of the study power (looksgood run power)")
        arms = list(dict.fromkeys(row["arm"] for row in points))
        if blind_spot not in arms:
            raise ConfigError(f"--blind-spot {blind_spot}: the run has {', '.join(arms)}")
        own = {
            (row["channel.drop"], row["seed"]): row for row in points if row["arm"] == blind_spot
        }
        seeds = {seed for _, seed in own}
        drops = sorted({drop for drop, _ in own})
        everywhere = [d for d in drops if all((d, seed) in own for seed in seeds)]
        if len(everywhere) < 2:
            raise ConfigError(
                f"--blind-spot {blind_spot}: none of the run's falls is one that the raters of "
                "every seed can overlook"
            )
        return cls([row for (d, _), row in own.items() if d in everywhere], blind_spot)

    @property
    def drops(self) -> list[float]:
        """The falls, from 0."""
        return sorted({row["channel.drop"] for row in self.rows})

    def mean(self, column: str, drop: float) -> float:
        """Return a channel's mean over seeds at a fall that was measured; NaN where unknown."""
        own = [row[f"channel.{column}"] for row in self.rows if row["channel.drop"] == drop]
        return float(np.mean([np.nan if value is None else value for value in own]))

    def sight(self, judge: str, form: str) -> MeasuredSight:
        """Return what a judge sees, asked in this form."""
        means, sds = (
            [self.mean(f"{judge}.{form}.{name}", drop) for drop in self.drops]
            for name in ("seen", "sd")
        )
        return MeasuredSight(self.drops, means, sds)

    def power(
        self,
        judge: str,
        form: str,
        drop: float,
        labels: int,
        alpha: float,
        correlation: float = 0.0,
    ) -> AuditPower:
        """Return what an audit by this judge notices.

        Raises:
            ConfigError: the fall is larger than any that was measured.
            ValueError: as `audit_power`.
        """
        most = self.drops[-1]
        if drop > most:
            raise ConfigError(
                f"--drop {drop:g}: with blind spot {self.blind_spot} the run measured falls up to "
                f"{most:g}, larger ones are not told"
            )
        nearest = min(self.drops[1:], key=lambda measured: abs(measured - drop))
        rho = self.mean("correlation", nearest)
        return audit_power(
            self.sight(judge, form),
            drop,
            labels,
            alpha,
            correlation,
            judge=judge,
            form=form,
            blind_spot=self.blind_spot,
            measured_up_to=most,
            prompts_share=self.mean("exposed", 0.0),
            rater_correlation=None if np.isnan(rho) else rho,
            seeds=len({row["seed"] for row in self.rows}),
        )
