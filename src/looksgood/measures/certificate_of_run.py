"""A certificate for one checkpoint of a run: its measured KL, a channel's rates, its log-ratios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import ConfigError, DataError
from looksgood.measures.certificate import Certificate, Rate, both_hold, of_rates
from looksgood.ops.betting import betting_high, betting_low
from looksgood.ops.hockey_stick import HockeyStick, hockey_stick_best

Row = Mapping[str, Any]

KEY = ("arm", "seed", "optimizer", "beta", "step", "n")


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of a run's three tables."""

    points: Sequence[Row]
    prompts: Sequence[Row]
    samples: Sequence[Row]


def certify_run(
    tables: Tables, channel: str, confidence: float, wanted: Mapping[str, Any]
) -> Certificate:
    """Return the certificate of the trained checkpoint of largest KL among those `wanted`.

    The event is `channel`, whose values must lie within [0, 1]. Its rates have betting limits over
    prompts (responses to one prompt are no independent draws), the log-ratios are those of the
    first kept response to each prompt. Both rates and the hockey stick hold together with
    `confidence`. The KL itself is an estimate, so what follows from it is one too.

    Raises:
        ConfigError: no checkpoint is as wanted, or the channel is unknown or no share.
        DataError: the run does not hold what each prompt's responses did.
        ValueError: the confidence is not within (0, 1).
    """
    each = both_hold(confidence, 3)
    point = _chosen(tables.points, wanted)
    base = {"arm": point["arm"], "seed": point["seed"], "optimizer": "base"}
    p = _rate(_of(tables.prompts, {k: point[k] for k in KEY}), channel, each)
    q = _rate(_of(tables.prompts, base), channel, each)
    ratios = _log_ratios(_of(tables.samples, {k: point[k] for k in KEY}))
    stick: HockeyStick | None = None
    if len(ratios):
        stick = hockey_stick_best(ratios, q.high, 1 - each)
    return of_rates(
        p,
        q,
        kl=point["kl"] if point["kl"] is not None and point["kl"] >= 0 else None,
        source="run",
        is_estimate=True,
        confidence=confidence,
        assumes=(
            f"A is what channel {channel} marks",
            "the run's prompts were drawn independently from those that matter",
        ),
        hockey_stick=stick,
        hockey_stick_confidence=None if stick is None else confidence,
        hockey_stick_samples=len(ratios),
        checkpoint={name: point[name] for name in KEY} | {"kl_se": point.get("kl_se")},
    )


def _chosen(points: Sequence[Row], wanted: Mapping[str, Any]) -> Row:
    trained = [
        row
        for row in points
        if row["optimizer"] not in ("base", "best_of_n") and row["kl"] is not None
    ]
    for name, value in wanted.items():
        left = [row for row in trained if row[name] == value]
        if not left:
            known = ", ".join(sorted({f"{row[name]}" for row in trained})) or "none"
            raise ConfigError(f"no trained checkpoint has {name} = {value}: there is {known}")
        trained = left
    if not trained:
        raise ConfigError("the run has no trained checkpoint with a measured KL")
    return max(trained, key=lambda row: row["kl"])


def _of(rows: Sequence[Row], wanted: Mapping[str, Any]) -> list[Row]:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def _rate(rows: Sequence[Row], channel: str, confidence: float) -> Rate:
    """Return the channel's mean over prompts with its betting interval."""
    if not rows:
        raise DataError("prompts.parquet has no rows of this checkpoint, or none of its base")
    name = f"channel.{channel}"
    channels = [key.removeprefix("channel.") for key in rows[0] if key.startswith("channel.")]
    if channel not in channels:
        raise ConfigError(f"channel {channel!r} is unknown: one of {', '.join(sorted(channels))}")
    values = np.array([np.nan if row[name] is None else row[name] for row in rows], np.float64)
    if not ((values >= 0) & (values <= 1)).all():
        raise ConfigError(
            f"channel {channel!r} is no event: its mean for a prompt is {values.max():g}, and an "
            "event's lies within [0, 1]"
        )
    alpha = (1 - confidence) / 2
    return Rate(
        float(values.mean()), betting_low(values, alpha), betting_high(values, alpha), len(values)
    )


def _log_ratios(rows: Sequence[Row]) -> Float[np.ndarray, " prompts"]:
    first: dict[str, Row] = {}
    for row in rows:
        if row["logp_policy"] is not None and row["logp_base"] is not None:
            first.setdefault(row["prompt_id"], row)
    return np.array([row["logp_policy"] - row["logp_base"] for row in first.values()], np.float64)
