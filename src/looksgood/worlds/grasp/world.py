"""The world `grasp`: bodies to move, the truth about clips and episodes, and pictures of them."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float, UInt8

from looksgood.core.control import Clips, Episodes
from looksgood.core.records import Channels
from looksgood.core.seeds import Seed
from looksgood.worlds.grasp import outcome, truth
from looksgood.worlds.grasp.scene import CAMERAS, MOTORS, PHYSICS_SECONDS, PHYSICS_STEPS, Scene
from looksgood.worlds.grasp.simulation import FEATURES, GraspSimulation, start_states
from looksgood.worlds.grasp.spec import GraspSpec


class Grasp:
    """A hand on three slides with two fingers, and a ball on a table.

    Commands, each in [−1, 1]: force on the hand in x, y and z (± 6 N), torque on the left and the
    right finger (± 0.35 N m; positive closes; the fingers are coupled, so the two add up).
    `simulation.observe` says what a policy sees.
    """

    name = "grasp"
    question = "In which clip is the hand nearer to grasping the ball?"
    """What people who compare clips are asked."""
    features = FEATURES
    motors = len(MOTORS)
    action_seconds = PHYSICS_SECONDS * PHYSICS_STEPS
    cameras: tuple[str, ...] = CAMERAS

    def __init__(self, spec: GraspSpec, scene: Scene) -> None:
        self.spec, self.scene = spec, scene
        self.steps = spec.steps
        self.weights: Mapping[str, float] = {"closeness": 0.4, "enclosure": 0.6}

    def start(self, bodies: int, seed: Seed, threads: int = 1) -> GraspSimulation:
        """Return `bodies` fresh episodes at their first frame."""
        states = start_states(self.scene, bodies, self.spec.home, seed)
        return GraspSimulation(self.scene, states, threads)

    def channels(self, clips: Clips) -> Channels:
        """Return the true closeness and enclosure of each clip."""
        return truth.channels(self.scene, clips)

    def outcome(self, episodes: Episodes) -> Mapping[str, Float[np.ndarray, " episodes"]]:
        """Return gold (lifted), contact and the hand's last place, per episode.

        Raises:
            NotFinite: the simulation became unstable during a lift.
        """
        return outcome.outcome(self.scene, episodes)

    def pictures(
        self, states: Float[np.ndarray, "frames numbers"], cameras: Sequence[str]
    ) -> UInt8[np.ndarray, "frames cameras height width"]:
        """Return what each camera sees: a `Label` for each pixel.

        Raises:
            ConfigError: there is no such camera.
        """
        from looksgood.worlds.grasp.pictures import labels

        pixels, shadow = self.spec.picture_pixels, self.spec.shadow
        return labels(self.scene.model, states, cameras, pixels, shadow)

    def film(
        self, states: Float[np.ndarray, "frames numbers"], camera: str, pixels: int
    ) -> tuple[UInt8[np.ndarray, "frames height width 3"], str]:
        """Return RGB pictures for people, square, and the name of what drew them.

        Raises:
            ConfigError: there is no such camera.
        """
        from looksgood.worlds.grasp.film import frames_rgb

        shadow = self.spec.shadow
        return frames_rgb(self.scene.model, states, camera, pixels, pixels, shadow=shadow)
