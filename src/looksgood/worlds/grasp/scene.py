"""The MJCF as a model: read, given its fingers, and checked for what the world relies on."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import mujoco
import numpy as np
from jaxtyping import Float, Int

from looksgood.core.errors import ConfigError

OWN = Path(__file__).with_name("scene.xml")
FULL = int(mujoco.mjtState.mjSTATE_FULLPHYSICS)
PHYSICS_SECONDS = 0.01
PHYSICS_STEPS = 5
"""Per action."""

BODIES = ("ball", "palm", "left", "right")
CAMERAS = ("front", "side", "film")
HAND = ("hand_x", "hand_y", "hand_z")
FINGERS = ("left", "right")
MOTORS = (*HAND, *FINGERS)
TIPS = ("left_tip", "right_tip")


class Piece(NamedTuple):
    """A geom of the left finger, in the finger's frame; the right one is the same turned around."""

    kind: mujoco.mjtGeom
    size: tuple[float, ...]
    pos: tuple[float, float, float]


BOX, CAPSULE = mujoco.mjtGeom.mjGEOM_BOX, mujoco.mjtGeom.mjGEOM_CAPSULE
OTHER_FINGERS: dict[str, tuple[Piece, ...]] = {
    "paddle": (
        Piece(BOX, (0.004, 0.010, 0.026), (0, 0, -0.026)),
        Piece(BOX, (0.003, 0.020, 0.020), (0.005, 0, -0.072)),
    ),
    "thin": (Piece(CAPSULE, (0.006, 0.040), (0.002, 0, -0.045)),),
}
"""Instead of the cupped pads of scene.xml."""


@dataclass(frozen=True)
class Scene:
    """A checked model, and where its state holds what.

    A state of this world is MuJoCo's FULLPHYSICS followed by the five commands that led there:
    the forces of a frame depend on them.
    """

    model: mujoco.MjModel

    @cached_property
    def full(self) -> int:
        """Numbers in a state without the commands."""
        return mujoco.mj_stateSize(self.model, FULL)

    @cached_property
    def hand(self) -> Int[np.ndarray, " 3"]:
        """Where the state holds the palm's x, y and z."""
        return self._places(HAND)

    @cached_property
    def fingers(self) -> Int[np.ndarray, " 2"]:
        """Where the state holds the angles of the fingers."""
        return self._places(FINGERS)

    @cached_property
    def ball(self) -> Int[np.ndarray, " 3"]:
        """Where the state holds the ball's centre."""
        return self._places(("ball",))[0] + np.arange(3)

    @cached_property
    def velocities(self) -> Int[np.ndarray, " 8"]:
        """Where the state holds the velocities of hand, ball and fingers."""
        model = self.model
        at = {name: 1 + model.nq + model.joint(name).dofadr[0] for name in ("ball", *MOTORS)}
        places = [at[n] for n in HAND] + [at["ball"] + i for i in range(3)]
        return np.array(places + [at[n] for n in FINGERS])

    @cached_property
    def radius(self) -> float:
        """The ball's radius, in metres: how high its centre is while it lies on the table."""
        return float(self.model.geom_size[self.model.body("ball").geomadr[0], 0])

    @cached_property
    def rest(self) -> Float[np.ndarray, " numbers"]:
        """The state that the MJCF describes: time 0, nothing moves, no commands."""
        data = mujoco.MjData(self.model)
        state = np.zeros(self.full)
        mujoco.mj_getState(self.model, data, state, FULL)
        return np.concatenate([state, np.zeros(len(MOTORS))])

    def _places(self, joints: tuple[str, ...]) -> np.ndarray:
        return np.array([1 + self.model.joint(name).qposadr[0] for name in joints])


def load_scene(mjcf: Path | None, fingers: str, *, shadow: bool) -> Scene:
    """Read `mjcf`, or our own scene with the chosen fingers; `shadow` lets lights cast shadows.

    Raises:
        ConfigError: the file cannot be read, or lacks something by name.
    """
    path = mjcf or OWN
    if not path.is_file():
        raise ConfigError(f"mjcf={str(path)!r}: there is no such file")
    try:
        spec = mujoco.MjSpec.from_file(str(path))
        if mjcf is None and fingers in OTHER_FINGERS:
            _change_fingers(spec, OTHER_FINGERS[fingers])
        model = spec.compile()
    except ValueError as error:
        raise ConfigError(f"{path}: MuJoCo refuses it: {' '.join(str(error).split())}") from error
    _check(model, path)
    model.light_castshadow[:] = shadow
    return Scene(model)


def _change_fingers(spec: Any, pieces: tuple[Piece, ...]) -> None:
    for side in FINGERS:
        body = spec.body(side)
        for geom in list(body.geoms):
            spec.delete(geom)
        for number, piece in enumerate(pieces):
            size = [*piece.size, *[0.0] * (3 - len(piece.size))]
            geom = body.add_geom(
                spec.find_default("finger"),
                name=f"{side}_{number}",
                type=piece.kind,
                size=size,
                pos=piece.pos,
            )
            geom.material = side


def _check(model: mujoco.MjModel, path: Path) -> None:
    """Refuse a model that lacks what observations, commands, truth or pictures need."""
    needed: dict[str, tuple[tuple[str, ...], mujoco.mjtObj]] = {
        "body": (BODIES, mujoco.mjtObj.mjOBJ_BODY),
        "camera": (CAMERAS, mujoco.mjtObj.mjOBJ_CAMERA),
        "joint": (("ball", *MOTORS), mujoco.mjtObj.mjOBJ_JOINT),
        "site": (TIPS, mujoco.mjtObj.mjOBJ_SITE),
        "actuator": (MOTORS, mujoco.mjtObj.mjOBJ_ACTUATOR),
    }
    for kind, (names, object_type) in needed.items():
        for name in names:
            if mujoco.mj_name2id(model, object_type, name) < 0:
                raise ConfigError(f"{path}: the {kind} {name!r} is missing")
    if [model.actuator(i).name for i in range(model.nu)] != list(MOTORS):
        raise ConfigError(f"{path}: the actuators must be {', '.join(MOTORS)}, in this order")
    if model.joint("ball").type[0] != mujoco.mjtJoint.mjJNT_FREE:
        raise ConfigError(f"{path}: the joint 'ball' must be free")
    for body in BODIES:
        if model.body(body).geomnum[0] == 0:
            raise ConfigError(f"{path}: the body {body!r} has no geom")
    if not np.isclose(model.opt.timestep, PHYSICS_SECONDS):
        raise ConfigError(
            f"{path}: timestep is {model.opt.timestep:g}; the world steps by {PHYSICS_SECONDS:g} s"
        )
