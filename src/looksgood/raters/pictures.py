"""The eye of a rater who looks at pictures only: how close and how enclosed the ball looks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float, UInt8

from looksgood.core.control import Clips, Label
from looksgood.core.errors import ConfigError
from looksgood.core.records import Channels
from looksgood.raters.outlines import Numbers, columns, completed_ball, gaps, tip
from looksgood.raters.shadows import shadow_offset

NAMES = ("closeness", "enclosure")
CLOSE_PALMS = 1.4
"""Distance between fingertips and ball, in widths of the palm, at which closeness is 1/e."""
ENCLOSED_PALMS = 0.4
"""Gaps between fingers and ball, likewise for enclosure."""
SHADOW_PALMS = 0.15
"""Distance between the shadows of hand and ball, likewise for what enclosure is limited to: that
halves at a tenth of the palm's width, or two pixels of 72."""
FRAMES_AT_ONCE = 512

Pictures = Callable[
    [Float[np.ndarray, "frames numbers"], Sequence[str]],
    UInt8[np.ndarray, "frames cameras height width"],
]


@dataclass(frozen=True, slots=True)
class PictureEye:
    """Sees labelled pictures from some cameras: never depth, contacts or the state.

    States pass through it to `pictures`, which draws them; nothing else here reads them.

    A person has no metric scale in a picture, so lengths count in widths of the palm as it
    appears (`units="relative"`): a hand nearer to the camera is judged like one further away.
    """

    pictures: Pictures
    """Draws states: a `Label` for each pixel."""
    cameras: tuple[str, ...]
    units: Literal["relative", "absolute"] = "relative"
    """`absolute` counts in `palm_share` of the picture's width, whatever the hand's size in it."""
    shadow: bool = False
    """Also compares where the shadows of hand and ball fall."""
    palm_share: float = 0.28
    """How wide the palm looks where it grasps, as a share of the picture's width."""

    def look(self, clips: Clips) -> Channels:
        """Return `closeness` and `enclosure` of each clip, from 0 to 1: means over its frames.

        Of several cameras closeness is the mean; enclosure the least, as the worse view decides.

        Raises:
            ConfigError: shadows are to be compared but no picture has any.
        """
        clip_count, frames, numbers = clips.states.shape
        states = clips.states.reshape(clip_count * frames, numbers)
        parts = [
            self._judge(self.pictures(states[i : i + FRAMES_AT_ONCE], self.cameras))
            for i in range(0, len(states), FRAMES_AT_ONCE)
        ]
        of_frames = np.concatenate([*parts, np.zeros((0, len(NAMES)))])
        values = of_frames.reshape(clip_count, frames, len(NAMES)).mean(axis=1)
        return Channels(NAMES, torch.from_numpy(values).float())

    def _judge(
        self, pictures: UInt8[np.ndarray, "frames cameras height width"]
    ) -> Float[np.ndarray, "frames channels"]:
        frames, cameras, height, width = pictures.shape
        flat = pictures.reshape(frames * cameras, height, width)
        if self.shadow and not (flat >= Label.BALL_SHADOW).any():
            raise ConfigError(
                "rater.shadow is true but no picture shows a shadow: let the world draw them, or "
                "set rater.shadow to false"
            )
        closeness, enclosure = (v.reshape(frames, cameras) for v in self.judge(flat))
        return np.stack([closeness.mean(axis=1), enclosure.min(axis=1)], axis=1)

    def judge(
        self, pictures: UInt8[np.ndarray, "pictures height width"]
    ) -> tuple[Numbers, Numbers]:
        """Return how close and how enclosed the ball looks in single pictures, from 0 to 1.

        closeness: exp(−d / 1.4 S) of the distance d between the middle of both fingertips and the
        ball's centre; S is the palm's width. enclosure: mean of exp(−gaps / 0.4 S) over the rows
        of the ball's middle half, gaps being what is free between ball and fingers on both sides.
        The eye completes a ball that the hand covers in part, and takes a finger that covers the
        ball's side for one that touches it. With `shadow` neither is more than the distance a
        between the two shadows allows: exp(−a / 1.4 S) and exp(−a / 0.15 S). Where ball, palm, a
        finger or, with `shadow`, the hand's shadow is unseen, both are 0.
        """
        ball = pictures == Label.BALL
        one, other = pictures == Label.LEFT_FINGER, pictures == Label.RIGHT_FINGER
        palm = pictures == Label.PALM
        circle = completed_ball(ball, one | other | palm)
        left, right = columns(palm)
        palm_width = right - left
        scale = palm_width if self.units == "relative" else 0 * palm_width + self._fixed(pictures)
        (one_x, one_y), (other_x, other_y) = tip(one), tip(other)
        away = np.hypot((one_x + other_x) / 2 - circle.x, (one_y + other_y) / 2 - circle.y)
        swapped = (one_x > other_x)[:, None, None]
        between = gaps(ball, np.where(swapped, other, one), np.where(swapped, one, other), circle)
        closeness = np.exp(-away / (CLOSE_PALMS * scale))
        enclosure = _mean(np.exp(-between / (ENCLOSED_PALMS * scale[:, None])))
        if self.shadow:
            apart = shadow_offset(pictures, circle) / (SHADOW_PALMS * scale)
            enclosure = np.minimum(enclosure, np.exp(-apart))
            near = SHADOW_PALMS / CLOSE_PALMS  # in the length that closeness decays over
            closeness = np.minimum(closeness, np.exp(-apart * near))
        unseen = np.isnan(closeness)
        return np.nan_to_num(closeness), np.where(unseen, 0, np.nan_to_num(enclosure))

    def _fixed(self, pictures: np.ndarray) -> float:
        return self.palm_share * pictures.shape[2]


def _mean(values: Float[np.ndarray, "pictures height"]) -> Numbers:
    """Return the mean over rows that are not nan; 0 where all are."""
    counted = ~np.isnan(values)
    return np.nan_to_num(values).sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
