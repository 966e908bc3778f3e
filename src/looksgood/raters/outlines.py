"""Where things are in labelled pictures, to a person: edges, a completed ball, fingertips.

Lengths are pixels, counted from the picture's top left corner to edges: pixel 3 lies from 3 to 4,
its middle at 3.5. `nan` is what cannot be seen.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

FINGERTIP = 0.5
"""Share of a finger's visible height, from below, that is its tip: the part that grips."""

Mask = Bool[np.ndarray, "pictures height width"]
Numbers = Float[np.ndarray, " pictures"]


@dataclass(frozen=True, slots=True)
class Circle:
    """A ball as it is completed by the eye."""

    x: Numbers
    y: Numbers
    radius: Numbers


def lines(mask: Bool[np.ndarray, "*places pixels"]) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last edge of what is set along the last axis; nan for nothing."""
    pixels = mask.shape[-1]
    seen = mask.any(axis=-1)
    first = np.where(seen, mask.argmax(axis=-1), np.nan)
    last = np.where(seen, pixels - mask[..., ::-1].argmax(axis=-1), np.nan)
    return first, last


def columns(mask: Mask) -> tuple[Numbers, Numbers]:
    """Return the left and the right edge of what is set."""
    return lines(np.any(mask, axis=1))


def rows(mask: Mask) -> tuple[Numbers, Numbers]:
    """Return the upper and the lower edge of what is set."""
    return lines(np.any(mask, axis=2))


def completed_ball(ball: Mask, hand: Mask) -> Circle:
    """Return the whole ball of which a part is seen.

    A side that ends at the hand or at the picture's edge is taken for hidden and goes on to where
    the ball is round, as people complete what something else covers. Its diameter is the longer
    side of what is seen, so a ball hidden on both sides of both axes comes out too small.
    """
    left, right = columns(ball)
    top, bottom = rows(ball)
    diameter = np.maximum(right - left, bottom - top)
    up, down = _ends_hidden(ball, hand)
    sideways = ball.transpose(0, 2, 1), hand.transpose(0, 2, 1)
    before, after = _ends_hidden(*sideways)
    x = _middle(left, right, before, after, diameter)
    y = _middle(top, bottom, up, down, diameter)
    return Circle(x, y, diameter / 2)


def _middle(
    low: Numbers, high: Numbers, low_hidden: np.ndarray, high_hidden: np.ndarray, length: Numbers
) -> Numbers:
    low_only, high_only = low_hidden & ~high_hidden, high_hidden & ~low_hidden
    middle = (low + high) / 2
    return np.where(low_only, high - length / 2, np.where(high_only, low + length / 2, middle))


def _ends_hidden(ball: Mask, hand: Mask) -> tuple[np.ndarray, np.ndarray]:
    """Return whether half of the ball's first row meets the hand, and half of its last."""
    found = []
    for seen, cover in ((ball, hand), (ball[:, ::-1], hand[:, ::-1])):
        count = len(seen)
        row = seen.any(axis=2).argmax(axis=1)
        end = seen[np.arange(count), row]
        beyond = cover[np.arange(count), np.maximum(row - 1, 0)] | (row == 0)[:, None]
        found.append(2 * (end & beyond).sum(axis=1) >= np.maximum(end.sum(axis=1), 1))
    return found[0], found[1]


def tip(finger: Mask) -> tuple[Numbers, Numbers]:
    """Return the middle (x, y) of the lower part of a finger; nan where none is seen."""
    top, bottom = rows(finger)
    _, height, width = finger.shape
    at = np.arange(height) + 0.5
    low = at[None] >= (bottom - FINGERTIP * (bottom - top))[:, None]
    low |= np.floor(at)[None] == (bottom - 1)[:, None]
    part = finger & low[:, :, None]
    count = part.sum(axis=(1, 2)).astype(float)
    count[count == 0] = np.nan
    x = (part.sum(axis=1) @ (np.arange(width) + 0.5)) / count
    y = (part.sum(axis=2) @ at) / count
    return x, y


def gaps(
    ball: Mask, first: Mask, second: Mask, circle: Circle
) -> Float[np.ndarray, "pictures height"]:
    """Return, for each row, how far the ball's sides are from the fingers beside it, summed.

    `first` is the finger on the left. Its inner edge is compared with the ball's visible left
    edge, so a finger that covers that edge touches. Where ball is seen on the finger's wrong side,
    the length of that counts as a gap: such a finger lies across the ball, not beside it.
    nan in rows outside the middle half of the ball; infinite where a finger or the ball is unseen.
    """
    ball_left, ball_right = lines(ball)
    inner_left = lines(first)[1]
    inner_right = lines(second)[0]
    total = np.abs(ball_left - inner_left) + np.abs(inner_right - ball_right)
    at = np.arange(ball.shape[1]) + 0.5
    middle = np.abs(at[None] - circle.y[:, None]) <= np.maximum(circle.radius / 2, 0.5)[:, None]
    return np.where(middle, np.where(np.isnan(total), np.inf, total), np.nan)
