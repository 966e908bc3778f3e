"""What became of whole episodes: what a rater says of how they end, and what is true."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from looksgood.core.control import ControlWorld, Episodes, Eye, FrameReward

Columns = dict[str, Float[np.ndarray, " episodes"]]
Row = dict[str, Any]
SUCCESS = "enclosure"
"""The channel whose perceived value makes a rater call an episode a success."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The part of an episode that is judged: its last `steps` actions, each `every`-th frame."""

    steps: int
    every: int
    approve_above: float
    """A rater approves of an episode whose ending shows more enclosure than this."""

    def seen(self, eye: Eye, episodes: Episodes) -> Columns:
        """Return what an eye sees of each ending, and whether its rater approves (1 or 0)."""
        channels = eye.look(episodes.last(self.steps, self.every))
        columns = {name: channels[name].double().numpy() for name in channels.names}
        if SUCCESS in columns:
            columns["approved"] = (columns[SUCCESS] > self.approve_above).astype(float)
        return columns


def episode_columns(
    world: ControlWorld,
    episodes: Episodes,
    reward: FrameReward,
    ending: Ending,
    eye: Eye | None,
    others: Mapping[str, Eye],
) -> Columns:
    """Return one number per episode and column.

    proxy: mean r̂ of its frames. rater: 1 where the arm's own rater (`eye`) approves of its ending.
    gold: the world's headline. channel.false_approval: 1 where the rater approves and gold is 0.
    Beside them what is true of the ending (`channel.NAME`), what the rater saw of it
    (`channel.seen_NAME`), and whether the raters of `others` would approve
    (`channel.approved_NAME`). Without an eye, what the arm's rater says is unknown: no column.
    """
    outcome = dict(world.outcome(episodes))
    gold = outcome.pop("gold")
    columns: Columns = {"proxy": _mean_reward(reward, episodes), "gold": gold}
    truth = world.channels(episodes.last(ending.steps, ending.every))
    outcome |= {name: truth[name].double().numpy() for name in truth.names}
    seen = {} if eye is None else ending.seen(eye, episodes)
    if "approved" in seen:
        approved = columns["rater"] = seen.pop("approved")
        outcome["false_approval"] = approved * (gold < 1)
    outcome |= {f"seen_{name}": values for name, values in seen.items()}
    outcome |= {
        f"approved_{name}": ending.seen(other, episodes)["approved"]
        for name, other in others.items()
    }
    return columns | {f"channel.{name}": values for name, values in outcome.items()}


def point_row(columns: Columns) -> Row:
    """Return a row of `points`: means, with the standard error over episodes of each score."""
    count = len(columns["gold"])
    row: Row = {"samples": count}
    for name, values in columns.items():
        row[name] = float(values.mean())
        if not name.startswith("channel."):
            row[f"{name}_se"] = float(values.std(ddof=1) / count**0.5)
    return row


def episode_rows(columns: Columns) -> list[Row]:
    """Return rows of `prompts`, an episode each: what intervals resample."""
    return [
        {
            "prompt_id": str(i),
            "samples": 1,
            **{name: float(values[i]) for name, values in columns.items()},
        }
        for i in range(len(columns["gold"]))
    ]


def _mean_reward(reward: FrameReward, episodes: Episodes) -> Float[np.ndarray, " episodes"]:
    """Return the mean over the frames that actions led to."""
    observations, states = episodes.observations[:, 1:], episodes.states[:, 1:]
    flat = (part.reshape(-1, part.shape[-1]) for part in (observations, states))
    return reward.score(*flat).reshape(len(episodes), episodes.steps).mean(1)
