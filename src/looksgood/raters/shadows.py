"""Where shadows fall in labelled pictures: the cue to depth that a person reads off a table."""

import numpy as np
from jaxtyping import UInt8

from looksgood.core.control import Label
from looksgood.raters.outlines import Circle, Numbers, columns, rows

FOOT = 0.85
"""How far below its centre a ball on a table stands, in radii, where its shadow is not seen: right
to within 0.15 for cameras from table level to 45° above."""


def shadow_offset(picture: UInt8[np.ndarray, "pictures height width"], ball: Circle) -> Numbers:
    """Return how far the middle of the hand's shadow is from that of the ball's, in pixels.

    Light falls straight down. A shadow's middle is that of its outline, as far as it is seen. Of
    the ball's the upper part is mostly behind the ball, so it is completed: seen at an angle θ
    above the table (taken to be at most 45°), the shadow of a ball of radius R that lies on it ends
    R (cos θ + sin θ) below the ball's centre, which tells θ, and is 2 R sin θ high. A ball's shadow
    that is not seen at all is taken to be at its foot. nan where the hand's shadow is not seen.
    """
    shadow = picture == Label.BALL_SHADOW
    left, right = columns(picture == Label.HAND_SHADOW)
    top, bottom = rows(picture == Label.HAND_SHADOW)
    return np.hypot(
        (left + right) / 2 - ball.x, (top + bottom) / 2 - _middle(picture, shadow, ball)
    )


def _middle(
    picture: UInt8[np.ndarray, "pictures height width"], shadow: np.ndarray, ball: Circle
) -> Numbers:
    top, bottom = rows(shadow)
    ratio = ((bottom - ball.y) / ball.radius).clip(1, np.sqrt(2))
    half = ball.radius * (ratio - np.sqrt(np.maximum(2 - ratio**2, 0))) / 2
    solid = (picture >= Label.BALL) & (picture <= Label.PALM)
    covered = (shadow[:, 1:] & solid[:, :-1]).any(axis=(1, 2))
    seen = np.where(covered, bottom - half, (top + bottom) / 2)
    return np.where(np.isnan(seen), ball.y + FOOT * ball.radius, seen)
