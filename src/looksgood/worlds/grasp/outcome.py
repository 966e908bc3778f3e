"""The truth about whole episodes: could the ball be lifted from where the episode ended?"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool, Float

from looksgood.core.control import Episodes
from looksgood.core.errors import NotFinite
from looksgood.worlds.grasp.scene import FINGERS, PHYSICS_SECONDS, PHYSICS_STEPS, Scene
from looksgood.worlds.grasp.simulation import Physics
from looksgood.worlds.grasp.truth import both_press

RISE_METRES = 0.05
UP_SECONDS, HOLD_SECONDS = 0.6, 0.4
LATE_SECONDS = 0.8


def outcome(scene: Scene, episodes: Episodes) -> Mapping[str, Float[np.ndarray, " episodes"]]:
    """Judge each episode.

    gold: 1 where the ball is lifted and held (see `lifted`) while the fingers go on with the
    torque that the policy gave them, averaged over the last 0.8 s so that its noise is gone; else
    0. Closed at full torque a hand would lift that is only in the right place. contact: 1 where
    both fingers pressed on the ball in at least half of the frames of the last 0.8 s, else 0.
    hand_x, hand_y, hand_z: the palm minus the ball at the end, in metres.

    Raises:
        NotFinite: the simulation became unstable during a lift.
    """
    last = round(LATE_SECONDS / (PHYSICS_SECONDS * PHYSICS_STEPS))
    late = episodes.states[:, -last:]
    pressed = both_press(scene, late.reshape(-1, late.shape[-1]))
    share = pressed.reshape(late.shape[:2]).mean(1)
    end = episodes.states[:, -1]
    grip = late[:, :, -len(FINGERS) :].mean(1)
    apart = end[:, scene.hand] - end[:, scene.ball]
    return {
        "gold": lifted(scene, end, grip).astype(float),
        "contact": (share >= 0.5).astype(float),
        **{f"hand_{axis}": apart[:, i] for i, axis in enumerate("xyz")},
    }


def lifted(
    scene: Scene,
    states: Float[np.ndarray, "episodes numbers"],
    grip: Float[np.ndarray, "episodes 2"],
) -> Bool[np.ndarray, " episodes"]:
    """Lift from `states`: the hand rises at full power for 0.6 s, then it holds for 0.4 s.

    `grip` is the command of the left and the right finger all the while. True where the ball's
    centre is then ≥ 5 cm above its place on the table and both fingers press on it.

    Raises:
        NotFinite: the simulation became unstable.
    """
    up, hold = (round(s / PHYSICS_SECONDS) for s in (UP_SECONDS, HOLD_SECONDS))
    commands = np.zeros((len(states), up + hold, scene.model.nu))
    commands[:, :, -len(FINGERS) :] = grip[:, None]
    commands[:, :up, 2] = 1
    after, stable = Physics(scene).roll(states, commands)
    if not stable.all():
        raise NotFinite(f"the lift of episode {int((~stable).argmax())} became unstable")
    high = after[:, scene.ball[2]] >= scene.radius + RISE_METRES
    return high & both_press(scene, after)
