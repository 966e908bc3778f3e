"""A certificate for one checkpoint of a run: its measured KL, a channel's rates, its log-ratios."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from looksgood.core.errors import ConfigError, DataError
from looksgood.measures.certificate import Certificate, Rate, both_hold, of_rates
from looksgood.ops.betting import betting_high, betting_low
from looksgood.ops.hockey_stick import hockey_stick_best

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

    Checkpoints of which responses were kept come first. The event is `channel`: its mean where it
    is nowhere in the run above 1, otherwise (it counts) that a response has any. Responses to one
    prompt are no independent draws: means have betting limits over prompts, and of kept responses
    the first to each prompt is taken. Both rates and the hockey stick hold together with
    `confidence`. The KL itself is an estimate, so what follows from it is one too.

    Raises:
        ConfigError: no checkpoint is as wanted, or the channel is unknown or cannot be an event.
        DataError: the run does not hold what each prompt's responses did.
        ValueError: the confidence is not within (0, 1).
    """
    each = both_hold(confidence, 3)
    point = _chosen(tables, wanted)
    here = {name: point[name] for name in KEY}
    base = {"arm": point["arm"], "seed": point["seed"], "optimizer": "base"}
    kept, kept_base = (_firsts(_of(tables.samples, where)) for where in (here, base))
    means = [_values(_of(tables.prompts, where), channel) for where in (here, base)]
    if not _counts(tables, channel):
        p, q = (_rate_of_means(values, each) for values in means)
        event = f"A is what channel {channel} marks, within 0 … 1 in every response"
    else:
        p, q = (_rate_of_responses(rows, channel, each) for rows in (kept, kept_base))
        event = f"A is a response in which channel {channel} is above 0"
    ratios = _log_ratios(kept)
    stick = hockey_stick_best(ratios, q.high, 1 - each) if len(ratios) else None
    return of_rates(
        p,
        q,
        kl=point["kl"] if point["kl"] >= 0 else None,
        source="run",
        is_estimate=True,
        confidence=confidence,
        assumes=(event, "the run's prompts were drawn independently from those that matter"),
        hockey_stick=stick,
        hockey_stick_confidence=None if stick is None else confidence,
        hockey_stick_samples=len(ratios),
        checkpoint=here | {"kl_se": point.get("kl_se")},
    )


def _chosen(tables: Tables, wanted: Mapping[str, Any]) -> Row:
    left = [
        row
        for row in tables.points
        if row["optimizer"] not in ("base", "best_of_n") and row["kl"] is not None
    ]
    if not left:
        raise ConfigError("the run has no trained checkpoint with a measured KL")
    for name, value in wanted.items():
        known = ", ".join(sorted({f"{row[name]}" for row in left}))
        left = [row for row in left if row[name] == value]
        if not left:
            raise ConfigError(f"no trained checkpoint has {name} = {value}: there is {known}")
    kept = {tuple(row[name] for name in KEY) for row in tables.samples}
    return max(left, key=lambda row: (tuple(row[name] for name in KEY) in kept, row["kl"]))


def _of(rows: Sequence[Row], wanted: Mapping[str, Any]) -> list[Row]:
    return [row for row in rows if all(row[name] == value for name, value in wanted.items())]


def _firsts(rows: Sequence[Row]) -> list[Row]:
    """Return the first row of each prompt."""
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["prompt_id"], row)
    return list(first.values())


def _values(rows: Sequence[Row], channel: str) -> Float[np.ndarray, " rows"]:
    if not rows:
        raise DataError("prompts.parquet has no rows of this checkpoint, or none of its base")
    name = f"channel.{channel}"
    channels = [key.removeprefix("channel.") for key in rows[0] if key.startswith("channel.")]
    if channel not in channels:
        raise ConfigError(f"channel {channel!r} is unknown: one of {', '.join(sorted(channels))}")
    values = np.array([np.nan if row[name] is None else row[name] for row in rows], np.float64)
    if not (values >= 0).all():
        raise ConfigError(f"channel {channel!r} is no event: it is unknown or negative somewhere")
    return values


def _counts(tables: Tables, channel: str) -> bool:
    """Say whether any response of the run, or the mean of any prompt's, is above 1.

    Where A is rare the checkpoint's own rows may not show it: a mean of 3/8 may be three responses
    of eight, or one with three.
    """
    name = f"channel.{channel}"
    return any((row.get(name) or 0) > 1 for row in (*tables.prompts, *tables.samples))


def _rate_of_means(values: Float[np.ndarray, " prompts"], confidence: float) -> Rate:
    """Return the mean over prompts with its betting interval."""
    alpha = (1 - confidence) / 2
    return Rate(
        float(values.mean()), betting_low(values, alpha), betting_high(values, alpha), len(values)
    )


def _rate_of_responses(rows: Sequence[Row], channel: str, confidence: float) -> Rate:
    """Return the share of kept responses, one per prompt, in which the channel is above 0."""
    if not rows:
        raise ConfigError(
            f"channel {channel!r} counts, so its event is that a response has any: that takes kept "
            "responses, and the run has none of this checkpoint or of its base"
        )
    return Rate.of_counts(int((_values(rows, channel) > 0).sum()), len(rows), confidence)


def _log_ratios(rows: Sequence[Row]) -> Float[np.ndarray, " prompts"]:
    known = [row for row in rows if row["logp_policy"] is not None and row["logp_base"] is not None]
    return np.array([row["logp_policy"] - row["logp_base"] for row in known], np.float64)
